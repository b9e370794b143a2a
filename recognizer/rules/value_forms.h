#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/rules/line_captions.h"

namespace nibble {

/// Whether a text looks as a field of this name does: a date, a number, a name, a sex, ... Misread
/// characters are allowed for. True for a name without a form of its own.
bool suits_field(std::string_view name, const std::string& text);

/// Whether a field of this name has a form that few other texts have: dates, sex, height,
/// categories.
bool has_own_form(std::string_view name);

/// Whether a text is laid out as a date, perhaps with a character or two misread.
bool is_like_date(const std::string& text);

/// The day that a text says, read as of `now`; nothing for a text that is not a well-formed date.
std::optional<Date> day_of(const std::string& text, const Date& now);

/// Whether a text is a number of letters and digits, mostly digits.
bool is_like_number(const std::string& text);

/// Whether a text is a name: letters, and what stands between them.
bool is_like_name(const std::string& text);

/// Whether a text is the mark of a sex in two languages ("K/F", "E/M").
bool is_double_sex(const std::string& text);

/// Whether a text ends with a slash and the code of a country ("TC/TUR").
bool is_coded_country(const std::string& text);

/// The span cut where a date begins and ends in it: "17.07.1981 WIEN" is two.
std::vector<CharSpan> split_dates(const Reading& reading, CharSpan span);

/// The kind of field (FieldSpec::kind) by its name.
const char* field_kind(std::string_view name);

}  // namespace nibble
