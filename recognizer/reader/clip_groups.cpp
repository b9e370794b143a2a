#include "recognizer/reader/clip_groups.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "recognizer/clip/same_document.h"
#include "recognizer/reader/place.h"

namespace nibble {
namespace {

// Documents that are told apart in one clip; of more, those seen least give way.
constexpr std::size_t kMostGroups = 4;

bool lighter(const FrameLook& a, const FrameLook& b) { return weight_of(a) < weight_of(b); }

}  // namespace

/// The group whose best look shows the same document, the one with most weight first.
ClipGroups::Group& ClipGroups::group_for(const FrameLook& look) {
  std::vector<Group*> ordered;
  for (Group& group : groups_) ordered.push_back(&group);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Group* a, const Group* b) { return a->weight > b->weight; });
  for (Group* group : ordered) {
    const FrameLook& best = *std::max_element(group->looks.begin(), group->looks.end(), lighter);
    if (!are_different_documents(best, look)) return *group;
  }
  if (groups_.size() >= kMostGroups) {
    const auto least =
        std::min_element(groups_.begin(), groups_.end(),
                         [](const Group& a, const Group& b) { return a.weight < b.weight; });
    dropped_.insert(dropped_.end(), least->frames.begin(), least->frames.end());
    groups_.erase(least);
  }
  return groups_.emplace_back();
}

/// Of two that chance picks the one that tells less goes, never the best. Were it always the one
/// that tells least, a few frames that are surely wrong alike would in time be all that is left of
/// many.
void ClipGroups::drop_one(Group& group) const {
  std::vector<FrameLook>& looks = group.looks;
  if (looks.size() <= static_cast<std::size_t>(options_.most_used)) return;
  const auto best = std::max_element(looks.begin(), looks.end(), lighter) - looks.begin();
  const auto pick = [&] {
    group.chance = group.chance * 1664525U + 1013904223U;  // Numerical Recipes, chapter 7.1
    const auto at = static_cast<std::ptrdiff_t>((group.chance >> 8U) % (looks.size() - 1));
    return looks.begin() + (at < best ? at : at + 1);
  };
  const auto first = pick();
  const auto second = pick();
  looks.erase(lighter(*second, *first) ? second : first);
}

void ClipGroups::add(FrameLook look, Document document, const Image& picture) {
  Group& group = group_for(look);
  const double weight = weight_of(look);
  group.weight += weight;
  group.frames.push_back(look.frame);
  if (weight > group.best_weight) {
    group.best_weight = weight;
    group.document = std::move(document);
    if (options_.keep_picture) group.picture = picture;
  }
  group.looks.push_back(std::move(look));
  drop_one(group);
}

const ClipGroups::Group& ClipGroups::main() const {
  return *std::max_element(groups_.begin(), groups_.end(),
                           [](const Group& a, const Group& b) { return a.weight < b.weight; });
}

std::vector<const FrameLook*> ClipGroups::main_looks() const {
  std::vector<const FrameLook*> looks;
  for (const FrameLook& look : main().looks) looks.push_back(&look);
  return looks;
}

const Document& ClipGroups::main_document() const { return main().document; }

const Image& ClipGroups::main_picture() const { return main().picture; }

void ClipGroups::tell(std::vector<ClipFrame>& frames) const {
  if (groups_.empty()) return;
  const auto set = [&](int frame, ClipFrame::Use use, const std::string& reason) {
    frames[static_cast<std::size_t>(frame)].use = use;
    frames[static_cast<std::size_t>(frame)].reason = reason;
  };
  for (const int frame : dropped_) set(frame, ClipFrame::Use::another_document, kAnotherDocument);
  const Group& shown = main();
  for (const Group& group : groups_) {
    const std::string kind = group.document.placement ? group.document.placement->kind : "";
    for (const int frame : group.frames) {
      if (&group == &shown) {
        set(frame, ClipFrame::Use::surplus, "other frames tell more");
      } else {
        set(frame, ClipFrame::Use::another_document,
            kAnotherDocument + (kind.empty() ? "" : " (" + kind + ")"));
      }
    }
  }
  for (const FrameLook& look : shown.looks) set(look.frame, ClipFrame::Use::used, "");
}

}  // namespace nibble
