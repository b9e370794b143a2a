#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nibble {

/// Element types of the safetensors layout that a model file may hold.
enum class DType { f32, s8, u8, s32 };

/// A named, dense, row-major tensor of a model file.
struct ModelTensor {
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> data;

  /// The elements as floats; throws Error(bad_model) unless dtype is f32.
  std::vector<float> as_f32() const;
};

/// A model file in memory: named tensors and the string-to-string metadata of its header
/// (format_version, graph, alphabet, normalization, precision, training; each value but the plain
/// strings is JSON text).
struct ModelFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, ModelTensor> tensors;
};

/// Parses the safetensors layout: 8-byte little-endian header length, JSON header, blobs.
/// Trusts nothing: lengths, offsets, shapes, overlaps, holes, types and duplicate names are checked
/// before a byte is used. `name` stands in the messages. Throws Error(bad_model).
ModelFile parse_model(const std::byte* bytes, std::size_t size, const std::string& name);

/// Reads and parses a model file. Throws Error(file_not_found) or Error(bad_model).
ModelFile read_model(const std::string& path);

/// Serialises with every blob at a 64-byte aligned file offset; the same model always gives the
/// same bytes.
std::vector<std::byte> serialize_model(const ModelFile& model);

/// Writes to a temporary file beside `path` and renames it. Throws Error(write_failed).
void write_model(const ModelFile& model, const std::string& path);

}  // namespace nibble
