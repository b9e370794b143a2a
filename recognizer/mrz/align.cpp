#include "recognizer/mrz/align.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "recognizer/base/median.h"

namespace nibble {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
// Costs of what the alternatives say nothing about, in the same unit (natural logarithm of a ratio
// of probabilities).
constexpr double kSpaceRemoved = 1;
constexpr double kFragmentRemoved = 0.5;  // of what stands apart before or behind the line
constexpr double kFillerChange =
    2;  // a filler more or less in a run of them, plus at most 1, less in longer runs
constexpr double kFillerFits = 0.5;    // the same where the characters' spacing shows it
constexpr double kFillerUnlikely = 5;  // the same where the spacing speaks against it
constexpr double kInserted = 6;
constexpr double kRemoved = 7;
constexpr double kForbidden = 9;    // a character that cannot be where it is
constexpr double kDigitInName = 4;  // a figure where letters stand, which a few issuers have
constexpr double kMaxCost = 60;
constexpr double kMinProbability = 1e-7;
constexpr std::size_t kMaxOptions = 6;
// The zone's characters are evenly spaced. With this much of a pitch to spare there is room for
// another, and closer than this two are one.
constexpr double kRoom = 0.6;
constexpr double kTooClose = 0.6;
constexpr std::size_t kMinForPitch = 12;
constexpr std::size_t kLongestFragment = 4;

/// The zone's character for a read one: capitals for small letters; 0 for one that it does not
/// have.
char zone_character(const std::string& text) {
  if (text.size() != 1) return 0;
  char c = text[0];
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return mrz_allows(MrzClass::alphanumeric, c) ? c : '\0';
}

/// A character that was read, with what else it could be.
struct Cell {
  std::string raw;
  std::vector<MrzOption> options;
  double removal = kRemoved;
  double centre = 0;  ///< along the line, in pixels
  int run = 0;        ///< length of the run of fillers that it stands in

  bool is_space() const { return raw == " "; }
};

void add_option(std::vector<MrzOption>& options, char c, double cost) {
  const auto same = std::find_if(options.begin(), options.end(),
                                 [&](const MrzOption& option) { return option.c == c; });
  if (same == options.end()) {
    options.push_back({c, cost});
  } else {
    same->cost = std::min(same->cost, cost);
  }
}

Cell make_cell(const ReadChar& read) {
  Cell cell;
  cell.raw = read.text;
  cell.centre = (read.x0 + read.x1) / 2;
  if (read.text == " ") cell.removal = kSpaceRemoved;
  if (const char c = zone_character(read.text); c != 0) cell.options.push_back({c, 0});
  for (const Alternative& other : read.alternatives) {
    const double cost = std::max(0.0, std::log(std::max(read.confidence, kMinProbability) /
                                               std::max(other.confidence, kMinProbability)));
    if (other.text.empty()) cell.removal = std::min(cell.removal, cost);
    if (const char c = zone_character(other.text); c != 0) add_option(cell.options, c, cost);
  }
  std::stable_sort(cell.options.begin(), cell.options.end(),
                   [](const MrzOption& a, const MrzOption& b) { return a.cost < b.cost; });
  return cell;
}

/// Distance between neighbours, 0 where it cannot be told.
double measure_pitch(const std::vector<Cell>& cells) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (!cells[i].is_space() && !cells[i - 1].is_space())
      steps.push_back(cells[i].centre - cells[i - 1].centre);
  }
  return steps.size() < kMinForPitch ? 0 : median(std::move(steps));
}

void mark_runs(std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < cells.size();) {
    std::size_t end = i;
    while (end < cells.size() && cells[end].raw == "<") ++end;
    for (std::size_t k = i; k < end; ++k) cells[k].run = static_cast<int>(end - i);
    i = std::max(end, i + 1);
  }
}

/// A filler more than there are: two that the network saw in one.
void price_fillers(std::vector<Cell>& cells, double pitch) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].run < 2) continue;
    double cost = kFillerChange + 1.0 / cells[i].run;
    if (pitch > 0) {
      const bool close =
          (i > 0 && cells[i].centre - cells[i - 1].centre < kTooClose * pitch) ||
          (i + 1 < cells.size() && cells[i + 1].centre - cells[i].centre < kTooClose * pitch);
      cost = close ? kFillerFits : kFillerUnlikely;
    }
    cells[i].removal = std::min(cells[i].removal, cost);
  }
}

/// Marks, edges and letters beside the zone, which a space separates from it.
void price_fragments(std::vector<Cell>& cells) {
  const auto price = [&](auto begin, auto end) {
    const auto limit =
        begin + static_cast<std::ptrdiff_t>(std::min(kLongestFragment + 1, cells.size()));
    auto last = std::find_if(begin, limit, [](const Cell& cell) { return cell.is_space(); });
    if (last == limit || last == end) return;
    for (auto it = begin; it != last; ++it) it->removal = std::min(it->removal, kFragmentRemoved);
  };
  price(cells.begin(), cells.end());
  price(cells.rbegin(), cells.rend());
}

std::vector<Cell> make_cells(const Reading& reading) {
  std::vector<Cell> cells;
  for (const ReadChar& read : reading.chars) cells.push_back(make_cell(read));
  mark_runs(cells);
  price_fillers(cells, measure_pitch(cells));
  price_fragments(cells);
  return cells;
}

