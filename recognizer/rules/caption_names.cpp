// Fields by their captions (naming.h).

#include <algorithm>
#include <cmath>
#include <map>

#include "recognizer/rules/caption_layout.h"
#include "recognizer/rules/naming.h"
#include "recognizer/rules/value_forms.h"

namespace nibble {
namespace {

constexpr int kLongUnsure = 6;  // letters with which an unsure caption names a field to be seen

bool is_title(const CaptionPlace& place) { return nibble::is_title(place.caption.name); }

class CaptionNames {
 public:
  explicit CaptionNames(Naming& naming) : naming_(naming) {}

  void name() {
    support_unsure();
    take_followers();
    pair();
    extend();
  }

 private:
  /// A caption that is not sure becomes so beside one that says the same.
  void support_unsure() {
    for (CaptionPlace& place : naming_.captions) {
      if (place.caption.sure) continue;
      place.caption.sure = std::any_of(
          naming_.captions.begin(), naming_.captions.end(), [&](const CaptionPlace& other) {
            if (&other == &place || other.caption.name != place.caption.name) return false;
            const TextOffset o = offset_of(place.quad, other.quad);
            return o.parallel && o.overlaps() && std::abs(o.down) < 2;
          });
    }
  }

  void take_followers() {
    for (const CaptionPlace& place : naming_.captions) {
      if (!place.value || is_title(place)) continue;
      const std::string& name = place.caption.name;
      ValuePiece& piece = naming_.pieces[*place.value];
      if (name == kOtherCaption) {
        piece.used = true;
      } else if (suits_field(name, piece.text) && counts(place)) {
        naming_.give(*place.value, name, "caption", place.caption.sure, place.print);
      }
    }
  }

  bool counts(const CaptionPlace& place) const {
    const std::string& name = place.caption.name;
    if (is_title(place) || (place.value && naming_.pieces[*place.value].used)) return false;
    if (name != kOtherCaption && naming_.named(name)) return false;
    return place.caption.sure || has_own_form(name) || place.caption.letters >= kLongUnsure;
  }

  bool suits(const CaptionPlace& place, const ValuePiece& piece) const {
    if (piece.used || piece.text.empty()) return false;
    return place.caption.name == kOtherCaption || suits_field(place.caption.name, piece.text);
  }

  void pair() {
    std::vector<const CaptionPlace*> captions;
    std::vector<Quad> caption_quads;
    for (const CaptionPlace& place : naming_.captions) {
      if (!counts(place)) continue;
      captions.push_back(&place);
      caption_quads.push_back(place.quad);
    }
    std::vector<Quad> value_quads;
    for (const ValuePiece& piece : naming_.pieces) value_quads.push_back(piece.quad);
    const std::vector<CaptionPair> pairs = pair_captions(
        caption_quads, value_quads,
        [&](std::size_t c, std::size_t v) { return suits(*captions[c], naming_.pieces[v]); },
        [&](std::size_t a, std::size_t b) {
          return captions[a]->caption.name == captions[b]->caption.name;
        });
    for (const CaptionPair& pair : pairs) {
      const CaptionPlace& place = *captions[pair.caption];
      if (place.caption.name == kOtherCaption) {
        naming_.pieces[pair.value].used = true;
      } else {
        naming_.give(pair.value, place.caption.name, "caption", place.caption.sure, place.print);
      }
    }
  }

  /// Addresses and authorities go on below their first line.
  void extend() {
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const std::string name = naming_.pieces[i].name;
      if (name != "address" && name != "authority") continue;
      std::size_t last = i;
      for (int lines = 1; lines < 3; ++lines) {
        const auto next = line_below(last);
        if (!next) break;
        naming_.pieces[last].next = *next;
        naming_.pieces[*next].used = true;
        last = *next;
      }
    }
  }

  std::optional<std::size_t> line_below(std::size_t piece) const {
    for (std::size_t i = 0; i < naming_.pieces.size(); ++i) {
      const ValuePiece& other = naming_.pieces[i];
      if (other.used || is_like_date(other.text)) continue;
      const TextOffset o = offset_of(naming_.pieces[piece].quad, other.quad);
      if (o.parallel && o.down > 0.7 && o.down < 1.6 && std::abs(o.begin) < 0.8 && o.ratio > 0.75 &&
          o.ratio < 1.33)
        return i;
    }
    return {};
  }

  Naming& naming_;
};

}  // namespace

void name_by_caption(Naming& naming) { CaptionNames(naming).name(); }

}  // namespace nibble
