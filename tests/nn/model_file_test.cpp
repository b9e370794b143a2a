#include "nn/model_file.h"

#include <filesystem>
#include <fstream>

#include "tests/nn/make_model.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

/// A file of this header and `area` zero bytes behind it.
std::vector<std::byte> file_of(const std::string& header, std::size_t area) {
  std::vector<std::byte> bytes(8 + header.size() + area);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

/// A header entry of a tensor.
std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
         offsets + "}";
}

std::string parse_error(const std::vector<std::byte>& bytes) {
  return message_of(ErrorCode::bad_model, [&] { parse(bytes); });
}

std::string header_error(const std::string& header, std::size_t area) {
  return parse_error(file_of(header, area));
}

std::size_t area_start(const std::vector<std::byte>& bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  return 8 + length;
}

bool same(const ModelFile& a, const ModelFile& b) {
  const auto same_tensor = [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.dtype == y.second.dtype &&
           x.second.shape == y.second.shape && x.second.data == y.second.data;
  };
  return a.metadata == b.metadata && a.tensors.size() == b.tensors.size() &&
         std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), same_tensor);
}

/// A folder of its own that is removed again.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("nibble-test-" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directory(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(path_), {});
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a model survives writing and reading, byte for byte") {
  ModelFile model = small_model();
  model.tensors["levels"] = {DType::u8, {3}, {std::byte{1}, std::byte{2}, std::byte{255}}};
  model.tensors["codes"] = {DType::s8, {1, 2}, {std::byte{0x80}, std::byte{0x7F}}};
  model.tensors["sum"] = {DType::s32, {}, std::vector<std::byte>(4, std::byte{9})};
  const std::vector<std::byte> bytes = serialize_model(model);
  const ModelFile again = parse(bytes);
  CHECK(same(model, again));
  CHECK(serialize_model(again) == bytes);
  CHECK(area_start(bytes) % 64 == 0);
}

TEST_CASE("the writer aligns every tensor in the file") {
  ModelFile model;
  for (unsigned char i = 1; i < 6; ++i)
    model.tensors["t" + std::to_string(i)] = {
        DType::u8, {i}, std::vector<std::byte>(i, std::byte{i})};
  const std::vector<std::byte> bytes = serialize_model(model);
  const std::size_t area = area_start(bytes);
  for (unsigned char i = 1; i < 6; ++i) CHECK(bytes.at(area + 64U * (i - 1U)) == std::byte{i});
  CHECK(bytes.size() == area + 4 * 64 + 5);
  CHECK(parse(bytes).tensors.size() == 5);
}

TEST_CASE("floats come out of a tensor as they went in") {
  const std::vector<float> values{1.5F, -0.0F, 1e-30F};
  CHECK(f32_tensor({3}, values).as_f32() == values);
  ModelTensor bytes{DType::u8, {1}, {std::byte{1}}};
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { bytes.as_f32(); }), Contains("U8"));
}

