#include "recognizer/rules/line_captions.h"

#include <algorithm>
#include <cctype>

#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr std::size_t kMostWords = 6;  // of a caption: "Identificatienummer van het Rijksregister"
// Room between caption and value that parts them without any mark, in heights of the line.
constexpr double kWideGap = 0.9;
// A caption without a mark behind it, before words that belong to no caption, is a word of a longer
// text unless it has this many letters.
constexpr int kLongCaption = 8;
constexpr double kSlashInDoubt = 0.02;  // probability from which a second choice counts

bool is_slash(const std::string& c) {
  return c == "/" || c == "|" || c == "\\" || c == "(" || c == ")" || c == "·" || c == "•" ||
         c == "–" || c == "*" || c == "-" || c == "," || c == ";" || c == "[" || c == "]";
}

bool is_digit(const std::string& c) {
  return c.size() == 1 && std::isdigit(static_cast<unsigned char>(c[0])) != 0;
}

bool is_letter(const std::string& c) {
  const char32_t code = c.empty() ? 0 : first_code_point(c).value;
  return code >= 0xAA || (code < 0x80 && std::isalpha(static_cast<int>(code)) != 0);
}

/// What a slash is misread as.
bool may_be_slash(const ReadChar& c) {
  if (c.text == "I" || c.text == "l" || c.text == "1" || c.text == "i" || c.text == "J")
    return true;
  return std::any_of(c.alternatives.begin(), c.alternatives.end(), [](const Alternative& a) {
    return a.text == "/" && a.confidence > kSlashInDoubt;
  });
}

struct Hit {
  CaptionMatch match;
  CharSpan span;
  int worth() const { return match.letters - (match.sure ? 2 : 3) * match.edits; }
};

class LineParser {
 public:
  LineParser(const Reading& reading, const std::vector<double>& gaps,
             const CaptionDictionary& captions)
      : chars_(reading.chars), reading_(reading), gaps_(gaps), captions_(captions) {}

  LineParts part() {
    find_words();
    find_hits();
    drop_parts_of_texts();
    join_hits();
    return with_values();
  }

 private:
  void find_words() {
    for (std::size_t i = 0; i < chars_.size(); ++i) {
      const bool inside = is_letter(chars_[i].text) || is_digit(chars_[i].text) ||
                          chars_[i].text == "'" || chars_[i].text == "’";
      if (!inside) continue;
      if (words_.empty() || words_.back().end != i) words_.push_back({i, i});
      words_.back().end = i + 1;
    }
    std::erase_if(words_, [&](const CharSpan& word) {
      std::size_t digits = 0;
      for (std::size_t i = word.begin; i < word.end; ++i) digits += is_digit(chars_[i].text);
      return 2 * digits > word.size();
    });
  }

  /// Where a caption may begin or end: at words, and at what may be a slash within one.
  std::vector<CharSpan> pieces_of(const CharSpan& word) const {
    std::vector<CharSpan> pieces{word};
    for (std::size_t i = word.begin + 3; i + 3 < word.end; ++i) {
      if (!may_be_slash(chars_[i])) continue;
      pieces.push_back({word.begin, i});
      pieces.push_back({i + 1, word.end});
    }
    return pieces;
  }

  void look_up(CharSpan span) {
    auto match = captions_.find(span_text(reading_, span));
    if (match) found_.push_back({std::move(*match), span});
  }

