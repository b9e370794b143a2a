#include "recognizer/reader/c_support.h"

#include <utility>

namespace nibble {
namespace {

thread_local std::string error_message;

}  // namespace

nibble_code fail(nibble_code code, std::string message) {
  error_message = std::move(message);
  return code;
}

Error usage_error(const std::string& message) { return {ErrorCode::usage, message}; }

nibble_code code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return NIBBLE_USAGE;
    case ErrorCode::file_not_found: return NIBBLE_FILE_NOT_FOUND;
    case ErrorCode::decode_failed: return NIBBLE_DECODE_FAILED;
    case ErrorCode::too_large: return NIBBLE_TOO_LARGE;
    case ErrorCode::bad_quad: return NIBBLE_BAD_QUAD;
    case ErrorCode::no_document: return NIBBLE_NO_DOCUMENT;
    case ErrorCode::bad_template: return NIBBLE_BAD_TEMPLATE;
    case ErrorCode::bad_model: return NIBBLE_BAD_MODEL;
    case ErrorCode::bad_device: return NIBBLE_BAD_DEVICE;
    case ErrorCode::write_failed: return NIBBLE_WRITE_FAILED;
    case ErrorCode::internal_error: break;
  }
  return NIBBLE_INTERNAL_ERROR;
}

}  // namespace nibble

const char* nibble_error_message() { return nibble::error_message.c_str(); }

const char* nibble_version() { return nibble::version(); }

const char* nibble_code_name(nibble_code code) {
  if (code == NIBBLE_OK) return "ok";
  if (code == NIBBLE_NO_SUCH_ITEM) return "no_such_item";
  for (int i = 0; i <= static_cast<int>(nibble::ErrorCode::internal_error); ++i) {
    const auto error = static_cast<nibble::ErrorCode>(i);
    if (nibble::code_of(error) == code) return nibble::error_code_name(error);
  }
  return "unknown";
}
