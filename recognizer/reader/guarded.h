#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "recognizer/base/text.h"

namespace nibble {

/// Does the work on a document; whatever is thrown there, a library's exceptions included, becomes
/// the document's error, with its name in front unless it stands in it already.
template <typename Work>
void guarded(Document& document, const std::string& name, Work work) {
  const auto fail = [&](ErrorCode code, std::string message) {
    if (message.find(name) == std::string::npos) message = name + ": " + message;
    document.status = Document::Status::error;
    document.error = code;
    document.message = std::move(message);
  };
  try {
    work();
  } catch (const Error& error) {
    fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::too_large, "not enough memory");
  } catch (const std::exception& error) {
    fail(ErrorCode::internal_error, first_line(error.what()));
  }
}

}  // namespace nibble
