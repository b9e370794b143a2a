#include "recognizer/mrz_align.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace nibble {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
// Costs of what the alternatives say nothing about, in the same unit (natural logarithm of a ratio of probabilities).
constexpr double kSpaceRemoved = 1;
constexpr double kFillerChange = 2;  // a filler more or less in a run of them, plus at most 1, less in longer runs
constexpr double kFillerInserted = 6;
constexpr double kRemoved = 7;
constexpr double kForbidden = 9;  // a character that cannot be where it is
constexpr double kMostCost = 60;
constexpr double kLeastProbability = 1e-7;
constexpr std::size_t kMostOptions = 6;

/// The zone's character for a read one: capitals for small letters; 0 for one that it does not have.
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
  int run = 0;  ///< length of the run of fillers that it stands in
};

void add_option(std::vector<MrzOption>& options, char c, double cost) {
  const auto same = std::find_if(options.begin(), options.end(), [&](const MrzOption& option) { return option.c == c; });
  if (same == options.end()) {
    options.push_back({c, cost});
  } else {
    same->cost = std::min(same->cost, cost);
  }
}

Cell make_cell(const ReadChar& read) {
  Cell cell;
  cell.raw = read.text;
  if (read.text == " ") cell.removal = kSpaceRemoved;
  if (const char c = zone_character(read.text); c != 0) cell.options.push_back({c, 0});
  for (const Alternative& other : read.alternatives) {
    const double cost =
        std::max(0.0, std::log(std::max(read.confidence, kLeastProbability) / std::max(other.confidence, kLeastProbability)));
    if (other.text.empty()) cell.removal = std::min(cell.removal, cost);
    if (const char c = zone_character(other.text); c != 0) add_option(cell.options, c, cost);
  }
  std::stable_sort(cell.options.begin(), cell.options.end(), [](const MrzOption& a, const MrzOption& b) { return a.cost < b.cost; });
  return cell;
}

std::vector<Cell> make_cells(const Reading& reading) {
  std::vector<Cell> cells;
  for (const ReadChar& read : reading.chars) cells.push_back(make_cell(read));
  for (std::size_t i = 0; i < cells.size();) {
    std::size_t end = i;
    while (end < cells.size() && cells[end].raw == "<") ++end;
    for (std::size_t k = i; k < end; ++k) {
      cells[k].run = static_cast<int>(end - i);
      if (end - i > 1) cells[k].removal = std::min(cells[k].removal, kFillerChange + 1.0 / static_cast<double>(end - i));
    }
    i = std::max(end, i + 1);
  }
  return cells;
}

class Aligner {
 public:
  Aligner(const Reading& reading, const MrzLayout& layout, int line) : layout_(layout), line_(line), cells_(make_cells(reading)) {
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
    if (cost_.back() > kMostCost) return std::nullopt;
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

  void offer(std::size_t i, std::size_t j, std::size_t to_i, std::size_t to_j, double cost, Move move) {
    const double sum = cost_[at(i, j)] + cost;
    if (sum >= cost_[at(to_i, to_j)]) return;
    cost_[at(to_i, to_j)] = sum;
    move_[at(to_i, to_j)] = move;
  }

  double match_cost(std::size_t i, std::size_t j) const {
    for (const MrzOption& option : cells_[i].options) {
      if (mrz_allows(cls(j), option.c)) return option.cost;
    }
    return kForbidden;
  }

  double insertion_cost(std::size_t i, std::size_t j) const {
    if (!mrz_allows(cls(j), '<')) return kNever;
    const int run = std::max(i > 0 ? cells_[i - 1].run : 0, i < cells_.size() ? cells_[i].run : 0);
    return run > 0 ? kFillerChange + 1.0 / run : kFillerInserted;
  }

  MrzPlace place(std::size_t i, std::size_t j) const {
    MrzPlace result{cells_[i].raw, {}};
    for (const MrzOption& option : cells_[i].options) {
      if (mrz_allows(cls(j), option.c) && result.options.size() < kMostOptions) result.options.push_back(option);
    }
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
        result.changes.push_back({line_, static_cast<int>(j), cells_[i].raw, "", cells_[i].removal});
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
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> cost_;
  std::vector<Move> move_;
};

}  // namespace

std::optional<MrzAlignment> align_mrz_line(const Reading& reading, const MrzLayout& layout, int line) {
  return Aligner(reading, layout, line).align();
}

}  // namespace nibble
