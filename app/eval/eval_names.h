#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/eval/eval_plan.h"
#include "data/field_names.h"
#include "include/nibble/nibble.hpp"

namespace nibble {

/// A field that was not found by name, or found with another text.
struct NameMiss {
  std::string type;
  std::string frame;
  std::string name;
  std::string truth;
  std::string text;  ///< empty: no field has this name
  bool accepted = false;
};

struct NameEvaluation {
  NameScore all;
  std::map<std::string, NameScore> types;
  std::map<std::string, NameScore> names;
  std::map<std::string, NameScore> sources;  ///< of those found, by what named them
  std::vector<NameMiss> misses;
  int frames_failed = 0;
  bool interrupted = false;
};

/// Reads the whole pictures of a plan without a template, `jobs` at once, and compares the fields
/// with those that `names` asks for: clean ones, and those transcribed besides the data set's own
/// (extra01, ...). Failures are told on standard error.
NameEvaluation evaluate_names(const EvalPlan& plan, const FieldNames& names, const Reader& reader,
                              int jobs);

/// The figures for a terminal, with the misses.
std::string names_text(const NameEvaluation& evaluation);

/// The `by_caption` entry of the result: all, types, names, sources, misses.
nlohmann::json names_json(const NameEvaluation& evaluation);

/// The part of a page (markup): tables, and the misses.
std::string names_markup(const NameEvaluation& evaluation);

}  // namespace nibble
