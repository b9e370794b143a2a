#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <vector>

#include "recognizer/rules/dates.h"

namespace nibble {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2100;

constexpr std::array<std::string_view, 7> kSeparators = {".", "-", "/", " ", ". ", " - ", " / "};
// What stands between the parts of a date with a month's name.
constexpr std::array<std::string_view, 10> kNameSeparators = {"",  " ",   ".",   ". ", "-",
                                                              "/", " - ", " / ", ", ", "., "};
// Words that dates are written with besides the month: "12 de agosto de 1974", "1974. gada ...".
constexpr std::array<std::string_view, 9> kFillers = {"de", "del", "of", "gada", "g",
                                                      "m",  "d",   "e",  "den"};

enum class Token { number, word };

/// The numbers and words of a text, and what stands before, between and behind them.
struct Tokens {
  std::vector<Token> kinds;
  std::vector<std::string> texts;
  std::vector<std::string> separators{""};  ///< one more than tokens

  std::vector<std::string> numbers() const {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (kinds[i] == Token::number) list.push_back(texts[i]);
    }
    return list;
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

Tokens split(const std::string& text) {
  Tokens tokens;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i]) && !is_letter(text[i])) {
      tokens.separators.back() += text[i++];
      continue;
    }
    const bool number = is_digit(text[i]);
    const auto belongs = [&](char c) { return number ? is_digit(c) : is_letter(c); };
    std::size_t end = i;
    while (end < text.size() && belongs(text[end])) ++end;
    tokens.kinds.push_back(number ? Token::number : Token::word);
    tokens.texts.push_back(text.substr(i, end - i));
    tokens.separators.emplace_back();
    i = end;
  }
  return tokens;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class DateReader {
 public:
  DateReader(const DateLayout& preferred, Century century, const Date& now)
      : preferred_(preferred), century_(century), now_(now) {}

  std::optional<PrintedDate> read(const std::string& text) const {
    const Tokens tokens = split(text);
    const std::string& behind = tokens.separators.back();
    if (!tokens.separators.front().empty() || (!behind.empty() && behind != ".")) return {};
    const bool named =
        std::find(tokens.kinds.begin(), tokens.kinds.end(), Token::word) != tokens.kinds.end();
    auto date = named ? read_named(tokens) : read_numbers(tokens);
    if (date) date->layout += behind;
    return date;
  }

 private:
  std::optional<PrintedDate> read_numbers(const Tokens& tokens) const {
    if (tokens.texts.size() == 1) return read_compact(tokens.texts[0]);
    if (tokens.texts.size() != 3) return {};
    const std::string& separator = tokens.separators[1];
    if (separator != tokens.separators[2] || !contains(kSeparators, separator)) return {};
    return choose(orders(tokens.texts, separator), tokens.texts, separator);
  }

  /// Orders that the numbers of digits allow, the likeliest first. Month, day, year is written with
  /// slashes and dashes.
  std::vector<std::string> orders(const std::vector<std::string>& numbers,
                                  const std::string& separator) const {
    const auto is_short = [&](std::size_t i) { return numbers[i].size() <= 2; };
    if (numbers[0].size() == 4 && is_short(1) && is_short(2)) return {"ymd"};
    if (!is_short(0) || !is_short(1)) return {};
    std::vector<std::string> list = {"dmy"};
    if (separator == "/" || separator == "-" || preferred_order() == "mdy") list.push_back("mdy");
    if (numbers[2].size() == 2) list.push_back("ymd");
    return numbers[2].size() == 4 || numbers[2].size() == 2 ? preferring(list)
                                                            : std::vector<std::string>{};
  }

  /// "dmy" for "dd.mm.yyyy"; nothing for a four-digit year in front, which says nothing of two
  /// digits.
  std::string preferred_order() const {
    if (preferred_.starts_with("yyyy")) return {};
    std::string order;
    for (const char c : preferred_) {
      const bool part = c == 'd' || c == 'm' || c == 'y';
      if (part && order.find(c) == std::string::npos) order += c;
    }
    return order;
  }

  std::vector<std::string> preferring(std::vector<std::string> list) const {
    const auto found = std::find(list.begin(), list.end(), preferred_order());
    if (found != list.end()) std::rotate(list.begin(), found, found + 1);
    return list;
  }

  std::optional<PrintedDate> read_compact(const std::string& digits) const {
    std::optional<PrintedDate> best;
    if (digits.size() != 6 && digits.size() != 8) return best;
    const bool year_first = preferred_.starts_with("yyyy");
    for (const std::string& order :
         year_first ? std::vector<std::string>{"ymd", "dmy"} : preferring({"dmy", "ymd"})) {
      const std::size_t year = digits.size() - 4;
      const std::size_t first = order == "dmy" ? 2 : year;
      const std::vector<std::string> numbers = {digits.substr(0, first), digits.substr(first, 2),
                                                digits.substr(first + 2)};
      best = choose({order}, numbers, "");
      if (best && best->date) return best;
    }
    return {};
  }

  /// The first order in which there is such a day; the first of all when there is none.
  std::optional<PrintedDate> choose(const std::vector<std::string>& orders,
                                    const std::vector<std::string>& numbers,
                                    const std::string& separator) const {
    std::optional<PrintedDate> first;
    for (const std::string& order : orders) {
      PrintedDate printed;
      Date date;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        printed.layout += (i > 0 ? separator : "") + std::string(numbers[i].size(), order[i]);
        const int value = std::stoi(numbers[i]);
        (order[i] == 'd' ? date.day : order[i] == 'm' ? date.month : date.year) = value;
      }
      printed.date = day_of(date, numbers[order.find('y')].size());
      if (printed.date) return printed;
      if (!first) first = printed;
    }
    return first;
  }

  std::optional<Date> day_of(Date date, std::size_t year_digits) const {
    if (year_digits == 2) date.year = full_year(date.year, date.month, date.day, century_, now_);
    const bool known = date.year >= kFirstYear && date.year <= kLastYear;
    return known && is_calendar_date(date) ? std::optional(date) : std::nullopt;
  }

  std::optional<PrintedDate> read_named(const Tokens& tokens) const {
    unsigned months = (1U << 12U) - 1;
    bool named = false;
    bool roman = false;
    for (std::size_t i = 0; i < tokens.texts.size(); ++i) {
      if (i > 0 && !contains(kNameSeparators, tokens.separators[i])) return {};
      if (tokens.kinds[i] == Token::number || contains(kFillers, tokens.texts[i])) continue;
      named = true;
      roman = roman || tokens.texts[i].find_first_not_of("IVX") == std::string::npos;
      months &= months_of_word(tokens.texts[i]);
    }
    std::vector<std::string> numbers = tokens.numbers();
    if (!named || !std::has_single_bit(months) || numbers.size() != 2) return {};
    const bool year_first = numbers[0].size() == 4;
    if (year_first) std::swap(numbers[0], numbers[1]);
    const std::size_t year_digits = numbers[1].size();
    if (numbers[0].size() > 2 || (year_digits != 2 && year_digits != 4)) return {};
    const Date date{std::stoi(numbers[1]), std::countr_zero(months) + 1, std::stoi(numbers[0])};
    const std::string year(year_digits, 'y');
    return PrintedDate{year_first ? year + " mmm dd" : "dd mmm " + year, day_of(date, year_digits),
                       roman};
  }

  const DateLayout& preferred_;
  Century century_;
  const Date& now_;
};

}  // namespace

std::optional<PrintedDate> read_printed_date(const std::string& text, const DateLayout& preferred,
                                             Century century, const Date& now) {
  return DateReader(preferred, century, now).read(text);
}

}  // namespace nibble
