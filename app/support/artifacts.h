#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "app/support/read_inputs.h"
#include "include/nibble/nibble.hpp"

namespace nibble {

/// Where pictures of one sort go: a folder, or a file when there is one input.
struct PicturePath {
  const char* option;  ///< what asked for it, e.g. "--annotate"
  std::string path{};  ///< empty: nowhere
  bool is_folder = false;
};

/// The files that were written in this run, so that none is written over another.
class WrittenFiles {
 public:
  /// The path itself, or NAME_2 and so on where it was given before. From any thread.
  std::string claim(const std::string& path);

 private:
  std::mutex mutex_;
  std::set<std::string> claimed_;
};

/// The pictures that are written about what was read.
struct Artifacts {
  PicturePath annotate{"--annotate"};    ///< with what was read drawn in
  PicturePath rectified{"--rectified"};  ///< the document upright
  std::string crops;                     ///< folder for each text's crop and its normalised line
  double margin = 0.1;                   ///< of the crops
  std::set<std::string> input_entries;   ///< what must not be written over
  std::shared_ptr<WrittenFiles> written = std::make_shared<WrittenFiles>();

  bool any() const { return !annotate.path.empty() || !rectified.path.empty() || !crops.empty(); }
};

/// Makes the folders and decides which of the two a path names: a folder when there are several
/// inputs, when it is one already or when it has no picture's extension; `one` takes all inputs for
/// one. Throws Error(usage | write_failed).
void prepare_artifacts(Artifacts& artifacts, const std::vector<ReadInput>& inputs,
                       bool one = false);

/// Throws Error(usage) when the results would be written over one of the inputs. `option` is what
/// asked for them.
void check_output(const std::string& output, const std::vector<ReadInput>& inputs,
                  const std::string& option = "-o");

/// Whether two paths are one entry of one folder, whatever they are written like.
bool is_same_entry(const std::string& a, const std::string& b);

/// Writes what is asked for about one page; `stem` is the name of its input. Throws
/// Error(write_failed).
void write_artifacts(const Artifacts& artifacts, const ImageView& picture, const Document& document,
                     const std::string& stem);

}  // namespace nibble
