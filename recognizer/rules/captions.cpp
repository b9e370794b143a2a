#include "recognizer/rules/captions.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <span>

#include "nn/error.h"
#include "recognizer/base/embedded.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr std::array<std::string_view, 14> kStandardFields = {
    "document_number", "personal_number", "surname",   "given_names",
    "birth_date",      "birth_place",     "sex",       "nationality",
    "issue_date",      "expiry_date",     "authority", "address",
    "categories",      "height"};

constexpr std::size_t kLongest = 40;   // letters of a caption
constexpr std::size_t kLeastPart = 5;  // of one whose other half was not found

/// Letters misread that a caption of this length may have. Chosen on the rendered documents of the
/// set tuning (scripts/specimens/layouts.py).
int most_edits(std::size_t letters) {
  if (letters <= 3) return 0;
  if (letters <= 5) return 1;
  return static_cast<int>(0.26 * static_cast<double>(letters));
}

/// So few that the print needs no second caption to support it.
bool is_sure(std::size_t letters, int edits) {
  if (edits == 0) return true;
  return letters >= 6 && static_cast<double>(edits) <= 0.25 * static_cast<double>(letters);
}

/// A letter of a caption as it is compared: one for all that print alike.
void append_key(char32_t c, std::string& key) {
  switch (c) {
    case U'Đ': key += 'D'; return;
    case U'Ð': key += 'D'; return;
    case U'Ø': key += 'O'; return;
    case U'Æ': key += "AE"; return;
    case U'Œ': key += "OE"; return;
    case U'Þ': key += 'P'; return;
    case U'Ł': key += 'I'; return;
    case U'Ħ': key += 'H'; return;
    case U'Ə': key += 'E'; return;
    case U'º':
    case U'°':
    case U'0':
    case U'Q': key += 'O'; return;
    case U'L':
    case U'1': key += 'I'; return;
    case U'5': key += 'S'; return;
    case U'8': key += 'B'; return;
    case U'6': key += 'G'; return;
    case U'2': key += 'Z'; return;
    default: break;
  }
  const char32_t bare = bare_letter(c).letter;
  if (bare != c) return append_key(bare, key);
  if (c >= U'A' && c <= U'Z') key += static_cast<char>(c);
}

std::uint32_t letters_of(std::string_view key) {
  std::uint32_t letters = 0;
  for (const char c : key) letters |= std::uint32_t{1} << (c - 'A');
  return letters;
}

/// Levenshtein distance, or `most` + 1 for all that are above `most`.
int bounded_distance(std::string_view a, std::string_view b, int most) {
  std::array<int, kLongest + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int corner = row[0]++;
    int least = row[0];
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int change = corner + (a[i] == b[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, corner + 1});
      least = std::min(least, row[j + 1]);
    }
    if (least > most) return most + 1;
  }
  return std::min(row[b.size()], most + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_title(std::string_view name) {
  return name == kLicenceTitle || name == kPassportTitle || name == kDocumentTitle;
}

bool is_standard_field(std::string_view name) {
  return std::find(kStandardFields.begin(), kStandardFields.end(), name) != kStandardFields.end();
}

std::string caption_key(std::string_view print) {
  std::string key;
  for (const char32_t c : to_upper(decode_utf8(print))) append_key(c, key);
  return key;
}

CaptionDictionary::CaptionDictionary(std::string_view table, const std::string& name) {
  const auto fail = [&](std::size_t row, const std::string& problem) {
    throw Error(ErrorCode::bad_template, name + ": row " + std::to_string(row) + ": " + problem);
  };
  std::map<std::string, std::string> names;  // by key
  bool heading = true;
  std::size_t number = 0;
  for (std::string_view row : split(table, '\n')) {
    ++number;
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty() || row.front() == '#') continue;
    const std::vector<std::string_view> cells = split(row, '\t');
    if (cells.size() != 3) fail(number, "there must be field, language and captions");
    if (std::exchange(heading, false)) continue;
    const std::string field(cells[0]);
    if (field != kOtherCaption && !is_title(field) && !is_standard_field(field))
      fail(number, "no field is called " + field);
    for (const std::string_view caption : split(cells[2], '|')) {
      std::string key = caption_key(caption);
      if (key.size() < 2 || key.size() > kLongest)
        fail(number, "a caption has 2 to 40 letters, not " + std::string(caption));
      const auto [at, added] = names.emplace(std::move(key), field);
      if (!added && at->second != field)
        fail(number, std::string(caption) + " is a caption of " + at->second + " too");
    }
  }
  for (const auto& [key, field] : names) {
    auto at = std::find(names_.begin(), names_.end(), field);
    if (at == names_.end()) at = names_.insert(at, field);
    entries_.push_back({key, letters_of(key), static_cast<std::size_t>(at - names_.begin())});
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.key.size() < b.key.size(); });
  for (std::size_t length = 0; length <= kLongest + 1; ++length) {
    const auto first = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& e) { return e.key.size() >= length; });
    first_long_.push_back(static_cast<std::size_t>(first - entries_.begin()));
  }
}

