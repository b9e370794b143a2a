#include "nn/error.h"

namespace nibble {

const char* error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return "usage";
    case ErrorCode::file_not_found: return "file_not_found";
    case ErrorCode::decode_failed: return "decode_failed";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::bad_quad: return "bad_quad";
    case ErrorCode::no_document: return "no_document";
    case ErrorCode::bad_template: return "bad_template";
    case ErrorCode::bad_model: return "bad_model";
    case ErrorCode::bad_device: return "bad_device";
    case ErrorCode::write_failed: return "write_failed";
    case ErrorCode::internal_error: return "internal_error";
  }
  return "unknown";
}

}  // namespace nibble
