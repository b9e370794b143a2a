#include "recognizer/base/date.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <ctime>

namespace nibble {
namespace {

constexpr int kYearsAhead = 50;
constexpr int kUnknown = 0;

/// Two digits, 0 for "<<", nothing for anything else.
std::optional<int> two_digits(const std::string& text, std::size_t at) {
  const char a = text[at];
  const char b = text[at + 1];
  if (a == '<' && b == '<') return kUnknown;
  if (a < '0' || a > '9' || b < '0' || b > '9') return std::nullopt;
  return (a - '0') * 10 + (b - '0');
}

}  // namespace

bool is_calendar_date(const Date& date) {
  // Years of four digits; std::chrono's months and days hold a byte.
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > 31)
    return false;
  return std::chrono::year_month_day(std::chrono::year(date.year),
                                     std::chrono::month(static_cast<unsigned>(date.month)),
                                     std::chrono::day(static_cast<unsigned>(date.day)))
      .ok();
}

std::string to_iso(const Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Date today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday};
}

int full_year(int two_digits, int month, int day, Century century, const Date& now) {
  const int base = now.year / 100 * 100;
  if (century == Century::past) {
    const bool future = Date{base + two_digits, month, day} > now;
    return base + two_digits - (future ? 100 : 0);
  }
  int year = base + two_digits;
  while (year - now.year >= kYearsAhead) year -= 100;
  while (now.year - year > kYearsAhead) year += 100;
  return year;
}

std::optional<std::string> mrz_date(const std::string& yymmdd, Century century, const Date& now) {
  if (yymmdd.size() != 6 || yymmdd.compare(0, 2, "<<") == 0) return std::nullopt;
  const auto year = two_digits(yymmdd, 0);
  const auto month = two_digits(yymmdd, 2);
  const auto day = two_digits(yymmdd, 4);
  if (!year || !month || !day) return std::nullopt;
  const int full = full_year(*year, *month, *day, century, now);
  if (*month == kUnknown)
    return *day == kUnknown ? std::optional(fmt::format("{:04}", full)) : std::nullopt;
  if (!is_calendar_date({full, *month, *day == kUnknown ? 1 : *day})) return std::nullopt;
  if (*day == kUnknown) return fmt::format("{:04}-{:02}", full, *month);
  return to_iso({full, *month, *day});
}

}  // namespace nibble
