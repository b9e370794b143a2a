#include "app/support/exit_codes.h"

#include "nn/error.h"

namespace nibble {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return kExitUsage;
    case ErrorCode::bad_template:
    case ErrorCode::bad_model:
    case ErrorCode::bad_device: return kExitResource;
    case ErrorCode::file_not_found:
    case ErrorCode::decode_failed:
    case ErrorCode::too_large:
    case ErrorCode::bad_quad:
    case ErrorCode::no_document:
    case ErrorCode::write_failed:
    case ErrorCode::internal_error: return kExitSomeFailed;
  }
  return kExitSomeFailed;
}

}  // namespace nibble
