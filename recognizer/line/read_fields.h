#pragma once

#include <functional>
#include <string>
#include <vector>

#include "nn/network.h"
#include "recognizer/base/stopwatch.h"
#include "recognizer/line/decode.h"
#include "recognizer/line/rule_check.h"
#include "recognizer/page/normalize.h"
#include "recognizer/page/page.h"

namespace nibble {

/// One field read.
struct FieldResult {
  FieldSpec spec;
  Reading reading;   ///< raw: before any rule
  std::string text;  ///< after rules; equal to reading.text where no rule applied
  Quad quad{};       ///< the field in source pixels, without the margin
  std::vector<Quad>
      char_quads;  ///< one a character of the reading, as high as the line, in source pixels
  double ms = 0;   ///< crop, normalise, network (its share, by width, of what ran together), decode
  std::string value;  ///< what the text means: an ISO date; the text itself for other kinds
  std::vector<RuleCheck> checks;  ///< what the rules say, see apply_rules
  double confidence = 0;  ///< that the text is right, 0 to 1; judge_fields sets it and the decision
  Decision decision = Decision::reject;
  std::vector<FrameText> said{};  ///< of a clip: what its frames say, see combine_looks
  double agreeing = 0;            ///< of a clip: summed confidences of the frames that say `text`
  double dissenting = 0;          ///< and of those that say something else
  double gain = 1;                ///< of a clip: see TextLine
  bool decided = false;
};

/// How a reader works.
struct ReadOptions {
  double margin = 0.1;  ///< around each field within which its line is looked for, share of the
                        ///< field's height; a quarter is looked at in any case
  /// What of it becomes part of the line, if no more: where the print goes on, the line is larger.
  double part = 0.1;
  /// A field read with less confidence is read again with less and with more room about its line,
  /// and the text that the three readings support most wins: a reading should not hang on a pixel
  /// of the crop. Counts for up to ten characters; a longer field, whose confidence is a product
  /// over more of them, for each ten. 0 never looks again.
  double second_look = 0.8;
  int alternatives = 3;                     ///< kept a character
  int beam = 0;                             ///< prefix beam width; 0 decodes greedily
  const StageObserver* observer = nullptr;  ///< told crop, normalize, network and text
};

/// Reads the fields of an upright page: one result a field, in their order. The network gets all
/// lines in one call, and in a second one those that are looked at again. Throws Error(bad_quad)
/// for a field without area, Error(bad_model) for a network of another line height.
std::vector<FieldResult> read_fields(const Network& network, const Page& page,
                                     const std::vector<FieldSpec>& fields,
                                     const ReadOptions& options);

/// Reads those of `results` again that ReadOptions::second_look speaks of, as read_fields does; for
/// readings that were made without.
void look_again(const Network& network, const Page& page, const ReadOptions& options,
                std::vector<FieldResult>& results);

/// The line of a field of an upright page as the network gets it (where it is looked at again, for
/// the first time). Throws Error(bad_quad) for a field without area.
LineImage field_line(const Page& page, const FieldSpec& field, const ReadOptions& options);

/// Reads a picture that holds one line of text and nothing else; quads are in its pixels, the field
/// is called "line".
FieldResult read_line(const Network& network, const Image& line, const ReadOptions& options);

}  // namespace nibble
