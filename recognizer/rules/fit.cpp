#include "recognizer/rules/fit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

// Price of what the alternatives say nothing about, as a logarithm of a ratio of probabilities.
constexpr double kSpaceRemoved = 2;
constexpr double kMinProbability = 1e-7;

struct Option {
  std::string text;
  double cost = 0;
};

/// What a character could be, itself first. Print is never nothing.
std::vector<Option> options_of(const ReadChar& read) {
  std::vector<Option> options = {{read.text, 0}};
  for (const Alternative& other : read.alternatives) {
    if (other.text.empty()) continue;
    const double cost = std::log(std::max(read.confidence, kMinProbability) /
                                 std::max(other.confidence, kMinProbability));
    options.push_back({other.text, std::max(cost, 0.0)});
  }
  return options;
}

/// Cost of taking a space for no character.
double price_of_space(const ReadChar& read) {
  double price = kSpaceRemoved;
  for (const Alternative& other : read.alternatives) {
    if (!other.text.empty()) continue;
    const double cost = std::log(std::max(read.confidence, kMinProbability) /
                                 std::max(other.confidence, kMinProbability));
    price = std::clamp(cost, 0.0, price);
  }
  return price;
}

bool is_digit(const std::string& c) { return c.size() == 1 && c[0] >= '0' && c[0] <= '9'; }
bool is_letter(const std::string& c) {
  return c.size() > 1 ||
         (c.size() == 1 && ((c[0] >= 'A' && c[0] <= 'Z') || (c[0] >= 'a' && c[0] <= 'z')));
}

bool allows(const MaskPlace& place, const std::string& c) {
  switch (place.kind) {
    case MaskPlace::Kind::digit: return is_digit(c);
    case MaskPlace::Kind::letter: return is_letter(c);
    case MaskPlace::Kind::alphanumeric: return is_digit(c) || is_letter(c);
    case MaskPlace::Kind::literal: return c == place.literal;
  }
  return false;
}

/// The cheapest ways to have come to some point of both texts.
class Ways {
 public:
  void add(Fit fit, std::size_t count) {
    const auto same = std::find_if(fits_.begin(), fits_.end(),
                                   [&](const Fit& other) { return other.text == fit.text; });
    if (same != fits_.end()) {
      if (same->cost <= fit.cost) return;
      fits_.erase(same);
    }
    const auto place = std::upper_bound(fits_.begin(), fits_.end(), fit,
                                        [](const Fit& a, const Fit& b) { return a.cost < b.cost; });
    if (static_cast<std::size_t>(place - fits_.begin()) >= count) return;
    fits_.insert(place, std::move(fit));
    if (fits_.size() > count) fits_.pop_back();
  }

  const std::vector<Fit>& fits() const { return fits_; }

 private:
  std::vector<Fit> fits_;
};

Fit extended(const Fit& fit, std::size_t position, const std::string& from, const Option& to) {
  Fit result = fit;
  result.text += to.text;
  result.cost += to.cost;
  if (from != to.text)
    result.changes.push_back({static_cast<int>(position), from, to.text, to.cost});
  return result;
}

using Grid = std::vector<std::vector<Ways>>;

Grid make_grid(std::size_t rows, std::size_t columns) {
  Grid grid(rows + 1, std::vector<Ways>(columns + 1));
  grid[0][0].add({}, 1);
  return grid;
}

}  // namespace

std::vector<Fit> fit_mask(const Reading& reading, const Mask& mask, std::size_t count,
                          Spaces spaces) {
  const std::size_t rows = reading.chars.size();
  Grid grid = make_grid(rows, mask.size());
  const bool stay = spaces == Spaces::stay;
  for (std::size_t i = 0; i <= rows; ++i) {
    for (std::size_t j = 0; j <= mask.size(); ++j) {
      const std::vector<Fit> ways = grid[i][j].fits();
      for (const Fit& way : ways) {
        if (stay && j < mask.size() && allows(mask[j], " ")) grid[i][j + 1].add(way, count);
        if (i == rows) continue;
        const ReadChar& read = reading.chars[i];
        if (read.text == " ") {
          const Option kept = stay ? Option{" ", 0} : Option{"", price_of_space(read)};
          grid[i + 1][j].add(extended(way, i, read.text, kept), count);
        }
        if (j == mask.size()) continue;
        const bool fits = allows(mask[j], read.text);
        for (const Option& option : options_of(read)) {
          if (!allows(mask[j], option.text) || (fits && option.text != read.text)) continue;
          grid[i + 1][j + 1].add(extended(way, i, read.text, option), count);
        }
      }
    }
  }
  return grid[rows][mask.size()].fits();
}

std::vector<Fit> fit_text(const Reading& reading, const std::string& target,
                          const Spelling& spell) {
  const std::size_t rows = reading.chars.size();
  Grid grid = make_grid(rows, target.size());
  for (std::size_t i = 0; i < rows; ++i) {
    for (const Option& option : options_of(reading.chars[i])) {
      for (const std::string& spelling : spell(option.text)) {
        for (std::size_t j = 0; j + spelling.size() <= target.size(); ++j) {
          if (target.compare(j, spelling.size(), spelling) != 0) continue;
          for (const Fit& way : grid[i][j].fits())
            grid[i + 1][j + spelling.size()].add(extended(way, i, reading.chars[i].text, option),
                                                 1);
        }
      }
    }
  }
  return grid[rows][target.size()].fits();
}

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> list;
  for (const char32_t c : decode_utf8(text)) list.push_back(encode_utf8(c));
  return list;
}

}  // namespace nibble
