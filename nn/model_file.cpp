#include "nn/model_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "nn/checked_json.h"
#include "nn/dtype.h"
#include "nn/error.h"

// Layout: 8 bytes of header length (little-endian), the JSON header, the data area. `data_offsets`
// count from the start of the data area. Tensors follow each other in the data area, in any order,
// with nothing between them or less than 64 bytes of zeros (to align the next one); the last tensor
// ends the file. The writer pads the header with spaces so that the data area, and with it every
// tensor, starts at a multiple of 64 bytes of the file.

namespace nibble {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little,
              "tensors are read as they stand in the file");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxRank = 8;
constexpr const char* kMetadataName = "__metadata__";

/// Where a tensor lies in the data area.
struct Entry {
  std::string name;
  ModelTensor tensor;  // without its data
  std::size_t begin = 0;
  std::size_t end = 0;
};

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

std::size_t aligned(std::size_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

/// Bytes of a tensor by its type and shape; `what` begins the messages. Nothing larger than a file
/// can be is accepted.
std::size_t tensor_bytes(const ModelTensor& tensor, const std::string& what) {
  std::size_t bytes = dtype_size(tensor.dtype);
  if (tensor.shape.size() > kMaxRank)
    fail(what + " has more than " + std::to_string(kMaxRank) + " dimensions");
  for (const std::int64_t extent : tensor.shape) {
    if (extent < 1) fail(what + " has a dimension below 1");
    if (static_cast<std::uint64_t>(extent) > kMaxFileBytes / bytes)
      fail(what + " has a shape larger than any model file");
    bytes *= static_cast<std::size_t>(extent);
  }
  return bytes;
}

std::string_view read_header(const std::byte* bytes, std::size_t size, const std::string& name) {
  if (size > kMaxFileBytes) fail(name + ": is larger than 64 MiB, the limit of a model file");
  if (size < kLengthBytes)
    fail(name + ": has only " + std::to_string(size) +
         " bytes; it is truncated or not a model file");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes, kLengthBytes);
  if (length > kMaxHeaderBytes) {
    fail(name + ": claims a header of " + std::to_string(length) +
         " bytes, more than 1 MiB; it is damaged or not a model file");
  }
  if (length > size - kLengthBytes) {
    fail(name + ": claims a header of " + std::to_string(length) + " bytes but only " +
         std::to_string(size - kLengthBytes) + " follow; it is truncated");
  }
  return {reinterpret_cast<const char*>(bytes) + kLengthBytes, static_cast<std::size_t>(length)};
}

std::map<std::string, std::string> read_metadata(const json& value, const std::string& name) {
  if (!value.is_object()) fail(name + ": the metadata is not an object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string())
      fail(name + ": the metadata entry " + in_quotes(key) + " is not a string");
    metadata[key] = text.get<std::string>();
  }
  return metadata;
}

/// An integer that is at least 0, whatever its size.
bool is_count(const json& number) {
  return number.is_number_unsigned() && number.get<std::uint64_t>() <= INT64_MAX;
}

/// Type and shape of a tensor by its entry in the header.
ModelTensor read_type(const json& value, const std::string& what) {
  if (!value.is_object()) fail(what + " is not an object");
  for (const auto& [field, unused] : value.items()) {
    if (field != "dtype" && field != "shape" && field != "data_offsets")
      fail(what + " has the unknown entry " + in_quotes(field));
  }
  if (value.size() != 3) fail(what + " lacks dtype, shape or data_offsets");

  ModelTensor tensor;
  if (!value["dtype"].is_string()) fail(what + " has a dtype that is not a string");
  const auto dtype_text = value["dtype"].get<std::string>();
  const std::optional<DType> dtype = parse_dtype(dtype_text);
  if (!dtype) fail(what + " has the unknown dtype " + in_quotes(dtype_text));
  tensor.dtype = *dtype;
  const json& shape = value["shape"];
  if (!shape.is_array() || !std::all_of(shape.begin(), shape.end(), is_count))
    fail(what + " has a shape that is not a list of sizes");
  tensor.shape = shape.get<std::vector<std::int64_t>>();
  return tensor;
}

