#include "app/bench/bench_peers.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

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
#define NIBBLE_ISA(name, runs, f32, int8, int4, level) {#name, level},
#include "kernels/kernels.inc"
#undef NIBBLE_ISA
  };
  for (const Level& level : levels) {
    if (isa == level.isa) return level.level;
  }
  return {};
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string output_of(const std::string& command) {
  struct Close {
    void operator()(FILE* pipe) const { pclose(pipe); }
  };
  const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "r"));
  std::string output;
  char buffer[4096];
  while (pipe) {
    const std::size_t count = fread(buffer, 1, sizeof(buffer), pipe.get());
    if (count == 0) break;
    output.append(buffer, count);
  }
  return output;
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
  std::string arguments;
  for (const BenchShape& shape : shapes) arguments += " " + shape.name;
  // oneDNN's threads are OpenMP's, OpenBLAS's its own.
  const std::string one_thread = "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 ";
  for (const std::string& isa : isas) {
    const std::string level = peer_level(isa);
    if (level.empty()) continue;
    std::string command = one_thread;
    command.append("DNNL_MAX_CPU_ISA=")
        .append(level)
        .append(" ")
        .append(quoted(program.string()))
        .append(" onednn-")
        .append(work)
        .append(arguments);
    parse(output_of(command), isa, speeds);
  }
  if (work == "products")
    parse(output_of(one_thread + quoted(program.string()) + " others" + arguments), "", speeds);
  return speeds;
}

}  // namespace nibble
