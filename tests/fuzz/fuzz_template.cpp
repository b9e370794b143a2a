#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "nn/error.h"
#include "recognizer/kinds/template.h"
#include "recognizer/page/page.h"

// A text is either refused as a bad template, in one line, or parsed into one that survives being
// written and read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string written;
  try {
    written = nibble::template_to_json(nibble::parse_template(text, "input"));
  } catch (const nibble::Error& error) {
    const std::string message = error.what();
    if (error.code() != nibble::ErrorCode::bad_template || message.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  if (nibble::template_to_json(nibble::parse_template(written, "written")) != written) std::abort();
  return 0;
}
