#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/rules/fit.h"

namespace nibble {

/// How a date is laid out: "dd.mm.yyyy", "yyyy-mm-dd", "dd/mm/yy", "dd mmm yyyy" ("mmm" is a
/// month's name), ...
using DateLayout = std::string;

/// A date that a reading can be taken for.
struct DateFit {
  Fit fit;
  Date date;
  DateLayout layout;
};

/// The cheapest day of the calendar, in the years 1900 to 2100, that the reading can be taken for
/// in this layout, of which only letters and separators may be others than read (see fit_mask).
/// Nothing when there is none that costs `most` or less, or for a layout that says nothing of day,
/// month and year.
std::optional<DateFit> fit_date(const Reading& reading, const DateLayout& layout, double most,
                                Century century, const Date& now);

/// A text that is laid out as dates are in any convention in use, and the day if there is one.
struct PrintedDate {
  DateLayout layout;  ///< as printed, with a last dot; "mmm" for a month's name or Roman figure
  std::optional<Date> date;
  bool roman = false;  ///< the month is a Roman figure, where a stroke less is another month
};

/// Reads a text as it stands. `preferred` (a layout, or empty) says which of day and month comes
/// first where both may. Nothing for a text that is not laid out as a date.
std::optional<PrintedDate> read_printed_date(const std::string& text, const DateLayout& preferred,
                                             Century century, const Date& now);

/// The months with this name or short name in one of the main European languages, or with this
/// Roman figure: a bit each, January the lowest. Capitals and small letters are the same.
unsigned months_of_word(const std::string& word);

/// Layouts without names of months that dates in Europe have.
const std::vector<DateLayout>& common_date_layouts();

/// The day in this layout, e.g. "22.05.1975"; empty for a layout with a month's name.
std::string write_date(const Date& date, const DateLayout& layout);

/// The same as fit_date for a date with a month's name, in one of the main European languages or in
/// two of them ("12 AUG/AOU 1974"); any layout in the order day, month, year. The layout is "dd mmm
/// yyyy" or "dd mmm yy".
std::optional<DateFit> fit_named_date(const Reading& reading, double most, Century century,
                                      const Date& now);

}  // namespace nibble
