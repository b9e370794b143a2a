#include "app/report/review_alternatives.h"

#include <algorithm>

#include "recognizer/base/alignment.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

// An alternative this much less probable than what was read is not worth a look. On the sample
// frames, read in three ways, 24 of 25 wrong fields are offered their truth, at 0 as at 0.02; right
// ones are offered 4.8 alternatives at 0, 1.4 at 0.005, 1.1 here and 0.7 at 0.02.
constexpr double kLeastRatio = 0.01;

/// A text with one character replaced.
struct Replaced {
  std::u32string text;
  double ratio = 0;  ///< of the alternative's probability to that of what was read
};

std::u32string trimmed(const std::u32string& text) {
  const std::size_t first = text.find_first_not_of(U' ');
  if (first == std::u32string::npos) return {};
  return text.substr(first, text.find_last_not_of(U' ') - first + 1);
}

/// What the characters of a reading say, one code point each.
std::u32string read_text(const std::vector<TextChar>& chars) {
  std::u32string text;
  for (const TextChar& c : chars) text += c.text.empty() ? U' ' : decode_utf8(c.text).front();
  return text;
}

/// For each character of the reading its position in the text; -1 where a rule changed it.
std::vector<std::ptrdiff_t> positions(const std::u32string& text, const std::u32string& read) {
  std::vector<std::ptrdiff_t> result;
  std::ptrdiff_t at = 0;
  for (const AlignedPair& pair : align(text, read)) {
    if (pair.read != 0) result.push_back(pair.read == pair.truth ? at : -1);
    if (pair.truth != 0) ++at;
  }
  return result;
}

std::vector<Replaced> replace_each(const TextLine& line) {
  const std::u32string text = decode_utf8(line.text);
  const std::vector<std::ptrdiff_t> place = positions(text, read_text(line.chars));
  std::vector<Replaced> all;
  for (std::size_t i = 0; i < line.chars.size() && i < place.size(); ++i) {
    if (place[i] < 0) continue;
    const TextChar& c = line.chars[i];
    for (const Alternative& other : c.alternatives) {
      const double ratio = other.confidence / std::max(c.confidence, kLeastRatio);
      if (ratio < kLeastRatio) continue;
      std::u32string changed = text;
      changed.replace(static_cast<std::size_t>(place[i]), 1, decode_utf8(other.text));
      all.push_back({trimmed(changed), ratio});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Replaced& a, const Replaced& b) { return a.ratio > b.ratio; });
  return all;
}

}  // namespace

std::vector<std::string> text_alternatives(const TextLine& line, std::size_t most) {
  std::vector<std::string> result;
  const auto offer = [&](const std::string& text) {
    const bool fresh = std::find(result.begin(), result.end(), text) == result.end();
    if (fresh && result.size() < most && !text.empty() && text != line.text &&
        visible_text(text) == text)
      result.push_back(text);
  };
  offer(encode_utf8(trimmed(decode_utf8(line.raw))));
  for (const FrameText& frame : line.said) offer(frame.text);
  for (const Replaced& other : replace_each(line)) offer(encode_utf8(other.text));
  return result;
}

}  // namespace nibble