TEST_CASE("a model file cut anywhere is refused") {
  const std::vector<std::byte> bytes = serialize_model(small_model());
  const std::size_t area = area_start(bytes);
  for (std::size_t size = 0; size < bytes.size(); size += size < area + 8 ? 1 : 7) {
    const std::vector<std::byte> cut(bytes.begin(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(size));
    INFO("cut to " << size << " of " << bytes.size());
    CHECK_THAT(parse_error(cut), Contains("truncated"));
  }
}

TEST_CASE("a header with any byte changed is refused or read, never a crash") {
  const std::vector<std::byte> bytes = serialize_model(small_model());
  int refused = 0;
  for (std::size_t i = 0; i < area_start(bytes); ++i) {
    for (const int mask : {0x01, 0x20, 0x80}) {
      std::vector<std::byte> changed = bytes;
      changed[i] ^= static_cast<std::byte>(mask);
      try {
        parse(changed);
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::bad_model);
        ++refused;
      }
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("bytes after the last tensor are refused") {
  std::vector<std::byte> bytes = serialize_model(small_model());
  bytes.push_back(std::byte{0});
  CHECK_THAT(parse_error(bytes), Contains("1 bytes follow the last tensor"));
}

TEST_CASE("a header length beyond the file or the limit is refused") {
  std::vector<std::byte> bytes = file_of("{}", 0);
  CHECK(parse(bytes).tensors.empty());
  bytes[0] = std::byte{3};
  CHECK_THAT(parse_error(bytes), Contains("claims a header of 3 bytes but only 2 follow"));
  bytes[7] = std::byte{0xFF};
  CHECK_THAT(parse_error(bytes), Contains("more than 1 MiB"));
  CHECK_THAT(header_error("{}" + std::string(1U << 20, ' '), 0), Contains("more than 1 MiB"));
}

TEST_CASE("a file over the limit is refused") {
  CHECK_THAT(header_error("{}", std::size_t{64} << 20), Contains("larger than 64 MiB"));
}

TEST_CASE("a header that is not a JSON object is refused") {
  CHECK_THAT(header_error("{", 0), Contains("not valid JSON"));
  CHECK_THAT(header_error("", 0), Contains("not valid JSON"));
  CHECK_THAT(header_error("{} {}", 0), Contains("not valid JSON"));
  CHECK_THAT(header_error("{\"\xFF\":1}", 0), Contains("not valid JSON"));
  CHECK_THAT(header_error("{\"a\":1e999}", 0), Contains("out of range"));
  CHECK_THAT(header_error("[]", 0), Contains("not a JSON object"));
  CHECK_THAT(header_error("{\"a\":" + std::string(100000, '['), 0), Contains("levels deep"));
}

TEST_CASE("a name that stands twice is refused") {
  const std::string a = entry("a", "U8", "[1]", "[0,1]");
  CHECK_THAT(header_error("{" + a + "," + a + "}", 1), Contains("has the name \"a\" twice"));
  CHECK_THAT(
      header_error(R"({"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", 1),
      Contains("\"dtype\" twice"));
  CHECK_THAT(header_error(R"({"__metadata__":{"x":"1","x":"2"}})", 0), Contains("\"x\" twice"));
}

TEST_CASE("metadata that are not texts are refused") {
  CHECK_THAT(header_error(R"({"__metadata__":{"graph":{}}})", 0),
             Contains("entry \"graph\" is not a string"));
  CHECK_THAT(header_error(R"({"__metadata__":[]})", 0), Contains("metadata is not an object"));
  CHECK(parse(file_of(R"({"__metadata__":{"x":"1"}})", 0)).metadata.at("x") == "1");
}

TEST_CASE("a tensor entry that is not understood is refused") {
  const auto error = [](const std::string& tensor) { return header_error("{" + tensor + "}", 4); };
  CHECK_THAT(error("\"a\":1"), Contains("tensor \"a\" is not an object"));
  CHECK_THAT(error(R"("a":{"dtype":"F32","shape":[1]})"), Contains("lacks"));
  CHECK_THAT(error(R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1})"),
             Contains("unknown entry \"x\""));
  CHECK_THAT(error(R"("a":{"dtype":1,"shape":[1],"data_offsets":[0,4]})"),
             Contains("dtype that is not a string"));
  for (const char* dtype : {"F16", "BF16", "I64", "f32", "BOOL", ""})
    CHECK_THAT(error(entry("a", dtype, "[1]", "[0,4]")), Contains("unknown dtype"));
}

TEST_CASE("a shape that cannot be is refused") {
  const auto error = [](const std::string& shape) {
    return header_error("{" + entry("a", "F32", shape, "[0,4]") + "}", 4);
  };
  for (const char* shape : {"1", "[-1]", "[1.0]", "[\"1\"]", "[null]", "[18446744073709551615]",
                            "[18446744073709551616]", "{\"a\":1}"}) {
    INFO(shape);
    CHECK_THAT(error(shape), Contains("shape that is not a list of sizes"));
  }
  CHECK_THAT(error("[0]"), Contains("dimension below 1"));
  CHECK_THAT(error("[4611686018427387904,4]"), Contains("larger than any model file"));
  CHECK_THAT(error("[4294967296,4294967296]"), Contains("larger than any model file"));
  CHECK_THAT(error("[1,1,1,1,1,1,1,1,1]"), Contains("more than 8 dimensions"));
  CHECK_THAT(error("[2]"), Contains("4 bytes where its shape needs 8"));
}

TEST_CASE("offsets that lie outside or run backwards are refused") {
  const auto error = [](const std::string& shape, const std::string& offsets) {
    return header_error("{" + entry("a", "U8", shape, offsets) + "}", 4);
  };
  for (const char* offsets : {"0", "[0]", "[0,2,4]", "[-4,0]", "[0,4.0]", "[\"0\",\"4\"]",
                              "[0,18446744073709551615]", "[0,1e30]"}) {
    INFO(offsets);
    CHECK_THAT(error("[4]", offsets), Contains("data_offsets that are not two positions"));
  }
  CHECK_THAT(error("[4]", "[4,0]"), Contains("ends before it begins"));
  CHECK_THAT(error("[4]", "[1,5]"), Contains("ends at byte 5 of a data area of 4 bytes"));
  CHECK_THAT(error("[4]", "[9223372036854775803,9223372036854775807]"),
             Contains("data area of 4 bytes"));
}

TEST_CASE("overlaps and holes are refused, alignment padding of zeros is not") {
  const auto two = [](const std::string& first, const std::string& second) {
    return "{" + entry("a", "U8", "[4]", first) + "," + entry("b", "U8", "[4]", second) + "}";
  };
  CHECK_THAT(header_error(two("[0,4]", "[0,4]"), 4), Contains("overlaps"));
  CHECK_THAT(header_error(two("[3,7]", "[0,4]"), 7), Contains("\"a\" overlaps"));
  CHECK_THAT(header_error(two("[0,4]", "[68,72]"), 72),
             Contains("\"b\" comes after a hole of 64 bytes"));
  CHECK_THAT(header_error(two("[64,68]", "[68,72]"), 72),
             Contains("\"a\" comes after a hole of 64 bytes"));
  CHECK(parse(file_of(two("[4,8]", "[0,4]"), 8)).tensors.size() == 2);

  std::vector<std::byte> padded = file_of(two("[0,4]", "[67,71]"), 71);
  CHECK(parse(padded).tensors.size() == 2);
  padded[area_start(padded) + 66] = std::byte{1};
  CHECK_THAT(parse_error(padded), Contains("padding that is not zero"));
}

TEST_CASE("hostile names stay on one line of a message") {
  const std::string message = header_error(R"({"a\nb\u001b[2J\"":1})", 0);
  CHECK_THAT(message, Contains("\"a?b?[2J?\""));
  CHECK(header_error("{\"" + std::string(5000, 'x') + "\":1}", 0).size() < 200);
}

TEST_CASE("a model that could not be read back is not written") {
  ModelFile model;
  model.tensors["a"] = {DType::f32, {2}, std::vector<std::byte>(4)};
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { serialize_model(model); }),
             Contains("do not match its shape"));
  model.tensors.clear();
  model.tensors["__metadata__"] = f32_tensor({1}, {1});
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { serialize_model(model); }),
             Contains("keeps for itself"));
  model.tensors.clear();
  model.metadata["x"] = "\xFF";
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { serialize_model(model); }), Contains("UTF-8"));
  model.metadata["x"] = std::string(1U << 20, 'x');
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { serialize_model(model); }),
             Contains("too large"));
}

