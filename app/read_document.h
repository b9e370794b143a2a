#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/read_inputs.h"
#include "nn/network.h"
#include "recognizer/mrz_correct.h"
#include "recognizer/recognizer.h"

namespace nibble {

/// Milliseconds spent on a page.
struct StageTimes {
  double decode = 0;
  double locate = 0;
  double rectify = 0;
  double read = 0;
  double total = 0;
};

/// The document that was found on a page.
struct FoundDocument {
  std::string name;  ///< of the template
  int width = 0;     ///< of the template, in pixels
  int height = 0;
  Quad quad{};  ///< source pixels
};

/// All that was read on one page of an input, or why nothing was.
struct DocumentResult {
  std::string path;
  int page = 1;
  int width = 0;  ///< of the picture, in pixels
  int height = 0;
  std::optional<FoundDocument> document;  ///< none for a single line
  std::vector<FieldResult> fields;
  std::optional<MrzReading> mrz;  ///< where the document has a machine readable zone that was read
  std::vector<std::string> warnings;
  StageTimes times;
  std::optional<Failure> failure;         ///< nothing was read
  std::optional<Failure> output_failure;  ///< it was read, but --annotate or --crops could not be written
};

/// What is to be done with each input.
struct ReadTask {
  bool line = false;                 ///< the input is one line of text
  std::optional<Template> document;  ///< fields to read; set unless `line`
  std::optional<Quad> quad;          ///< outline given by the user
  std::string quad_origin;           ///< what messages call it, e.g. "--quad"
  bool mrz = false;  ///< only the machine readable zone, wherever it is
  bool rules = true;
  ReadOptions options;
  int alternatives = 3;  ///< kept a character in the result; the rules see more
  int threads = 1;
  std::string annotate;  ///< --annotate: a folder, or a file when there is one input
  bool annotate_is_folder = false;
  std::string crops;                    ///< --crops: a folder
  std::set<std::string> input_entries;  ///< what must not be written over (see directory_entry); filled when pictures are written
};

/// Does the work on an input and gives what it failed with, if it did. Whatever is thrown there, a library's exceptions included, is a
/// failure of this input alone, so that a batch goes on.
std::optional<Failure> failure_in(const std::string& name, const std::function<void()>& work);

/// Reads every page of an input and writes what --annotate and --crops ask for. Never throws: failures are in the results,
/// of which there is at least one.
std::vector<DocumentResult> read_input(const Network& network, const ReadInput& input, const ReadTask& task);

/// The outline for a picture: the given one, else the whole picture when it has the template's shape (within 3 %), which
/// is said in `warnings`. Throws Error(bad_quad).
Quad choose_quad(const ReadTask& task, int width, int height, std::vector<std::string>& warnings);

}  // namespace nibble
