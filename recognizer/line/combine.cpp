#include "recognizer/line/combine.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr char32_t kNone = 0;
constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
// Probabilities below it are noise of the network; without them places stay small.
constexpr double kMinProbability = 1e-4;

struct Option {
  char32_t c = kNone;
  double probability = 0;
};

/// What may stand at a place, with probabilities; what is missing to 1 is unknown.
using Options = std::vector<Option>;

double probability_of(const Options& options, char32_t c) {
  for (const Option& option : options) {
    if (option.c == c) return option.probability;
  }
  return 0;
}

void add(Options& options, char32_t c, double probability) {
  for (Option& option : options) {
    if (option.c != c) continue;
    option.probability += probability;
    return;
  }
  options.push_back({c, probability});
}

char32_t code_of(const std::string& text) {
  return text.empty() ? kNone : first_code_point(text).value;
}

/// The greatest probabilities of several columns may sum to more than 1.
Options options_of(const ReadChar& read) {
  Options options = {{code_of(read.text), read.confidence}};
  double sum = read.confidence;
  for (const Alternative& other : read.alternatives) {
    if (other.confidence < kMinProbability) continue;
    add(options, code_of(other.text), other.confidence);
    sum += other.confidence;
  }
  for (Option& option : options) option.probability /= std::max(sum, 1.0);
  return options;
}

/// A reading as it is aligned.
struct Row {
  const Reading* reading = nullptr;
  double weight = 1;
  std::size_t index = 0;  ///< as given
  std::vector<Options> characters;
};

/// A place of the combined text.
struct Place {
  Options mass;                         ///< summed over the readings, times their weights
  std::vector<std::size_t> characters;  ///< of each row so far; kAbsent: it has none here
};

