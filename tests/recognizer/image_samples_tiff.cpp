#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "tests/recognizer/image_samples.h"

namespace nibble::samples {
namespace {

struct Memory {
  Bytes bytes;
  std::uint64_t position = 0;
};

tmsize_t read_memory(thandle_t handle, void* out, tmsize_t size) {
  auto& memory = *static_cast<Memory*>(handle);
  const auto left =
      memory.position < memory.bytes.size() ? memory.bytes.size() - memory.position : 0;
  const auto count = std::min(static_cast<std::size_t>(size), static_cast<std::size_t>(left));
  if (count > 0) std::memcpy(out, memory.bytes.data() + memory.position, count);
  memory.position += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_memory(thandle_t handle, void* data, tmsize_t size) {
  auto& memory = *static_cast<Memory*>(handle);
  const std::size_t end = memory.position + static_cast<std::size_t>(size);
  if (memory.bytes.size() < end) memory.bytes.resize(end);
  std::memcpy(memory.bytes.data() + memory.position, data, static_cast<std::size_t>(size));
  memory.position = end;
  return size;
}

toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
  auto& memory = *static_cast<Memory*>(handle);
  if (whence == SEEK_CUR) offset += memory.position;
  if (whence == SEEK_END) offset += memory.bytes.size();
  return memory.position = offset;
}

}  // namespace

Bytes make_tiff(const std::function<void(TIFF*)>& write, const char* mode) {
  Memory memory;
  const TIFFErrorHandler loud =
      TIFFSetWarningHandler(nullptr);  // the writer advises against old compressions
  TIFF* tiff = TIFFClientOpen(
      "sample", mode, &memory, read_memory, write_memory, seek_memory, [](thandle_t) { return 0; },
      [](thandle_t handle) {
        return static_cast<toff_t>(static_cast<Memory*>(handle)->bytes.size());
      },
      nullptr, nullptr);
  if (tiff == nullptr) throw std::runtime_error("libtiff cannot write");
  write(tiff);
  TIFFClose(tiff);
  TIFFSetWarningHandler(loud);
  return memory.bytes;
}

void set_tiff_fields(TIFF* tiff, int width, int height, int samples, int bits, int photometric,
                     int compression) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, height);
}

void write_tiff_strip(TIFF* tiff, std::vector<std::uint8_t> packed, int strip) {
  const auto size = static_cast<tmsize_t>(packed.size());
  if (TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(strip), packed.data(), size) != size)
    throw std::runtime_error("strip not written");
}

Bytes make_tiff(const Image& image, int compression, int orientation) {
  return make_tiff([&](TIFF* tiff) {
    const int photometric = image.channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
    set_tiff_fields(tiff, image.width, image.height, image.channels, 8, photometric, compression);
    if (orientation != 1) TIFFSetField(tiff, TIFFTAG_ORIENTATION, orientation);
    write_tiff_strip(tiff, image.pixels);
  });
}

Bytes raw_tiff(std::vector<std::pair<int, std::uint32_t>> tags, const Bytes& data) {
  std::sort(tags.begin(), tags.end());
  Bytes out;
  const auto number = [&](std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
  };
  out.insert(out.end(), {std::byte{'I'}, std::byte{'I'}, std::byte{42}, std::byte{0}});
  number(8, 4);
  number(static_cast<std::uint32_t>(tags.size()), 2);
  const auto data_at = static_cast<std::uint32_t>(8 + 2 + 12 * tags.size() + 4);
  for (const auto& [tag, value] : tags) {
    number(static_cast<std::uint32_t>(tag), 2);
    number(4, 2);
    number(1, 4);
    number(tag == TIFFTAG_STRIPOFFSETS || tag == TIFFTAG_TILEOFFSETS ? data_at : value, 4);
  }
  number(0, 4);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

}  // namespace nibble::samples
