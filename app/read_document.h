#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/document_finder.h"
#include "app/read_inputs.h"
#include "nn/network.h"
#include "recognizer/line/confidence.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"

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
  std::string name;  ///< of the template; empty when it was read without one
  int width = 0;     ///< of the template, in pixels
  int height = 0;
  Quad quad{};  ///< source pixels
  double confidence =
      1;  ///< that it is this kind of document; 1 when it was named and its corners given
  bool located = false;  ///< its corners were found, not given
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
  std::optional<Failure> failure;  ///< nothing was read
  std::optional<Failure>
      output_failure;  ///< it was read, but --annotate or --crops could not be written
};

/// What is to be done with each input.
struct ReadTask {
  bool line = false;                 ///< the input is one line of text
  std::optional<Template> document;  ///< the one named by the user, with the fields to read
  bool free_text = false;            ///< no template: all lines of text are read
  /// Finds the document, and its kind when none is named. None when the user gave the corners of a
  /// named one, or when the template has no usable picture, which `finder_problem` then says.
  std::shared_ptr<const DocumentFinder> finder;
  std::string finder_problem;
  std::vector<std::string> only_fields;  ///< --field; empty for all
  std::optional<Quad> quad;              ///< outline given by the user
  std::string quad_origin;               ///< what messages call it, e.g. "--quad"
  bool mrz = false;                      ///< only the machine readable zone, wherever it is
  bool rules = true;
  std::optional<Calibration> calibration;  ///< of the model that reads
  ReadOptions options;
  int alternatives = 3;  ///< kept a character in the result; the rules see more
  int threads = 1;
  std::string annotate;  ///< --annotate: a folder, or a file when there is one input
  bool annotate_is_folder = false;
  std::string crops;                    ///< --crops: a folder
  std::set<std::string> input_entries;  ///< what must not be written over (see directory_entry);
                                        ///< filled when pictures are written
};

/// Does the work on an input and gives what it failed with, if it did. Whatever is thrown there, a
/// library's exceptions included, is a failure of this input alone, so that a batch goes on.
std::optional<Failure> failure_in(const std::string& name, const std::function<void()>& work);

/// Decodes every page of an input and has `work` do the rest, with a name for what is written about
/// the page; its time counts as total. Never throws: failures are in the results, of which there is
/// at least one.
std::vector<DocumentResult> for_each_page(
    const ReadInput& input,
    const std::function<void(const Image&, const std::string& stem, DocumentResult&)>& work);

/// Reads every page of an input and writes what --annotate and --crops ask for. Never throws:
/// failures are in the results, of which there is at least one.
std::vector<DocumentResult> read_input(const Network& network, const ReadInput& input,
                                       const ReadTask& task);

/// What is to be read in a picture and where.
struct ChosenDocument {
  Template document;  ///< without fields for free text
  Quad quad{};        ///< source pixels
  double confidence = 1;
  bool located = false;
};

/// Chooses the document for a picture: the named one, or the kind that is found; its corners are
/// those given, those found, or those of the whole picture. What was assumed is said in `warnings`.
/// Throws Error(no_document | bad_quad).
ChosenDocument choose_document(const ReadTask& task, const Image& image,
                               std::vector<std::string>& warnings);

/// The outline for a picture: the given one, else the whole picture when it has the template's
/// shape (within 3 %), which is said in `warnings`. Throws Error(bad_quad).
Quad choose_quad(const ReadTask& task, int width, int height, std::vector<std::string>& warnings);

}  // namespace nibble
