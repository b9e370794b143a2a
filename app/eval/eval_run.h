#pragma once

#include <string>
#include <vector>

#include "app/eval/eval_locate.h"
#include "app/eval/eval_perturb.h"
#include "app/eval/eval_plan.h"
#include "app/support/options.h"
#include "recognizer/line/confidence.h"
#include "recognizer/reader/read_stage.h"

namespace nibble {

/// One field as it was read, or that it could not be.
struct Prediction {
  std::string type;
  std::string frame;
  std::string condition;
  std::string clip;  ///< as in MidvFrame
  std::string field;
  std::string group;
  bool clean = true;
  std::string truth;
  std::string raw;   ///< before rules
  std::string text;  ///< after rules
  double confidence = 0;
  Decision decision = Decision::reject;
  Evidence evidence{};
  double ms = 0;         ///< from rectified page to text
  bool missing = false;  ///< the frame could not be read; raw and text are empty
};

/// A way to read every field: what reads and where the field is looked for.
struct EvalVariant {
  LineReader reader;
  std::vector<Perturbation> perturbations;  ///< applied one after the other
};

struct EvalRun {
  std::vector<std::vector<Prediction>> predictions;  ///< for each variant, every field of the plan
  int frames_read = 0;
  int frames_failed = 0;
  bool interrupted = false;
};

/// Reads the frames of a plan in all variants, which alternate field set by field set, so that a
/// drift of the machine hits all alike. Reports frames that cannot be read on stderr and goes on.
/// `common` gives the jobs and the progress bar. The crops of the first variant go to the folder
/// `crops` unless that is empty. With a locator the documents' corners are found, not taken from
/// the data set; a frame whose document is not found counts as failed.
EvalRun run_evaluation(const EvalPlan& plan, const std::vector<EvalVariant>& variants,
                       const CommonOptions& common, const std::string& crops = "",
                       const EvalLocator* locator = nullptr);

}  // namespace nibble