/// A tensor and its place in the data area of `area` bytes, checked by themselves.
Entry read_entry(const std::string& key, const json& value, std::size_t area,
                 const std::string& name) {
  const std::string what = name + ": tensor " + in_quotes(key);
  Entry entry{key, read_type(value, what), 0, 0};
  const json& offsets = value["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !is_count(offsets[0]) ||
      !is_count(offsets[1])) {
    fail(what + " has data_offsets that are not two positions");
  }
  entry.begin = offsets[0].get<std::size_t>();
  entry.end = offsets[1].get<std::size_t>();
  if (entry.begin > entry.end) fail(what + " ends before it begins");
  const std::size_t expected = tensor_bytes(entry.tensor, what);
  if (entry.end - entry.begin != expected) {
    fail(what + " has " + std::to_string(entry.end - entry.begin) +
         " bytes where its shape needs " + std::to_string(expected));
  }
  if (entry.end > area) {
    fail(what + " ends at byte " + std::to_string(entry.end) + " of a data area of " +
         std::to_string(area) + " bytes; the file is truncated");
  }
  return entry;
}

/// Checks that the entries cover the data area: no overlap, no hole but alignment padding, nothing
/// after the last.
void check_cover(std::vector<Entry>& entries, const std::byte* area, std::size_t area_size,
                 const std::string& name) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  std::size_t covered = 0;
  for (const Entry& entry : entries) {
    const std::string what = name + ": tensor " + in_quotes(entry.name);
    if (entry.begin < covered) fail(what + " overlaps another one");
    if (entry.begin - covered >= kAlignment)
      fail(what + " comes after a hole of " + std::to_string(entry.begin - covered) + " bytes");
    const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
    if (!std::all_of(area + covered, area + entry.begin, is_zero))
      fail(what + " comes after padding that is not zero");
    covered = entry.end;
  }
  if (covered != area_size)
    fail(name + ": " + std::to_string(area_size - covered) + " bytes follow the last tensor");
}

std::string header_text(const ModelFile& model, const std::map<std::string, std::size_t>& offsets) {
  json header = json::object();
  if (!model.metadata.empty()) header[kMetadataName] = model.metadata;
  for (const auto& [name, tensor] : model.tensors) {
    const std::size_t begin = offsets.at(name);
    json& entry = header[name];
    entry["dtype"] = std::string(dtype_name(tensor.dtype));
    entry["shape"] = tensor.shape;
    entry["data_offsets"] = {begin, begin + tensor.data.size()};
  }
  try {
    return header.dump();
  } catch (const json::exception&) {
    fail("a name or metadata entry of the model is not valid UTF-8");
  }
}

}  // namespace

std::vector<float> ModelTensor::as_f32() const {
  if (dtype != DType::f32)
    fail("a tensor of type " + std::string(dtype_name(dtype)) + " was asked for as F32");
  std::vector<float> values(data.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), data.data(), values.size() * sizeof(float));
  return values;
}

ModelFile parse_model(const std::byte* bytes, std::size_t size, const std::string& name) {
  const std::string_view text = read_header(bytes, size, name);
  const json header = parse_checked_json(text, name + ": the header", ErrorCode::bad_model);
  if (!header.is_object()) fail(name + ": the header is not a JSON object");
  const std::byte* area = bytes + kLengthBytes + text.size();
  const std::size_t area_size = size - kLengthBytes - text.size();

  ModelFile model;
  std::vector<Entry> entries;
  for (const auto& [key, value] : header.items()) {
    if (key == kMetadataName) {
      model.metadata = read_metadata(value, name);
    } else {
      entries.push_back(read_entry(key, value, area_size, name));
    }
  }
  check_cover(entries, area, area_size, name);
  for (Entry& entry : entries) {
    entry.tensor.data.assign(area + entry.begin, area + entry.end);
    model.tensors[entry.name] = std::move(entry.tensor);
  }
  return model;
}

std::vector<std::byte> serialize_model(const ModelFile& model) {
  std::map<std::string, std::size_t> offsets;
  std::size_t area_size = 0;
  for (const auto& [name, tensor] : model.tensors) {
    const std::string what = "tensor " + in_quotes(name);
    if (name == kMetadataName) fail(what + " has a name that the format keeps for itself");
    if (tensor_bytes(tensor, what) != tensor.data.size())
      fail(what + " has data that do not match its shape");
    offsets[name] = aligned(area_size);
    area_size = offsets[name] + tensor.data.size();
  }
  std::string header = header_text(model, offsets);
  header.append(aligned(kLengthBytes + header.size()) - kLengthBytes - header.size(), ' ');
  const std::size_t area = kLengthBytes + header.size();
  if (header.size() > kMaxHeaderBytes || area + area_size > kMaxFileBytes) {
    fail("the model is too large for a model file (64 MiB in all, 1 MiB of header)");
  }

  std::vector<std::byte> bytes(area + area_size);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, header.data(), header.size());
  for (const auto& [name, tensor] : model.tensors) {
    std::copy(tensor.data.begin(), tensor.data.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(area + offsets[name]));
  }
  return bytes;
}

}  // namespace nibble
