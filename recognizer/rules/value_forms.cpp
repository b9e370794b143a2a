#include "recognizer/rules/value_forms.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "recognizer/base/unicode.h"
#include "recognizer/mrz/countries.h"
#include "recognizer/rules/dates.h"

namespace nibble {
namespace {

/// What a text is made of.
struct Count {
  int letters = 0;
  int small = 0;  ///< of the letters
  int digits = 0;
  int others = 0;  ///< but for spaces
  int all() const { return letters + digits + others; }
};

Count count_of(const std::string& text) {
  Count count;
  for (const char32_t c : decode_utf8(text)) {
    if (c < 0x80 && std::isdigit(static_cast<int>(c)) != 0) {
      ++count.digits;
    } else if (c >= 0xC0 || (c < 0x80 && std::isalpha(static_cast<int>(c)) != 0)) {
      ++count.letters;
      if (to_upper(std::u32string(1, c)) != std::u32string(1, c)) ++count.small;
    } else if (c != U' ') {
      ++count.others;
    }
  }
  return count;
}

// What documents of Europe print for a sex, alone or in two languages.
constexpr std::array<std::string_view, 13> kSexes = {"M", "F", "X", "K", "E", "W", "N",
                                                     "V", "H", "D", "S", "Ž", "Z"};
constexpr std::array<std::string_view, 13> kSexWords = {
    "MALE",   "FEMALE", "MUŽ",    "ŽENA",    "MÂLE",     "MAN",      "VROUW",
    "KVINNA", "MIES",   "NAINEN", "FÉMININ", "MASCULIN", "MASCULINO"};

constexpr std::array<std::string_view, 20> kCategories = {"AM",  "A1",  "A2", "A",  "B1", "B", "BE",
                                                          "C1",  "C1E", "C",  "CE", "D1", "D", "DE",
                                                          "D1E", "T",   "F",  "G",  "M",  "H"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::vector<std::string> words_of(const std::string& text, std::string_view separators) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (separators.find(c) == std::string_view::npos) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string capitals(const std::string& text) { return encode_utf8(to_upper(decode_utf8(text))); }

bool is_sex(const std::string& text) {
  const std::vector<std::string> words = words_of(capitals(text), " /|.-");
  return !words.empty() && words.size() <= 2 &&
         std::all_of(words.begin(), words.end(), [](const std::string& word) {
           return has(kSexes, word) || has(kSexWords, word);
         });
}

bool is_height(const std::string& text) {
  const Count count = count_of(text);
  return count.digits == 3 && count.letters <= 2 && count.others <= 1;
}

bool is_categories(const std::string& text) {
  const std::vector<std::string> words = words_of(capitals(text), " /,.-");
  return !words.empty() && std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return has(kCategories, word);
  });
}

bool is_date_name(std::string_view name) { return name.ends_with("_date"); }

}  // namespace

bool is_like_date(const std::string& text) {
  if (read_printed_date(text, "", Century::past, {2100, 1, 1})) return true;
  const Count count = count_of(text);
  return count.digits >= 5 && count.digits <= 8 && count.all() >= 6 && count.all() <= 12 &&
         count.letters <= 2 && count.others <= 3 &&
         (count.others >= 1 || text.find(' ') != std::string::npos);
}

std::optional<Date> day_of(const std::string& text, const Date& now) {
  const auto printed = read_printed_date(text, "", Century::past, now);
  if (printed) return printed->date;
  // A dot that was lost leaves separators that no layout has: "22 05.1975".
  const std::vector<std::string> parts = words_of(text, " .,-/");
  const auto is_number = [](const std::string& part) {
    return std::all_of(part.begin(), part.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0; });
  };
  if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), is_number)) return {};
  Date day;
  if (parts[0].size() == 2 && parts[1].size() == 2 && parts[2].size() == 4) {
    day = {std::stoi(parts[2]), std::stoi(parts[1]), std::stoi(parts[0])};
  } else if (parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2) {
    day = {std::stoi(parts[0]), std::stoi(parts[1]), std::stoi(parts[2])};
  }
  return is_calendar_date(day) ? std::optional(day) : std::nullopt;
}

bool is_like_number(const std::string& text) {
  const Count count = count_of(text);
  return count.digits >= 4 && count.all() >= 5 && count.all() <= 22 && count.small <= 1 &&
         count.others <= 3 && 2 * count.digits >= count.all() - 1 && !is_like_date(text);
}

bool is_like_name(const std::string& text) {
  const Count count = count_of(text);
  return count.letters >= 2 && 8 * count.digits <= count.letters && count.others <= 3 &&
         2 * count.others <= count.letters && text.find_first_of("/:|") == std::string::npos;
}

bool is_double_sex(const std::string& text) {
  const std::vector<std::string> marks = words_of(capitals(text), "/");
  return marks.size() == 2 && decode_utf8(marks[0]).size() == 1 &&
         (marks[1] == "M" || marks[1] == "F" || marks[1] == "X");
}

bool is_coded_country(const std::string& text) {
  const std::size_t slash = text.find('/');
  return slash != std::string::npos && slash > 1 && text.size() == slash + 4 &&
         is_country_code(text.substr(slash + 1));
}

bool has_own_form(std::string_view name) {
  return is_date_name(name) || name == "sex" || name == "height" || name == "categories";
}

bool suits_field(std::string_view name, const std::string& text) {
  const Count count = count_of(text);
  if (is_date_name(name)) return is_like_date(text);
  if (name == "sex") return is_sex(text);
  if (name == "height") return is_height(text);
  if (name == "categories") return is_categories(text);
  if (name == "document_number" || name == "personal_number") return is_like_number(text);
  if (name == "surname" || name == "given_names") return is_like_name(text) && count.all() <= 40;
  if (name == "nationality") return is_like_name(text) || is_coded_country(text);
  if (name == "birth_place") return count.letters >= 2 && 3 * count.digits <= count.letters;
  if (name == "authority" || name == "address")
    return count.letters + count.digits >= 2 && !is_like_date(text);
  return true;
}

std::vector<CharSpan> split_dates(const Reading& reading, CharSpan span) {
  std::vector<CharSpan> words;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (reading.chars[i].text == " ") continue;
    if (words.empty() || words.back().end != i) words.push_back({i, i});
    words.back().end = i + 1;
  }
  std::vector<CharSpan> parts;
  for (std::size_t first = 0; first < words.size();) {
    std::size_t taken = 0;
    for (std::size_t count = std::min<std::size_t>(3, words.size() - first); count > 0; --count) {
      const CharSpan run{words[first].begin, words[first + count - 1].end};
      if (!read_printed_date(span_text(reading, run), "", Century::past, {2100, 1, 1})) continue;
      parts.push_back(run);
      taken = count;
      break;
    }
    if (taken == 0) {
      const bool date_before =
          !parts.empty() && first > 0 && parts.back().end == words[first - 1].end &&
          read_printed_date(span_text(reading, parts.back()), "", Century::past, {2100, 1, 1});
      if (parts.empty() || date_before) {
        parts.push_back(words[first]);
      } else {
        parts.back().end = words[first].end;
      }
      taken = 1;
    }
    first += taken;
  }
  return parts;
}

const char* field_kind(std::string_view name) {
  if (is_date_name(name)) return "date";
  if (name == "document_number" || name == "personal_number") return "docnum";
  if (name == "surname" || name == "given_names") return "latin";
  if (name == "birth_place" || name == "authority" || name == "address") return "text";
  return "other";
}

}  // namespace nibble
