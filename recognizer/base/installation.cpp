#include "recognizer/base/installation.h"

#include <link.h>
#include <sys/auxv.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "include/nibble/nibble.hpp"

namespace nibble {
namespace {

namespace fs = std::filesystem;

struct Search {
  std::uintptr_t address;
  fs::path path;
};

bool holds(const dl_phdr_info& module, std::uintptr_t address) {
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    const auto& part = module.dlpi_phdr[i];
    const std::uintptr_t begin = module.dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_LOAD && address >= begin && address < begin + part.p_memsz) return true;
  }
  return false;
}

int compare_module(dl_phdr_info* module, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (!holds(*module, search.address)) return 0;
  search.path = module->dlpi_name;
  return 1;
}

/// The folder of the shared library or program that this code is part of, links followed; empty
/// where the system does not tell.
fs::path find_module_folder() {
  Search search{reinterpret_cast<std::uintptr_t>(&find_module_folder), {}};
  dl_iterate_phdr(compare_module, &search);
  std::error_code error;
  if (!search.path.empty()) return fs::canonical(search.path, error).parent_path();
  // The program has no name there.
  fs::path program = fs::canonical("/proc/self/exe", error);
  // Where /proc is not mounted, as in a bare chroot, the kernel's own word is the name it was
  // started by.
  const char* started = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (error && started != nullptr) program = fs::canonical(started, error);
  return program.parent_path();
}

const fs::path& module_folder() {
  static const fs::path folder = find_module_folder();
  return folder;
}

}  // namespace

const char* version() { return NIBBLE_VERSION; }

std::string data_folder() {
  if (const char* given = std::getenv("NIBBLE_DATA"); given != nullptr && *given != '\0')
    return given;
  std::ifstream built(module_folder() / "nibble-data-folder");
  if (std::string folder; std::getline(built, folder)) return folder;
  std::error_code error;
  for (const char* place : {NIBBLE_DATA_FROM_BIN, NIBBLE_DATA_FROM_LIB}) {
    const fs::path folder = (module_folder() / place).lexically_normal();
    if (fs::is_directory(folder, error)) return folder.string();
  }
  return (module_folder() / NIBBLE_DATA_FROM_BIN).lexically_normal().string();
}

std::string helper_program(const std::string& name) {
  std::error_code error;
  for (const char* place : {".", NIBBLE_PROGRAMS_FROM_BIN, NIBBLE_PROGRAMS_FROM_LIB}) {
    const fs::path program = (module_folder() / place / name).lexically_normal();
    if (fs::is_regular_file(program, error)) return program.string();
  }
  return {};
}

}  // namespace nibble
