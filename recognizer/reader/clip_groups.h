#pragma once

#include <cstdint>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/clip/look.h"
#include "recognizer/image/image.h"

namespace nibble {

/// The frames of a clip by the document that they show: the document of which there is most is the
/// clip's. Holds at most ClipOptions::most_used looks of each of a few documents.
class ClipGroups {
 public:
  explicit ClipGroups(const ClipOptions& options) : options_(options) {}

  /// A frame on which something was read. The picture is copied only where it is kept.
  void add(FrameLook look, Document document, const Image& picture);

  bool empty() const { return groups_.empty(); }

  /// The looks at the clip's document, in the order of their frames. There must be one.
  std::vector<const FrameLook*> main_looks() const;

  /// What the best look, that of most weight and of these the first, is alone.
  const Document& main_document() const;

  /// The pixels of the best look's frame; empty where they are not kept.
  const Image& main_picture() const;

  /// Sets use and reason of the frames that were read.
  void tell(std::vector<ClipFrame>& frames) const;

 private:
  /// The frames of one document.
  struct Group {
    std::vector<FrameLook> looks;
    double weight = 0;  ///< of all its frames, those that were dropped too
    double best_weight = -1;
    Document document;         ///< of the best frame
    Image picture;             ///< of the best frame, where it is kept
    std::vector<int> frames;   ///< all of them
    std::uint32_t chance = 1;  ///< what drop_one() picks by
  };

  Group& group_for(const FrameLook& look);
  void drop_one(Group& group) const;
  const Group& main() const;

  ClipOptions options_;
  std::vector<Group> groups_;
  std::vector<int> dropped_;  ///< frames of documents that gave way to others
};

}  // namespace nibble
