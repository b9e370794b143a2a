#include "recognizer/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"

namespace nibble {

MappedFile::~MappedFile() { ::munmap(const_cast<std::byte*>(address_), size_); }

std::shared_ptr<const MappedFile> map_file(const std::string& path) {
  const std::string name = printable_path(path);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0)
    throw Error(ErrorCode::file_not_found,
                name + (errno == ENOENT ? std::string(": no such file")
                                        : ": cannot be opened: " + system_message(errno)));
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0)
    throw Error(ErrorCode::decode_failed, name + ": cannot be read: " + system_message(errno));
  if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::decode_failed, name + ": this is not a file");
  if (info.st_size <= 0) throw Error(ErrorCode::decode_failed, name + ": this file is empty");
  const auto size = static_cast<std::size_t>(info.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED)
    throw Error(ErrorCode::decode_failed, name + ": cannot be mapped: " + system_message(errno));
  return std::shared_ptr<const MappedFile>(
      new MappedFile(static_cast<const std::byte*>(address), size));
}

}  // namespace nibble
