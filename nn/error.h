#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace nibble {

/// What went wrong, in the terms that decide the program's exit code and the `error.code` of its
/// JSON.
enum class ErrorCode {
  usage,           ///< a call that cannot be meant (exit code 2)
  file_not_found,  ///< an input does not exist or cannot be opened
  decode_failed,   ///< an image, dataset file or list that cannot be decoded
  too_large,       ///< an image whose dimensions exceed the limit
  bad_quad,        ///< a quadrilateral without area or that crosses itself
  no_document,     ///< a picture in which no document was found
  bad_template,    ///< a template that cannot be used (exit code 3)
  bad_model,       ///< a model file that cannot be trusted (exit code 3)
  bad_device,      ///< an instruction set or device that is not here (exit code 3)
  write_failed,    ///< an output that cannot be written
  internal_error,  ///< a fault of the program or of a library that it uses
};

/// The name of a code as it stands in JSON, e.g. "decode_failed".
const char* error_code_name(ErrorCode code);

/// The one exception of the library: thrown for a bad call or a bad file, never for an unreadable
/// document. `what()` is a single line that names the file, what is wrong with it and, where it
/// helps, what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace nibble
