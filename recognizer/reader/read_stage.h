#pragma once

#include <optional>
#include <vector>

#include "nn/network.h"
#include "nn/picture_network.h"
#include "recognizer/base/stopwatch.h"
#include "recognizer/image/image.h"
#include "recognizer/line/confidence.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/locate/find/line_outline.h"
#include "recognizer/mrz/correct.h"
#include "recognizer/page/page.h"
#include "recognizer/rules/name_fields.h"

namespace nibble {

/// What reads the lines of a picture and how. The pointers outlive it.
struct LineReader {
  const Network* network = nullptr;
  const PictureNetwork* finder = nullptr;    ///< null where no lines are looked for
  const Calibration* calibration = nullptr;  ///< null: nothing is accepted
  double margin = ReadOptions{}.margin;
  int beam = 0;
  bool rules = true;
  int alternatives = 3;  ///< kept a character in what is given; the rules see more
  int threads = 1;
};

/// The fields of one picture, read, after rules and judged.
struct JudgedFields {
  std::vector<FieldResult> fields;  ///< one a spec, in their order
  std::optional<MrzReading> mrz;    ///< where fields of kind mrz are a zone
};

/// Reads the fields of an upright page that stands in a picture of this size. Stages told: crop,
/// normalize, network, text, rules.
JudgedFields read_page(const LineReader& reader, const Page& page,
                       const std::vector<FieldSpec>& specs, int width, int height,
                       const StageObserver& observer = {});

/// Lines of text, and the fields that were found among them (name_fields), all after rules and
/// judged.
struct JudgedText {
  std::vector<FieldResult> lines;
  std::vector<NamedField> fields;
};

/// The fields among lines that were read on a picture of this size (name_fields), after rules and
/// judged. `zone` is that of the document, or null: then it is looked for among the lines. Stage
/// told: name.
std::vector<NamedField> named_fields(const LineReader& reader,
                                     const std::vector<FieldResult>& lines, const Mrz* zone,
                                     int width, int height, const StageObserver& observer = {});

/// Finds the lines of a picture with the finder's network; see find_lines. Stage told: find.
std::vector<LineOutline> find_text(const LineReader& reader, const Image& picture, bool thorough,
                                   const StageObserver& observer = {});

/// Reads lines that were found on a picture; what is no text is left out. `zone` is that of the
/// document, or null: then it is looked for among the lines. Stages told: those of read_page, name.
JudgedText read_found(const LineReader& reader, const Image& picture,
                      const std::vector<LineOutline>& lines, const Mrz* zone = nullptr,
                      const StageObserver& observer = {});

/// The zones among lines that were found on a picture.
struct JudgedZones {
  std::vector<JudgedFields> zones;  ///< the first valid one first, then from the top
  bool mirrored = false;            ///< none; but there is one on the mirrored picture
};
JudgedZones read_zones(const LineReader& reader, const Image& picture,
                       const std::vector<LineOutline>& lines, const StageObserver& observer = {});

/// Reads a picture that is one line.
JudgedFields read_single_line(const LineReader& reader, const Image& picture,
                              const StageObserver& observer = {});

}  // namespace nibble
