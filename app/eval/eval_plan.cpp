#include "app/eval/eval_plan.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "app/eval/eval_templates.h"
#include "data/midv2020.h"
#include "nn/error.h"
#include "recognizer/image/image_file.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

/// Type, frame, field.
using LabelKey = std::tuple<std::string, std::string, std::string>;
using Labels = std::map<LabelKey, FieldLabel>;

std::optional<std::vector<FieldLabel>> find_labels(const std::string& dataset,
                                                   const std::string& fields) {
  if (!fields.empty()) return read_field_labels(fields);
  const fs::path beside = fs::path(dataset) / "fields.tsv";
  std::error_code error;
  if (!fs::exists(beside, error)) return std::nullopt;
  return read_field_labels(beside.string());
}

/// The fields of a frame that have a truth. Labels that are used leave `labels`.
std::vector<EvalField> fields_of(const DocumentType& type, const MidvFrame& frame, bool has_labels,
                                 Labels& labels) {
  std::vector<EvalField> fields;
  for (const LabelledField& field : type.fields) {
    EvalField result{field.spec, field.value.value_or(""), "", !has_labels};
    const auto label = labels.find({type.name, frame.id, field.spec.name});
    if (label != labels.end()) {
      result.truth = label->second.value;
      result.group = label->second.group;
      result.spec.kind = result.group;  // all that the rules know; a group guessed from the value
                                        // would tell them of the truth
      result.clean = label->second.clean;
      labels.erase(label);
    } else if (!field.value) {
      continue;
    } else {
      result.group = guess_group(result.truth);
    }
    fields.push_back(std::move(result));
  }
  return fields;
}

/// The size of the type's template picture, in whose pixels the fields lie; explains a failure in
/// `problems`.
std::optional<ImageSize> template_size(const DocumentType& type,
                                       std::vector<std::string>& problems) {
  try {
    if (type.template_image.empty())
      throw Error(ErrorCode::file_not_found,
                  "no template picture images/" + type.name + ".tif, .png or .jpg");
    return probe_image(type.template_image);
  } catch (const Error& error) {
    problems.push_back(type.name + ": its " + std::to_string(type.frames.size()) +
                       " frames cannot be read: " + error.what());
    return std::nullopt;
  }
}

/// Adds a type's frames, at most until the plan has `limit` of them.
void plan_type(const DocumentType& type, std::size_t limit, const KnownTemplates& templates,
               Labels& labels, EvalPlan& plan) {
  if (type.fields.empty()) {
    plan.unlabelled_frames += static_cast<int>(type.frames.size());
    return;
  }
  if (plan.frames.size() >= limit) return;
  const auto size = template_size(type, plan.problems);
  if (!size) return;
  for (const MidvFrame& frame : type.frames) {
    if (plan.frames.size() >= limit) return;
    std::vector<EvalField> fields = fields_of(type, frame, plan.has_labels, labels);
    if (fields.empty()) {
      ++plan.unlabelled_frames;
      continue;
    }
    templates.describe(type.name, size->width, size->height, fields);
    plan.frames.push_back({type.name, frame, size->width, size->height, std::move(fields)});
  }
}

/// Labels that were not used: of these types they are unread, of others they don't concern this
/// data set.
void plan_unread(const Dataset& dataset, const Labels& labels, EvalPlan& plan) {
  std::set<std::string> types;
  for (const DocumentType& type : dataset.types) types.insert(type.name);
  std::set<std::string> other_types;
  std::map<std::string, int> unread;
  for (const auto& [key, label] : labels) {
    if (!types.contains(label.type)) {
      other_types.insert(label.type);
      continue;
    }
    plan.unread.push_back(label);
    ++unread[label.type];
  }
  for (const auto& [type, count] : unread) {
    plan.problems.push_back(type + ": " + std::to_string(count) +
                            " labelled fields have no frame or no quad and count as not read");
  }
  for (const std::string& type : other_types)
    plan.notes.push_back("labels of " + type + " left out: the data set has no such type");
}

}  // namespace

Template template_of(const EvalFrame& frame) {
  Template kind{frame.type, frame.template_width, frame.template_height, "", {}};
  for (const EvalField& field : frame.fields) kind.fields.push_back(field.spec);
  return kind;
}

Dataset read_dataset(const std::string& path, const std::string& layout) {
  const bool via = layout == "midv2020" || (layout == "auto" && looks_like_midv2020(path));
  return via ? read_midv2020(path) : read_midv500(path);
}

EvalPlan plan_evaluation(const std::string& dataset_path, const std::string& layout,
                         const std::string& fields, const std::string& templates, int limit) {
  const Dataset dataset = read_dataset(dataset_path, layout);
  auto labels = find_labels(dataset_path, fields);
  EvalPlan plan;
  plan.has_labels = labels.has_value();
  Labels by_key;
  for (FieldLabel& label : labels ? *labels : std::vector<FieldLabel>{}) {
    LabelKey key{label.type, label.frame, label.field};
    by_key.emplace(std::move(key), std::move(label));
  }
  for (const DatasetProblem& problem : dataset.problems) plan.problems.push_back(problem.message);
  const std::size_t most = limit > 0 ? static_cast<std::size_t>(limit) : SIZE_MAX;
  const KnownTemplates known(templates);
  for (const DocumentType& type : dataset.types) plan_type(type, most, known, by_key, plan);
  // With a limit most labels are left unread on purpose.
  if (limit <= 0) plan_unread(dataset, by_key, plan);
  return plan;
}

}  // namespace nibble
