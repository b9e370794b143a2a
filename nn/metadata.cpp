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

ModelTask model_task(const ModelFile& model, const std::string& name) {
  const std::string& version = metadata_entry(model, "format_version", name);
  if (version == "1") return ModelTask::read;
  if (version != "2")
    fail(name + ": has format version " + in_quotes(version) +
         "; this program reads versions 1 and 2");
  const std::string& task = metadata_entry(model, "task", name);
  if (task != "find") fail(name + ": has the unknown task " + in_quotes(task));
  return ModelTask::find;
}

Precision check_metadata(const ModelFile& model, ModelTask task, const std::string& name) {
  if (model_task(model, name) != task) {
    fail(name + (task == ModelTask::read
                     ? ": finds lines; a model that reads them is needed here"
                     : ": reads lines; a model that finds them is needed here"));
  }
  const std::string& precision = metadata_entry(model, "precision", name);
  const auto parsed = parse_precision(precision);
  if (!parsed) fail(name + ": has the unknown precision " + in_quotes(precision));
  for (const char* key : {"normalization", "training", "ranges", "outputs"}) {
    const auto entry = model.metadata.find(key);
    if (entry != model.metadata.end())
      parse_checked_json(entry->second, name + ": the metadata entry " + in_quotes(key),
                         ErrorCode::bad_model);
  }
  return *parsed;
}

void check_precision(Precision precision, const std::vector<Conv2d>& layers,
                     const std::string& name) {
  const auto is = [&](Precision p) {
    return std::any_of(layers.begin(), layers.end(),
                       [&](const Conv2d& layer) { return layer.precision == p; });
  };
  const bool right = precision == Precision::f32    ? !is(Precision::int8) && !is(Precision::int4)
                     : precision == Precision::int8 ? !is(Precision::f32) && !is(Precision::int4)
                                                    : !is(Precision::f32) && is(Precision::int4);
  if (!right) {
    fail(name + ": has precision " + precision_name(precision) + ", but its layers have others");
  }
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

std::vector<std::string> read_channel_names(const ModelFile& model, const PictureGraph& graph,
                                            const std::string& name) {
  if (model.metadata.count("outputs") == 0) return {};
  const std::string what = name + ": the metadata entry \"outputs\"";
  const json value =
      parse_checked_json(metadata_entry(model, "outputs", name), what, ErrorCode::bad_model);
  if (!value.is_object() || !value.contains("names") || !value["names"].is_array())
    fail(what + " has no list \"names\"");
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const json& entry : value["names"]) {
    if (!entry.is_string() || entry.get<std::string>().empty() ||
        !seen.insert(entry.get<std::string>()).second)
      fail(what + " has \"names\" that are not distinct names");
    names.push_back(entry.get<std::string>());
  }
  int channels = 0;
  for (const int output : graph.outputs) channels += node_channels(graph, output);
  if (names.size() != static_cast<std::size_t>(channels))
    fail(what + " has " + std::to_string(names.size()) + " names for " + std::to_string(channels) +
         " channels");
  return names;
}

}  // namespace nibble
