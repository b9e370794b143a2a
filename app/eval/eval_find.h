#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/eval/eval_plan.h"
#include "app/support/options.h"
#include "data/line_recall.h"
#include "nn/network.h"
#include "recognizer/image/image.h"

namespace nibble {

/// What was found and read on a whole picture without a template.
struct FoundPage {
  std::vector<Quad> lines;         ///< that were found, in the picture's pixels
  std::vector<std::string> texts;  ///< of those that were read as text
  double find_ms = 0;
  double read_ms = 0;
};
using TextReader = std::function<FoundPage(const Image&)>;

/// A labelled field that was not found or not read.
struct FindMiss {
  std::string type;
  std::string frame;
  std::string field;
  std::string truth;
  FieldFinding finding;
  std::vector<std::byte> png;  ///< the field and what is around it, with the lines found there
};

/// Reads with the finder and the reader that the options name, as the library does for
/// Request::Type::text. Throws Error(bad_model | bad_device).
TextReader text_reader(const CommonOptions& options, Precision precision, double margin);

struct FindEvaluation {
  FindTable scores;
  std::vector<FindMiss> misses;
  int frames_failed = 0;
  bool interrupted = false;
};

/// Reads the whole pictures of a plan, `jobs` at once, and looks for their clean fields in what was
/// found. Failures are told on standard error; of the misses the first `most_pictures` get a
/// picture.
FindEvaluation evaluate_finding(const EvalPlan& plan, const TextReader& read, int jobs,
                                std::size_t most_pictures);

/// The figures for a terminal, with the misses.
std::string find_text(const FindEvaluation& evaluation);

/// The `find` entry of the result: all, conditions, types, misses.
nlohmann::json find_json(const FindEvaluation& evaluation);

/// The part of a page (markup): tables, and the misses as pictures.
std::string find_markup(const FindEvaluation& evaluation);

}  // namespace nibble
