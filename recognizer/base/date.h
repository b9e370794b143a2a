#pragma once

#include <optional>
#include <string>

namespace nibble {

/// A day of the Gregorian calendar.
struct Date {
  int year = 0;
  int month = 0;  ///< 1..12
  int day = 0;    ///< 1..31
  bool operator==(const Date&) const = default;
  auto operator<=>(const Date&) const = default;
};

/// Whether there is such a day.
bool is_calendar_date(const Date& date);

/// "1975-05-22".
std::string to_iso(const Date& date);

/// The day that it is now, in local time.
Date today();

/// Which way the century of a two-digit year is chosen.
enum class Century {
  past,    ///< the latest one whose day is not after today: dates of birth and of issue
  nearest  ///< the one whose year is within 50 years of today's: dates of expiry
};

/// The full year of a two-digit one. Month and day matter for Century::past alone; 0 stands for
/// unknown.
int full_year(int two_digits, int month, int day, Century century, const Date& now);

/// A date of a machine readable zone, YYMMDD, in ISO form: "1974-08-12"; "1974-08" or "1974" where
/// day or month are unknown
/// ("<<" or "00" there). Nothing when it is no date or no part of it is known.
std::optional<std::string> mrz_date(const std::string& yymmdd, Century century, const Date& now);

}  // namespace nibble