const CaptionDictionary& CaptionDictionary::shipped() {
  static const CaptionDictionary dictionary = [] {
    const std::span<const std::byte> bytes = embedded_file("captions.tsv");
    return CaptionDictionary({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                             "captions.tsv");
  }();
  return dictionary;
}

std::optional<CaptionMatch> CaptionDictionary::find_part(const std::string& key) const {
  if (key.size() < kLeastPart) return {};
  const Entry* whole = nullptr;
  for (std::size_t i = first_long_[key.size() + 1]; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.key.size() > 2 * key.size()) break;
    if (!entry.key.starts_with(key) && !entry.key.ends_with(key)) continue;
    if (whole != nullptr && whole->name != entry.name) return {};
    whole = &entry;
  }
  if (whole == nullptr) return {};
  const auto missing = static_cast<int>(whole->key.size() - key.size());
  return CaptionMatch{names_[whole->name], static_cast<int>(key.size()), missing, false};
}

std::optional<CaptionMatch> CaptionDictionary::find(std::string_view print) const {
  const std::string key = caption_key(print);
  if (key.size() < 2 || key.size() > kLongest) return {};
  const int most = most_edits(key.size());
  const int reach = most + 1;
  const std::uint32_t letters = letters_of(key);
  std::vector<int> nearest(names_.size(), reach + 1);
  std::size_t best = 0;
  int edits = reach + 1;
  const auto span = static_cast<std::size_t>(reach);
  const std::size_t begin = first_long_[key.size() - std::min(key.size(), span)];
  const std::size_t end = first_long_[std::min(key.size() + span, kLongest) + 1];
  for (std::size_t i = begin; i < end; ++i) {
    const Entry& entry = entries_[i];
    if (std::popcount(letters & ~entry.letters) > reach ||
        std::popcount(entry.letters & ~letters) > reach)
      continue;
    const int distance = bounded_distance(key, entry.key, reach);
    nearest[entry.name] = std::min(nearest[entry.name], distance);
    if (distance >= edits) continue;
    edits = distance;
    best = i;
  }
  if (edits > most || edits > most_edits(entries_[best].key.size())) return find_part(key);
  const Entry& entry = entries_[best];
  for (std::size_t name = 0; name < names_.size(); ++name) {
    if (edits > 0 && name != entry.name && nearest[name] <= edits) return {};
  }
  // One that is only an edit farther makes it unsure.
  const bool alone =
      edits == 0 || std::none_of(nearest.begin(), nearest.end(), [&](int& d) {
        return static_cast<std::size_t>(&d - nearest.data()) != entry.name && d <= edits + 1;
      });
  const std::size_t shorter = std::min(key.size(), entry.key.size());
  return CaptionMatch{names_[entry.name], static_cast<int>(entry.key.size()), edits,
                      alone && is_sure(shorter, edits)};
}

}  // namespace nibble
