// Fields by agreement with a machine readable zone (naming.h).

#include <algorithm>
#include <array>
#include <cctype>

#include "recognizer/rules/line_piece.h"
#include "recognizer/rules/naming.h"
#include "recognizer/rules/value_forms.h"
#include "recognizer/rules/zone.h"

namespace nibble {
namespace {

// A text whose letters the zone's need not be the first choices of: their price at most, as the
// logarithm of a ratio of probabilities (see compare_with_mrz).
constexpr double kMaxCost = 4;

constexpr std::array<const char*, 5> kElements = {"document_number", "surname", "given_names",
                                                  "birth_date", "expiry_date"};

/// The piece that agrees with an element best.
std::optional<std::size_t> agreeing(const Naming& naming, const std::string& element) {
  std::optional<std::size_t> best;
  double least = kMaxCost;
  for (std::size_t i = 0; i < naming.pieces.size(); ++i) {
    const ValuePiece& piece = naming.pieces[i];
    std::optional<double> cost;
    if (element.ends_with("_date")) {
      const auto day = day_of(piece.text, naming.now);
      if (day && to_iso(*day) == naming.zone->value(element)) cost = 0;
    } else {
      FieldResult text = piece_of_line(naming.lines[piece.line], piece.span);
      cost = cost_as_element(text, element, *naming.zone, naming.now);
    }
    if (!cost || *cost >= least) continue;
    least = *cost;
    best = i;
  }
  return best;
}

std::string alphanumeric(const std::string& text) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept),
               [](unsigned char c) { return std::isalnum(c) != 0; });
  return kept;
}

/// The number that the zone has in its optional data.
void name_personal_number(Naming& naming) {
  const std::string optional = naming.zone->value("optional_data");
  if (optional.size() < 6) return;
  for (std::size_t i = 0; i < naming.pieces.size(); ++i) {
    if (alphanumeric(naming.pieces[i].text) == alphanumeric(optional))
      return naming.give(i, "personal_number", "zone", true);
  }
}

void name_sex(Naming& naming) {
  const std::string sex = naming.zone->value("sex");
  if (sex.empty() || sex == "<") return;
  std::optional<std::size_t> only;
  for (std::size_t i = 0; i < naming.pieces.size(); ++i) {
    const std::string& text = naming.pieces[i].text;
    if (text != sex && !(is_double_sex(text) && text.ends_with(sex))) continue;
    if (only) return;
    only = i;
  }
  if (only) naming.give(*only, "sex", "zone", true);
}

}  // namespace

void name_by_zone(Naming& naming) {
  for (const char* element : kElements) {
    if (naming.zone->value(element).empty()) continue;
    const auto piece = agreeing(naming, element);
    const auto holder = naming.named(element);
    if (!piece || piece == holder) continue;
    if (!naming.zone->valid && (holder || !naming.pieces[*piece].name.empty())) continue;
    for (const std::optional<std::size_t> wrong : {holder, piece}) {
      if (!wrong) continue;
      naming.pieces[*wrong].name.clear();
      naming.pieces[*wrong].used = false;
    }
    naming.give(*piece, element, "zone", naming.zone->valid);
  }
  name_personal_number(naming);
  name_sex(naming);
}

}  // namespace nibble