class Combiner {
 public:
  explicit Combiner(const std::vector<WeightedReading>& readings) {
    for (std::size_t i = 0; i < readings.size(); ++i) {
      Row row{readings[i].reading, readings[i].weight, i, {}};
      for (const ReadChar& c : row.reading->chars) row.characters.push_back(options_of(c));
      rows_.push_back(std::move(row));
    }
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.weight > b.weight; });
    for (std::size_t r = 0; r < rows_.size(); ++r) add_row(r);
  }

  CombinedReading result(int alternatives) const {
    CombinedReading combined;
    std::vector<const Place*> shown;
    for (const Place& place : places_) {
      if (best_of(place) != kNone) shown.push_back(&place);
    }
    const auto is_space = [&](const Place* place) { return best_of(*place) == U' '; };
    while (!shown.empty() && is_space(shown.front())) shown.erase(shown.begin());
    while (!shown.empty() && is_space(shown.back())) shown.pop_back();
    combined.reading.confidence = shown.empty() ? empty_confidence() : 1;
    for (const Place* place : shown) {
      const CharSource source = source_of(*place);
      ReadChar c = combined_char(*place, source, alternatives);
      combined.reading.text += c.text;
      combined.reading.confidence *= c.confidence;
      combined.reading.chars.push_back(std::move(c));
      combined.sources.push_back({rows_[source.reading].index, source.character});
    }
    combined.expected_change = expected_change();
    return combined;
  }

 private:
  /// What a row says at a place: the options of its character, or none.
  double probability_at(const Place& place, std::size_t row, char32_t c) const {
    const std::size_t character = place.characters[row];
    if (character == kAbsent) return c == kNone ? 1 : 0;
    return probability_of(rows_[row].characters[character], c);
  }

  void add_row(std::size_t r) {
    const Row& row = rows_[r];
    std::vector<Place> places;
    const auto put = [&](Place place, std::size_t character) {
      if (character == kAbsent) {
        nibble::add(place.mass, kNone, row.weight);
      } else {
        for (const Option& option : row.characters[character])
          nibble::add(place.mass, option.c, row.weight * option.probability);
      }
      place.characters.push_back(character);
      places.push_back(std::move(place));
    };
    const Place blank{{{kNone, weight_}}, std::vector<std::size_t>(r, kAbsent)};
    for (const auto& [place, character] : aligned(row))
      put(place == kAbsent ? blank : std::move(places_[place]), character);
    places_ = std::move(places);
    weight_ += row.weight;
  }

  /// Pairs of a place and a character of the row, kAbsent for none, in order, of least cost.
  std::vector<std::pair<std::size_t, std::size_t>> aligned(const Row& row) const {
    enum Step : char { both, skip, insert };
    const std::size_t height = places_.size();
    const std::size_t width = row.characters.size();
    std::vector<double> above(width + 1);
    std::vector<double> here(width + 1);
    std::vector<Step> steps((height + 1) * (width + 1), insert);
    const auto inserted = [&](std::size_t j) {
      return 1 - probability_of(row.characters[j], kNone);
    };
    for (std::size_t j = 0; j < width; ++j) here[j + 1] = here[j] + inserted(j);
    for (std::size_t i = 0; i < height; ++i) {
      std::swap(above, here);
      const double skipped = 1 - probability_of(places_[i].mass, kNone) / weight_;
      Step* step = steps.data() + (i + 1) * (width + 1);
      here[0] = above[0] + skipped;
      step[0] = skip;
      for (std::size_t j = 0; j < width; ++j) {
        here[j + 1] = above[j] + mismatch(places_[i], row.characters[j]);
        step[j + 1] = both;
        if (above[j + 1] + skipped < here[j + 1]) {
          here[j + 1] = above[j + 1] + skipped;
          step[j + 1] = skip;
        }
        if (here[j] + inserted(j) < here[j + 1]) {
          here[j + 1] = here[j] + inserted(j);
          step[j + 1] = insert;
        }
      }
    }
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = height, j = width; i > 0 || j > 0;) {
      const Step step = steps[i * (width + 1) + j];
      const std::size_t place = step == insert ? kAbsent : --i;
      pairs.emplace_back(place, step == skip ? kAbsent : --j);
    }
    std::reverse(pairs.begin(), pairs.end());
    return pairs;
  }

  /// The probability that both are not the same character.
  double mismatch(const Place& place, const Options& options) const {
    double same = 0;
    for (const Option& option : options)
      same += option.probability * probability_of(place.mass, option.c);
    return 1 - same / weight_;
  }

  static char32_t best_of(const Place& place) {
    return std::max_element(
               place.mass.begin(), place.mass.end(),
               [](const Option& a, const Option& b) { return a.probability < b.probability; })
        ->c;
  }

  /// The row and its character that say most surely what the place shows; the first of equal ones.
  CharSource source_of(const Place& place) const {
    const char32_t c = best_of(place);
    CharSource source;
    double most = -1;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      if (place.characters[r] == kAbsent) continue;
      const double sure = rows_[r].weight * probability_at(place, r, c);
      if (sure <= most) continue;
      most = sure;
      source = {r, place.characters[r]};
    }
    return source;
  }

  ReadChar combined_char(const Place& place, const CharSource& source, int alternatives) const {
    Options options = place.mass;
    std::stable_sort(options.begin(), options.end(), [](const Option& a, const Option& b) {
      return a.probability > b.probability;
    });
    const auto text = [](char32_t c) { return c == kNone ? std::string() : encode_utf8(c); };
    ReadChar c{text(options[0].c), options[0].probability / weight_, 0, 0, {}};
    const auto kept = std::min(options.size(), static_cast<std::size_t>(alternatives) + 1);
    for (std::size_t i = 1; i < kept; ++i)
      c.alternatives.push_back({text(options[i].c), options[i].probability / weight_});
    std::tie(c.x0, c.x1) = extent(place, source);
    return c;
  }

  /// Along the first row's line: of its own character, else of the source's, its line stretched to
  /// the first one's.
  std::pair<double, double> extent(const Place& place, const CharSource& source) const {
    if (place.characters[0] != kAbsent) {
      const ReadChar& own = rows_[0].reading->chars[place.characters[0]];
      return {own.x0, own.x1};
    }
    const std::vector<ReadChar>& from = rows_[source.reading].reading->chars;
    const std::vector<ReadChar>& to = rows_[0].reading->chars;
    const ReadChar& c = from[source.character];
    if (to.empty()) return {c.x0, c.x1};
    const double length = from.back().x1 - from.front().x0;
    const double scale = length > 0 ? (to.back().x1 - to.front().x0) / length : 1;
    return {to.front().x0 + (c.x0 - from.front().x0) * scale,
            to.front().x0 + (c.x1 - from.front().x0) * scale};
  }

  double empty_confidence() const {
    double sum = 0;
    for (const Row& row : rows_)
      sum += row.weight * (row.characters.empty() ? row.reading->confidence : 0);
    return weight_ > 0 ? sum / weight_ : 0;
  }

  /// Adding a row once more moves each place by its share of the weight times its distance (half
  /// the sum of the differences) from it. The mean is over the rows and the one that is to come,
  /// which moves nothing: of the text's own errors the confidence knows, see expected_gain.
  double expected_change() const {
    if (places_.empty() || weight_ <= 0) return 0;
    double sum = 0;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      double distance = 0;
      for (const Place& place : places_) {
        double same = 0;
        for (const Option& option : place.mass)
          same += std::min(option.probability / weight_, probability_at(place, r, option.c));
        distance += 1 - same;
      }
      sum += rows_[r].weight / (weight_ + rows_[r].weight) * distance /
             static_cast<double>(places_.size());
    }
    return sum / static_cast<double>(rows_.size() + 1);
  }

  std::vector<Row> rows_;
  std::vector<Place> places_;
  double weight_ = 0;
};

}  // namespace

CombinedReading combine_readings(const std::vector<WeightedReading>& readings, int alternatives) {
  if (readings.empty()) return {};
  if (readings.size() > 1) return Combiner(readings).result(alternatives);
  CombinedReading single{*readings[0].reading, {}, 0};
  for (std::size_t i = 0; i < single.reading.chars.size(); ++i) single.sources.push_back({0, i});
  for (ReadChar& c : single.reading.chars) {
    if (c.alternatives.size() > static_cast<std::size_t>(alternatives))
      c.alternatives.resize(static_cast<std::size_t>(alternatives));
  }
  return single;
}

}  // namespace nibble
