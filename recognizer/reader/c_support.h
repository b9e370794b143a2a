#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "include/nibble/nibble.h"
#include "include/nibble/nibble.hpp"

// What the files of the C interface share. They translate between include/nibble/nibble.h and
// nibble.hpp, and decide nothing about reading.

struct nibble_reader {
  nibble::Reader reader;
};

struct nibble_document {
  nibble::Document document;
  std::unique_ptr<nibble_document> next;  ///< of the same file; nibble_document_free() unchains
  mutable std::mutex mutex{};             ///< guards `rendered`
  mutable std::map<std::string, std::string> rendered{};  ///< by format
};

namespace nibble {

/// Keeps the line of nibble_error_message() and returns the code.
nibble_code fail(nibble_code code, std::string message);

/// The error of a call that cannot be meant.
Error usage_error(const std::string& message);

nibble_code code_of(ErrorCode code);

/// Runs what may throw, and turns that into a code and its line.
template <typename Call>
nibble_code guarded(Call call) noexcept {
  try {
    return call();
  } catch (const Error& error) {
    return fail(code_of(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    return fail(NIBBLE_INTERNAL_ERROR, "not enough memory");
  } catch (const std::exception& error) {
    return fail(NIBBLE_INTERNAL_ERROR, std::string("a fault of the library: ") + error.what());
  }
}

/// Throws Error(usage) for a null pointer.
template <typename T>
T& needed(T* argument, const char* name) {
  if (argument == nullptr) throw usage_error(std::string(name) + " is NULL");
  return *argument;
}

/// How much of a structure the caller has, by its first member. Throws Error(usage) for a size that
/// no version had.
template <typename T>
std::size_t caller_size(const T* structure, const char* name) {
  const std::size_t size = needed(structure, name).size;
  if (size <= sizeof size || size > 4096 || size % alignof(T) != 0)
    throw usage_error(std::string(name) + ": size is not sizeof(" + name + ")");
  return size;
}

/// The caller's structure as this version knows it. What an older caller does not have stays as it
/// is in `known`; what a newer one has must be zero, since it would be ignored.
template <typename T>
T from_caller(const T* given, T known, const char* name) {
  const std::size_t size = caller_size(given, name);
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (size > sizeof(T) && std::any_of(bytes + sizeof(T), bytes + size, is_set))
    throw usage_error(std::string(name) + ": asks for what nibble " + version() + " has not");
  std::memcpy(&known, given, std::min(size, sizeof(T)));
  return known;
}

/// Fills as much of the caller's structure as it has.
template <typename T>
nibble_code to_caller(T value, T* result, const char* name) {
  const std::size_t size = caller_size(result, name);
  value.size = size;
  std::memcpy(result, &value, std::min(size, sizeof(T)));
  return NIBBLE_OK;
}

/// What options, requests and pictures mean. They throw Error(usage).
ReaderOptions options_of(const nibble_options* given);
Request request_of(const nibble_request* given);
ImageView view_of(const nibble_image* given);

}  // namespace nibble
