#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/eval/eval_locate.h"
#include "app/eval/eval_plan.h"
#include "app/eval/eval_run.h"
#include "app/support/options.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/clip/look.h"
#include "recognizer/reader/read_stage.h"

namespace nibble {

/// What makes the frames of a data set clips.
enum class ClipBy {
  condition,  ///< those of one type, condition and clip of the data set, in their order
  type,       ///< all of one type (of MIDV-2020: of one specimen)
};

/// A clip of a data set.
struct EvalClip {
  std::string name;
  std::vector<const EvalFrame*> frames;
};

/// The clips of a plan, which must outlive them.
std::vector<EvalClip> clips_of(const EvalPlan& plan, ClipBy by);

/// The frames of a clip as they were read; `index` counts in EvalClip::frames.
struct ClipLooks {
  std::vector<FrameLook> looks;     ///< of the frames that can be read; FrameLook::frame: `index`
  std::vector<std::string> errors;  ///< one line a frame that failed
};

/// Reads every frame of a clip by itself, as Reader::clip does: those that are not sharp enough are
/// left out.
ClipLooks read_looks(const EvalClip& clip, const LineReader& reader, double min_sharpness,
                     const EvalLocator* locator);

/// What some frames of a clip came to in one field.
struct ClipField {
  Prediction prediction;
  Evidence evidence{};
  std::size_t frames = 0;  ///< that say something of it
};

/// Combines the looks at frames `first` to `first + count` (counted around the clip's end) and
/// compares the fields with their truth. Fields are those that one of these frames shows clean, or,
/// with `whole`, one of the clip's.
std::vector<ClipField> score_window(const EvalClip& clip, const ClipLooks& looks,
                                    const LineReader& reader, std::size_t first, std::size_t count,
                                    bool whole);

/// Figures over fields of clips.
struct ClipScore {
  int fields = 0;
  int exact = 0;       ///< as they are
  int exact_norm = 0;  ///< after upper-casing and O = 0
  int accepted = 0;
  int accepted_wrong = 0;  ///< normalised
  void add(const ClipField& field);
};

/// What a stopping rule came to.
struct StopScore {
  ClipScore score;
  int runs = 0;
  int frames = 0;  ///< used, of all runs
};

/// The figures of one precision.
struct ClipPrecision {
  std::string precision;
  std::map<std::size_t, ClipScore> curve;  ///< by number of frames
  ClipScore whole;                         ///< all frames of each clip
  StopScore stopping;
  double dependence = 0;  ///< intraclass correlation of single readings' errors within a clip
  std::vector<Prediction> predictions;  ///< of the whole clips
};

struct ClipEvaluation {
  int clips = 0;
  int frames = 0;
  int frames_left_out = 0;  ///< not sharp enough, in the first precision
  int frames_failed = 0;
  bool interrupted = false;
  StopRule stop;
  std::vector<ClipPrecision> precisions;
};

/// Evaluates clips: fields by number of frames (windows of 1, 2, 3, 5, 10, 20 frames, side by
/// side), all frames, and the stopping rule from up to 10 starts in each clip. Failures are told on
/// standard error.
ClipEvaluation evaluate_clips(const EvalPlan& plan, ClipBy by,
                              const std::vector<EvalVariant>& variants, const StopRule& stop,
                              const CommonOptions& common, const EvalLocator* locator);

/// The figures for a terminal.
std::string clip_text(const ClipEvaluation& evaluation);

/// The `clips` entry of the result.
nlohmann::json clip_json(const ClipEvaluation& evaluation);

/// The part of a page (markup): tables and charts.
std::string clip_markup(const ClipEvaluation& evaluation);

}  // namespace nibble
