#include "recognizer/rules/dates.h"

#include <algorithm>
#include <cstddef>

namespace nibble {
namespace {

constexpr std::size_t kFits = 12;
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2100;

bool is_part(char c) { return c == 'd' || c == 'm' || c == 'y'; }

Mask make_mask(const DateLayout& layout) {
  Mask mask;
  for (const std::string& c : characters(layout)) {
    if (c.size() == 1 && is_part(c[0])) {
      mask.push_back({MaskPlace::Kind::digit, ""});
    } else {
      mask.push_back({MaskPlace::Kind::literal, c});
    }
  }
  return mask;
}

bool is_complete(const DateLayout& layout) {
  const auto count = [&](char part) { return std::count(layout.begin(), layout.end(), part); };
  return count('d') == 2 && count('m') == 2 && (count('y') == 2 || count('y') == 4);
}

/// The number that stands in the places of a part; the text has the layout's characters one by one.
int part_of(const std::string& text, const DateLayout& layout, char part) {
  int value = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (layout[i] == part) value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Date> read_date(const std::string& text, const DateLayout& layout, Century century,
                              const Date& now) {
  Date date{part_of(text, layout, 'y'), part_of(text, layout, 'm'), part_of(text, layout, 'd')};
  if (std::count(layout.begin(), layout.end(), 'y') == 2)
    date.year = full_year(date.year, date.month, date.day, century, now);
  if (!is_calendar_date(date) || date.year < kFirstYear || date.year > kLastYear)
    return std::nullopt;
  return date;
}

}  // namespace

std::optional<DateFit> fit_date(const Reading& reading, const DateLayout& layout, double most,
                                Century century, const Date& now) {
  if (!is_complete(layout)) return std::nullopt;
  for (Fit& fit : fit_mask(reading, make_mask(layout), kFits)) {
    if (fit.cost > most) break;
    if (const auto date = read_date(fit.text, layout, century, now))
      return DateFit{std::move(fit), *date, layout};
  }
  return std::nullopt;
}

const std::vector<DateLayout>& common_date_layouts() {
  static const std::vector<DateLayout> kLayouts = {
      "dd.mm.yyyy",   "dd mm yyyy", "dd/mm/yyyy", "dd-mm-yyyy", "yyyy-mm-dd", "yyyy.mm.dd",
      "yyyy/mm/dd",   "yyyy mm dd", "dd.mm.yy",   "dd/mm/yy",   "dd-mm-yy",   "dd mm yy",
      "dd. mm. yyyy", "ddmmyyyy",   "yyyymmdd",   "mm/dd/yyyy", "mm-dd-yyyy"};
  return kLayouts;
}

std::string write_date(const Date& date, const DateLayout& layout) {
  if (!is_complete(layout)) return {};
  std::string text = layout;
  const auto put = [&](char part, int value) {
    for (std::size_t i = text.size(); i > 0; --i) {
      if (layout[i - 1] != part) continue;
      text[i - 1] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
  };
  put('d', date.day);
  put('m', date.month);
  put('y', date.year);
  return text;
}

}  // namespace nibble