  void find_hits() {
    for (std::size_t first = 0; first < words_.size(); ++first) {
      for (const CharSpan& begin : pieces_of(words_[first])) {
        look_up(begin);
        if (begin.end != words_[first].end) continue;
        for (std::size_t last = first + 1; last < std::min(first + kMostWords, words_.size());
             ++last) {
          for (const CharSpan& end : pieces_of(words_[last])) {
            if (end.begin == words_[last].begin) look_up({begin.begin, end.end});
          }
        }
      }
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Hit& a, const Hit& b) { return a.worth() > b.worth(); });
    for (const Hit& hit : found_) {
      const bool apart = std::all_of(hits_.begin(), hits_.end(), [&](const Hit& other) {
        return hit.span.end <= other.span.begin || other.span.end <= hit.span.begin;
      });
      if (apart) hits_.push_back(hit);
    }
    std::sort(hits_.begin(), hits_.end(),
              [](const Hit& a, const Hit& b) { return a.span.begin < b.span.begin; });
  }

  /// Whether these characters have a letter or, with `digits`, a digit.
  bool has_text(CharSpan span, bool digits) const {
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (is_letter(chars_[i].text) || (digits && is_digit(chars_[i].text))) return true;
    }
    return false;
  }

  bool has_slash(CharSpan span) const {
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (is_slash(chars_[i].text)) return true;
    }
    return span.size() == 3 && may_be_slash(chars_[span.begin + 1]);
  }

  bool has_colon(CharSpan span) const {
    for (std::size_t i = span.begin; i < std::min(span.begin + 2, span.end); ++i) {
      if (chars_[i].text == ":") return true;
    }
    return false;
  }

  double widest_gap(CharSpan span) const {
    double widest = 0;
    for (std::size_t i = span.begin; i <= span.end && i < gaps_.size(); ++i)
      widest = std::max(widest, gaps_[i]);
    return widest;
  }

  /// The characters from `at` on that are not letters or digits.
  CharSpan marks_from(std::size_t at) const {
    CharSpan marks{at, at};
    while (marks.end < chars_.size() && !is_letter(chars_[marks.end].text) &&
           !is_digit(chars_[marks.end].text))
      ++marks.end;
    return marks;
  }
  CharSpan marks_before(std::size_t at) const {
    CharSpan marks{at, at};
    while (marks.begin > 0 && !is_letter(chars_[marks.begin - 1].text) &&
           !is_digit(chars_[marks.begin - 1].text))
      --marks.begin;
    return marks;
  }

  /// The characters between hit i - 1 (or the line's start) and hit i (or its end).
  CharSpan before(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : hits_[i - 1].span.end;
    return {begin, i < hits_.size() ? hits_[i].span.begin : chars_.size()};
  }

  /// A caption stands at a line's start, after a slash, another caption or a wide gap; a word in
  /// the middle of a text is none.
  void drop_parts_of_texts() {
    for (std::size_t i = 0; i < hits_.size();) {
      if (is_part_of_text(i)) {
        hits_.erase(hits_.begin() + static_cast<std::ptrdiff_t>(i));
        i = 0;
      } else {
        ++i;
      }
    }
  }

  bool is_part_of_text(std::size_t i) const {
    const Hit& hit = hits_[i];
    const CharSpan left = before(i);
    if (has_text(left, false)) {
      const CharSpan marks = marks_before(hit.span.begin);
      if (!has_slash(marks) && widest_gap(marks) < kWideGap) return true;
    }
    const CharSpan right = before(i + 1);
    if (hit.match.letters >= kLongCaption || !has_text(right, false)) return false;
    const CharSpan marks = marks_from(hit.span.end);
    if (has_slash(marks) || has_colon(marks) || widest_gap(marks) >= kWideGap) return false;
    return is_small(right) || !is_small(hit.span);
  }

  /// Whether most of its letters are small ones.
  bool is_small(CharSpan span) const {
    int small = 0;
    int letters = 0;
    for (std::size_t i = span.begin; i < span.end; ++i) {
      if (!is_letter(chars_[i].text)) continue;
      ++letters;
      const std::u32string c = decode_utf8(chars_[i].text);
      if (to_upper(c) != c) ++small;
    }
    return 2 * small > letters;
  }

  void join_hits() {
    for (const Hit& hit : hits_) {
      if (!captions_found_.empty() && captions_found_.back().name == hit.match.name) {
        LineCaption& last = captions_found_.back();
        last.span.end = hit.span.end;
        last.letters = std::max(last.letters, hit.match.letters);
        last.sure = true;  // two languages say the same
      } else {
        captions_found_.push_back({hit.match.name, hit.span, hit.match.letters, hit.match.sure});
      }
    }
  }

  LineParts with_values() {
    LineParts parts;
    parts.captions = captions_found_;
    if (parts.captions.empty()) {
      const CharSpan all = trimmed(reading_, {0, chars_.size()});
      if (!all.empty()) parts.values.push_back(all);
      parts.follows.resize(parts.values.size());
      return parts;
    }
    take_before(parts);
    for (std::size_t i = 0; i < parts.captions.size(); ++i) take_behind(i, parts);
    return parts;
  }

  void take_before(LineParts& parts) {
    LineCaption& first = parts.captions.front();
    const CharSpan rest = trimmed(reading_, {0, first.span.begin});
    if (!has_text(rest, false)) return;
    const CharSpan marks = marks_before(first.span.begin);
    if (widest_gap(marks) >= kWideGap && !has_slash(marks)) {
      parts.values.push_back(rest);
      parts.follows.emplace_back();
    } else {
      first.span.begin = rest.begin;
    }
  }

  /// What follows on a caption: its value, or the same caption in a language that is not known.
  void take_behind(std::size_t i, LineParts& parts) {
    LineCaption& caption = parts.captions[i];
    const std::size_t end =
        i + 1 < parts.captions.size() ? parts.captions[i + 1].span.begin : chars_.size();
    const CharSpan all{caption.span.end, end};
    if (!has_text(all, true)) return;
    const CharSpan marks = marks_from(caption.span.end);
    const bool colon = has_colon(all);
    const bool slash = has_slash(marks) && !colon;
    CharSpan rest = trimmed(reading_, {marks.end, end}, ":/|-–");
    if (!slash && (colon || widest_gap(marks) >= kWideGap || is_value_behind(caption, rest))) {
      if (colon) caption.sure = true;  // few texts but captions have one
      parts.values.push_back(rest);
      parts.follows.emplace_back(i);
    } else {
      if (!slash && caption.letters < kLongCaption) caption.sure = false;
      caption.span.end = rest.end;
    }
  }

  bool is_value_behind(const LineCaption& caption, CharSpan rest) const {
    std::size_t digits = 0;
    for (std::size_t i = rest.begin; i < rest.end; ++i) digits += is_digit(chars_[i].text);
    if (2 * digits >= rest.size()) return true;
    return is_small(caption.span) && !is_small(rest) && rest.size() >= 2;
  }

  const std::vector<ReadChar>& chars_;
  const Reading& reading_;
  const std::vector<double>& gaps_;
  const CaptionDictionary& captions_;
  std::vector<CharSpan> words_;
  std::vector<Hit> found_;
  std::vector<Hit> hits_;  ///< those that do not overlap, in the line's order
  std::vector<LineCaption> captions_found_;
};

}  // namespace

std::string span_text(const Reading& reading, CharSpan span) {
  std::string text;
  for (std::size_t i = span.begin; i < span.end; ++i) text += reading.chars[i].text;
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

CharSpan trimmed(const Reading& reading, CharSpan span, const std::string& marks) {
  const auto goes = [&](std::size_t i) {
    const std::string& c = reading.chars[i].text;
    return c == " " || (!marks.empty() && marks.find(c) != std::string::npos);
  };
  while (!span.empty() && goes(span.begin)) ++span.begin;
  while (!span.empty() && goes(span.end - 1)) --span.end;
  return span;
}

LineParts part_line(const Reading& reading, const std::vector<double>& gaps,
                    const CaptionDictionary& captions) {
  return LineParser(reading, gaps, captions).part();
}

}  // namespace nibble
