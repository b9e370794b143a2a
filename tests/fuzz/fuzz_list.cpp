#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "app/support/read_inputs.h"

// A list of files gives at least one input or failure, and names for what is written that differ.
// Folders and patterns are passed over, so that nothing of the machine is gone through.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.find_first_of("*?[/.~") != std::string::npos) return 0;
  static const std::string path = [] {
    std::string name = "/tmp/nibble_fuzz_list_XXXXXX";
    ::close(::mkstemp(name.data()));
    static std::string kept = name;
    std::atexit([] { ::unlink(kept.c_str()); });
    return name;
  }();
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) std::abort();
  if (size > 0) std::fwrite(data, 1, size, file);  // of an empty input `data` may be null
  std::fclose(file);
  std::set<std::string> stems;
  std::vector<std::string> warnings;
  const auto inputs = nibble::expand_inputs({"@" + path}, warnings);
  if (inputs.empty()) std::abort();
  for (const nibble::ReadInput& input : inputs) {
    if (input.failure) {
      if (input.failure->message.find('\n') != std::string::npos) std::abort();
    } else if (!stems.insert(input.stem).second || input.stem.empty()) {
      std::abort();
    }
  }
  return 0;
}
