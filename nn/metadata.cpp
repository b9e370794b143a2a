#include "nn/metadata.h"

#include <algorithm>
#include <set>

#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

/// Whether a text of valid UTF-8 is one code point that can be printed on a line.
bool is_character(const std::string& text) {
  const auto starts = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  if (starts != 1) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  const bool c0_control = first < 0x20 || first == 0x7F;
  const bool c1_control = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return !c0_control && !c1_control;
}

}  // namespace

const std::string& metadata_entry(const ModelFile& model, const std::string& key,
                                  const std::string& name) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) fail(name + ": the metadata lack " + in_quotes(key));
  return entry->second;
}

Precision check_metadata(const ModelFile& model, const std::string& name) {
  const std::string& version = metadata_entry(model, "format_version", name);
  if (version != "1")
    fail(name + ": has format version " + in_quotes(version) + "; this program reads version 1");
  const std::string& precision = metadata_entry(model, "precision", name);
  const auto parsed = parse_precision(precision);
  if (!parsed) fail(name + ": has the unknown precision " + in_quotes(precision));
  for (const char* key : {"normalization", "training", "ranges"}) {
    const auto entry = model.metadata.find(key);
    if (entry != model.metadata.end())
      parse_checked_json(entry->second, name + ": the metadata entry " + in_quotes(key),
                         ErrorCode::bad_model);
  }
  return *parsed;
}

std::vector<std::string> read_alphabet(const ModelFile& model, const std::string& name) {
  const json value = parse_checked_json(metadata_entry(model, "alphabet", name),
                                        name + ": the alphabet", ErrorCode::bad_model);
  if (!value.is_array() || value.empty()) fail(name + ": the alphabet is not a list of characters");
  std::vector<std::string> alphabet;
  std::set<std::string> seen;
  for (const json& entry : value) {
    if (!entry.is_string() || !is_character(entry.get<std::string>())) {
      fail(name + ": entry " + std::to_string(alphabet.size() + 1) +
           " of the alphabet is not one printable character");
    }
    alphabet.push_back(entry.get<std::string>());
    if (!seen.insert(alphabet.back()).second)
      fail(name + ": the alphabet has " + in_quotes(alphabet.back()) + " twice");
  }
  return alphabet;
}

}  // namespace nibble