TEST_CASE("model files are written whole or not at all") {
  const TemporaryFolder folder;
  const std::string path = folder.file("m.safetensors");
  write_model(small_model(), path);
  CHECK(same(read_model(path), small_model()));
  write_model(ModelFile{}, path);
  CHECK(read_model(path).tensors.empty());
  CHECK(folder.files() == 1);

  std::filesystem::create_directory(folder.file("taken"));
  std::ofstream(folder.file("taken/x")) << "x";
  CHECK_THAT(message_of(ErrorCode::write_failed,
                        [&] { write_model(small_model(), folder.file("taken")); }),
             Contains("taken: cannot be written"));
  CHECK(folder.files() == 2);
  CHECK_THAT(message_of(ErrorCode::write_failed,
                        [&] { write_model(small_model(), folder.file("none/m")); }),
             Contains("none/m: cannot be written"));
}

TEST_CASE("a model file that is missing, a folder or empty is refused") {
  const TemporaryFolder folder;
  CHECK_THAT(message_of(ErrorCode::file_not_found, [&] { read_model(folder.file("none")); }),
             Contains("none: cannot open"));
  CHECK_THAT(message_of(ErrorCode::file_not_found, [&] { read_model(folder.file("")); }),
             Contains("is a folder"));
  std::ofstream(folder.file("empty")).close();
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { read_model(folder.file("empty")); }),
             Contains("empty: has only 0 bytes"));
}

}  // namespace nibble::test