class Aligner {
 public:
  Aligner(const Reading& reading, const MrzLayout& layout, int line)
      : layout_(layout), line_(line), cells_(make_cells(reading)), pitch_(measure_pitch(cells_)) {
    rows_ = cells_.size() + 1;
    columns_ = static_cast<std::size_t>(layout.length) + 1;
    cost_.assign(rows_ * columns_, kNever);
    move_.assign(rows_ * columns_, Move::none);
    cost_[0] = 0;
  }

  std::optional<MrzAlignment> align() {
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t j = 0; j < columns_; ++j) step(i, j);
    }
    if (cost_.back() > kMaxCost) return std::nullopt;
    return trace();
  }

 private:
  enum class Move : unsigned char { none, match, remove, insert };

  std::size_t at(std::size_t i, std::size_t j) const { return i * columns_ + j; }
  MrzClass cls(std::size_t j) const { return mrz_class(layout_, line_, static_cast<int>(j)); }

  /// Goes on from having laid i cells over j places.
  void step(std::size_t i, std::size_t j) {
    if (cost_[at(i, j)] == kNever) return;
    if (i + 1 < rows_ && j + 1 < columns_) offer(i, j, i + 1, j + 1, match_cost(i, j), Move::match);
    if (i + 1 < rows_) offer(i, j, i + 1, j, cells_[i].removal, Move::remove);
    if (j + 1 < columns_) offer(i, j, i, j + 1, insertion_cost(i, j), Move::insert);
  }

  void offer(std::size_t i, std::size_t j, std::size_t to_i, std::size_t to_j, double cost,
             Move move) {
    const double sum = cost_[at(i, j)] + cost;
    if (sum >= cost_[at(to_i, to_j)]) return;
    cost_[at(to_i, to_j)] = sum;
    move_[at(to_i, to_j)] = move;
  }

  double match_cost(std::size_t i, std::size_t j) const {
    double least = kForbidden;
    for (const MrzOption& option : cells_[i].options) {
      if (mrz_allows(cls(j), option.c)) least = std::min(least, option.cost + price(j, option.c));
    }
    return least;
  }

  /// Of a character that a place may hold but hardly ever does.
  double price(std::size_t j, char c) const {
    return cls(j) == MrzClass::name && c >= '0' && c <= '9' ? kDigitInName : 0;
  }

  /// Cost of a filler before cell i that was not read.
  double insertion_cost(std::size_t i, std::size_t j) const {
    if (!mrz_allows(cls(j), '<')) return kNever;
    const int run = std::max(i > 0 ? cells_[i - 1].run : 0, i < cells_.size() ? cells_[i].run : 0);
    if (run == 0) return kInserted;
    if (pitch_ > 0 && i > 0 && i < cells_.size())
      return has_room(i) ? kFillerFits : kFillerUnlikely;
    return kFillerChange + 1.0 / run;
  }

  /// Whether the characters around the boundary before cell i stand further apart than they should.
  bool has_room(std::size_t i) const {
    for (const std::size_t first : {i - 1, i >= 2 ? i - 2 : i - 1}) {
      for (const std::size_t last : {i, std::min(i + 1, cells_.size() - 1)}) {
        const auto steps = static_cast<double>(last - first);
        if ((cells_[last].centre - cells_[first].centre) / pitch_ - steps >= kRoom) return true;
      }
    }
    return false;
  }

  MrzPlace place(std::size_t i, std::size_t j) const {
    MrzPlace result{cells_[i].raw, {}};
    for (const MrzOption& option : cells_[i].options) {
      if (mrz_allows(cls(j), option.c))
        result.options.push_back({option.c, option.cost + price(j, option.c)});
    }
    std::stable_sort(result.options.begin(), result.options.end(),
                     [](const MrzOption& a, const MrzOption& b) { return a.cost < b.cost; });
    if (result.options.size() > kMaxOptions) result.options.resize(kMaxOptions);
    if (result.options.empty()) {
      const bool printable = result.raw.size() == 1 && result.raw[0] > ' ' && result.raw[0] < 127;
      result.options.push_back({printable ? result.raw[0] : '?', kForbidden});
    }
    return result;
  }

  MrzAlignment trace() const {
    MrzAlignment result;
    result.cost = cost_.back();
    std::size_t i = rows_ - 1;
    std::size_t j = columns_ - 1;
    while (i > 0 || j > 0) {
      const Move move = move_[at(i, j)];
      if (move == Move::match) {
        result.places.push_back(place(--i, --j));
      } else if (move == Move::remove) {
        --i;
        result.changes.push_back(
            {line_, static_cast<int>(j), cells_[i].raw, "", cells_[i].removal});
      } else {
        --j;
        result.places.push_back({"", {{'<', 0}}});
        result.changes.push_back({line_, static_cast<int>(j), "", "<", insertion_cost(i, j)});
      }
    }
    std::reverse(result.places.begin(), result.places.end());
    std::reverse(result.changes.begin(), result.changes.end());
    return result;
  }

  const MrzLayout& layout_;
  int line_;
  std::vector<Cell> cells_;
  double pitch_;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> cost_;
  std::vector<Move> move_;
};

}  // namespace

std::optional<MrzAlignment> align_mrz_line(const Reading& reading, const MrzLayout& layout,
                                           int line) {
  return Aligner(reading, layout, line).align();
}

}  // namespace nibble
