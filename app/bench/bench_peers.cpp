#include "app/bench/bench_peers.h"

#include <filesystem>
#include <sstream>

#include "recognizer/base/process.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

// What oneDNN calls the level of an instruction set; empty when it has none.
std::string peer_level(const std::string& isa) {
  struct Level {
    const char* isa;
    const char* level;
  };
  const Level levels[] = {
#define NIBBLE_ISA(name, runs, f32, int8, int4, int3, int2, level) {#name, level},
#include "kernels/kernels.inc"
#undef NIBBLE_ISA
  };
  for (const Level& level : levels) {
    if (isa == level.isa) return level.level;
  }
  return {};
}

std::string output_of(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment) {
  ProcessOptions options;
  options.arguments = arguments;
  options.environment = environment;
  options.quiet = false;
  return ChildProcess(options).read_rest();
}

void parse(const std::string& output, const std::string& isa, std::vector<PeerSpeed>& speeds) {
  std::istringstream lines(output);
  for (PeerSpeed speed;
       lines >> speed.name >> speed.precision >> speed.m >> speed.n >> speed.k >> speed.gops;) {
    speed.isa = isa;
    speeds.push_back(speed);
  }
}

}  // namespace

std::vector<PeerSpeed> measure_peers(const std::string& work, const std::vector<std::string>& isas,
                                     const std::vector<BenchShape>& shapes) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / "nibble-peers";
  std::vector<PeerSpeed> speeds;
  if (error || !fs::exists(program, error)) return speeds;
  // oneDNN's threads are OpenMP's, OpenBLAS's its own.
  const std::vector<std::string> one_thread = {"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"};
  const auto run = [&](const std::string& what, const std::vector<std::string>& environment) {
    std::vector<std::string> arguments = {program.string(), what};
    for (const BenchShape& shape : shapes) arguments.push_back(shape.name);
    return output_of(arguments, environment);
  };
  for (const std::string& isa : isas) {
    const std::string level = peer_level(isa);
    if (level.empty()) continue;
    std::vector<std::string> environment = one_thread;
    environment.push_back("DNNL_MAX_CPU_ISA=" + level);
    parse(run("onednn-" + work, environment), isa, speeds);
  }
  if (work == "products") parse(run("others", one_thread), "", speeds);
  return speeds;
}

}  // namespace nibble
