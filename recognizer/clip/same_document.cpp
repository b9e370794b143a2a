#include "recognizer/clip/same_document.h"

#include <algorithm>
#include <cstddef>

#include "recognizer/clip/match_lines.h"

namespace nibble {
namespace {

// Least confidence of a text that counts: half of those below it are wrong.
constexpr double kSure = 0.5;
// Two readings of one print are more alike than this, those of two less than that: a third of a
// text misread, and half of it. Between them a pair says nothing.
constexpr double kSame = 0.7;
constexpr double kDifferent = 0.5;
// A misread field or two do not make another document; captions, which all documents of a kind
// share, must not outvote its texts.
constexpr int kMinDifferent = 2;
constexpr double kDifferentShare = 0.25;
constexpr std::size_t kMinLetters = 3;

void compare(const FieldResult& a, const FieldResult& b, Agreement& agreement) {
  if (a.confidence < kSure || b.confidence < kSure) return;
  if (std::min(a.text.size(), b.text.size()) < kMinLetters) return;
  const double likeness = text_likeness(a.text, b.text);
  if (likeness >= kSame) ++agreement.same;
  if (likeness <= kDifferent) ++agreement.different;
}

}  // namespace

Agreement compare_looks(const FrameLook& a, const FrameLook& b) {
  Agreement agreement;
  for (const FieldResult& field : a.fields) {
    const auto other = std::find_if(b.fields.begin(), b.fields.end(), [&](const FieldResult& f) {
      return f.spec.name == field.spec.name;
    });
    if (other != b.fields.end()) compare(field, *other, agreement);
  }
  for (const LinePair& pair : match_lines(a.lines, b.lines))
    compare(a.lines[pair.a], b.lines[pair.b], agreement);
  return agreement;
}

bool are_different_documents(const FrameLook& a, const FrameLook& b) {
  if (a.kind != b.kind) return true;
  const Agreement found = compare_looks(a, b);
  if (found.same == 0 && found.different == 0)
    // Frames without a template in which nothing is the same show different things, unless there is
    // next to nothing in one.
    return a.kind.empty() && a.fields.empty() && b.fields.empty() &&
           std::min(a.lines.size(), b.lines.size()) >= static_cast<std::size_t>(kMinDifferent);
  if (found.same == 0) return found.different >= kMinDifferent;
  return found.different >= kMinDifferent &&
         found.different > kDifferentShare * (found.same + found.different);
}

}  // namespace nibble
