#include "recognizer/line/decode.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nn/error.h"
#include "recognizer/line/beam_search.h"

// Confidences. A character stands in one or more columns. Its confidence is the greatest
// probability of its class among them; so is that of an alternative, but for "no character here",
// which needs a blank in every column: the least probability of the blank. A line's confidence is
// the product over its characters; that of an empty line is the least probability, over all
// columns, of blank or space. All of them are raw scores of the network, not calibrated.

namespace nibble {
namespace {

constexpr const char* kSpace = " ";

void check(const Logits& logits, const std::vector<std::string>& alphabet, int alternatives) {
  const auto expected =
      static_cast<std::size_t>(logits.columns) * static_cast<std::size_t>(logits.classes);
  if (static_cast<std::size_t>(logits.classes) != alphabet.size() + 1 ||
      logits.values.size() != expected) {
    throw Error(ErrorCode::usage, "scores of " + std::to_string(logits.classes) +
                                      " classes do not go with an alphabet of " +
                                      std::to_string(alphabet.size()) +
                                      " characters and the blank");
  }
  if (alternatives < 0) throw Error(ErrorCode::usage, "the number of alternatives is below 0");
}

double probability(const Logits& logits, int column, int cls) {
  return std::exp(static_cast<double>(logits.column(column)[cls]));
}

std::vector<ClassSpan> best_path(const Logits& logits) {
  std::vector<ClassSpan> spans;
  int previous = 0;
  for (int x = 0; x < logits.columns; ++x) {
    const float* column = logits.column(x);
    const int best = static_cast<int>(std::max_element(column, column + logits.classes) - column);
    if (best != 0 && best == previous) {
      spans.back().last = x;
    } else if (best != 0) {
      spans.push_back({best, x, x});
    }
    previous = best;
  }
  return spans;
}

ReadChar read_char(const Logits& logits, const std::vector<std::string>& alphabet,
                   const ClassSpan& span, int alternatives) {
  std::vector<std::pair<double, int>> others;
  double confidence = 0;
  for (int cls = 0; cls < logits.classes; ++cls) {
    double value = probability(logits, span.first, cls);
    for (int x = span.first + 1; x <= span.last; ++x) {
      const double here = probability(logits, x, cls);
      value = cls == 0 ? std::min(value, here) : std::max(value, here);
    }
    if (cls == span.cls) {
      confidence = value;
    } else {
      others.emplace_back(-value, cls);
    }
  }
  const auto kept = others.begin() + static_cast<std::ptrdiff_t>(std::min(
                                         static_cast<std::size_t>(alternatives), others.size()));
  std::partial_sort(others.begin(), kept, others.end());

  const auto text = [&](int cls) {
    return cls == 0 ? std::string() : alphabet[static_cast<std::size_t>(cls) - 1];
  };
  ReadChar result{text(span.cls),
                  confidence,
                  static_cast<double>(span.first) * logits.stride,
                  static_cast<double>(span.last + 1) * logits.stride,
                  {}};
  for (auto it = others.begin(); it != kept; ++it)
    result.alternatives.push_back({text(it->second), -it->first});
  return result;
}

/// The confidence that there is nothing in the line.
double empty_confidence(const Logits& logits, const std::vector<std::string>& alphabet) {
  const auto space = std::find(alphabet.begin(), alphabet.end(), kSpace);
  double least = logits.columns > 0 ? 1 : 0;
  for (int x = 0; x < logits.columns; ++x) {
    double here = probability(logits, x, 0);
    if (space != alphabet.end())
      here += probability(logits, x, static_cast<int>(space - alphabet.begin()) + 1);
    least = std::min(least, here);
  }
  return least;
}

Reading make_reading(const Logits& logits, const std::vector<std::string>& alphabet,
                     const std::vector<ClassSpan>& spans, int alternatives) {
  const auto is_space = [&](const ClassSpan& span) {
    return alphabet[static_cast<std::size_t>(span.cls) - 1] == kSpace;
  };
  const auto begin = std::find_if_not(spans.begin(), spans.end(), is_space);
  const auto end =
      std::find_if_not(spans.rbegin(), std::make_reverse_iterator(begin), is_space).base();
  Reading reading;
  if (begin == end) {
    reading.confidence = empty_confidence(logits, alphabet);
    return reading;
  }
  reading.confidence = 1;
  for (auto span = begin; span != end; ++span) {
    reading.chars.push_back(read_char(logits, alphabet, *span, alternatives));
    reading.text += reading.chars.back().text;
    reading.confidence *= reading.chars.back().confidence;
  }
  return reading;
}

}  // namespace

void drop_alternatives(int most, Reading& reading) {
  const auto kept = static_cast<std::size_t>(std::max(most, 0));
  for (ReadChar& c : reading.chars) {
    if (c.alternatives.size() > kept) c.alternatives.resize(kept);
  }
}

Reading decode_greedy(const Logits& logits, const std::vector<std::string>& alphabet,
                      int alternatives) {
  check(logits, alphabet, alternatives);
  return make_reading(logits, alphabet, best_path(logits), alternatives);
}

Reading decode_beam(const Logits& logits, const std::vector<std::string>& alphabet, int beam,
                    int alternatives) {
  check(logits, alphabet, alternatives);
  if (beam < 1)
    throw Error(ErrorCode::usage,
                "a beam of " + std::to_string(beam) + " prefixes is too narrow; give 1 or more");
  return make_reading(logits, alphabet, align(logits, search_prefixes(logits, beam)), alternatives);
}

}  // namespace nibble
