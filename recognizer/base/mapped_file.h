#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace nibble {

/// A file mapped for reading: its pages are shared by all processes that map it. It must not be
/// shortened meanwhile; one that is replaced by rename stays as it was.
class MappedFile {
 public:
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {address_, size_}; }

 private:
  friend std::shared_ptr<const MappedFile> map_file(const std::string& path);
  MappedFile(const std::byte* address, std::size_t size) : address_(address), size_(size) {}

  const std::byte* address_;
  std::size_t size_;
};

/// Throws Error(file_not_found) when it is missing or cannot be opened, Error(decode_failed) for
/// what is no file, is empty or cannot be mapped.
std::shared_ptr<const MappedFile> map_file(const std::string& path);

}  // namespace nibble
