#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nibble {

/// The machine readable zones of ICAO Doc 9303 (parts 4 to 7), two national ones of two lines of 36
/// characters, and the one line of 30 on French driving licences (after ISO/IEC 18013-1).
enum class MrzFormat { td1, td2, td3, mrva, mrvb, france, romania, france_licence };

/// "TD1", "TD2", "TD3", "MRV-A", "MRV-B", "FRA-ID" (the card issued until 2021), "ROU-ID",
/// "FRA-DL".
const char* mrz_format_name(MrzFormat format);

/// What may stand at a position.
enum class MrzClass {
  letter,        ///< A-Z and <
  alphanumeric,  ///< A-Z, 0-9 and <
  digit,         ///< 0-9
  date,          ///< 0-9 and <, which stands for an unknown part
  check,         ///< 0-9 and <, which may stand for 0 where what it checks is empty
  sex,           ///< M, F, X and <
  name           ///< A-Z and <, and hardly ever 0-9
};

/// Whether the class has this character.
bool mrz_allows(MrzClass cls, char c);

/// A run of positions in one line.
struct MrzSpan {
  int line = 0;  ///< 0 is the first
  int begin = 0;
  int length = 0;
};

/// A data element.
struct MrzElement {
  const char* name;
  MrzSpan span;
  MrzClass cls;
};

/// A check digit and what it is computed over, in this order.
struct MrzCheckRule {
  std::string name;  ///< of the element, or "composite"
  std::vector<MrzSpan> data;
  int line = 0;
  int position = 0;
};

/// A format's lines, elements and check digits.
struct MrzLayout {
  MrzFormat format;
  int lines = 0;
  int length = 0;  ///< characters a line
  std::vector<MrzElement> elements;
  std::vector<MrzCheckRule> checks;  ///< the composite one last
};

/// The layout of a format. Check digits are elements named like what they check with "_check"
/// behind.
const MrzLayout& mrz_layout(MrzFormat format);

/// The class of a position.
MrzClass mrz_class(const MrzLayout& layout, int line, int position);

/// All formats with this number of lines.
std::vector<MrzFormat> mrz_formats(int lines);

/// The check digits of these lines, which have the layout's size. Where a document number of TD1 or
/// TD2 is longer than its nine places, it goes on in the optional data behind "<" at the place of
/// its check digit (Doc 9303 part 5, note j), and its rule follows it there.
std::vector<MrzCheckRule> mrz_checks(const MrzLayout& layout,
                                     const std::vector<std::string>& lines);

/// The positions of a document number that goes on in the optional data, without its check digit;
/// empty when it does not.
std::vector<MrzSpan> long_document_number(const MrzLayout& layout,
                                          const std::vector<std::string>& lines);

/// The text at these positions, joined.
std::string mrz_text(const std::vector<std::string>& lines, const std::vector<MrzSpan>& spans);

/// Value of a character in check digits: 0-9, A = 10 to Z = 35, < = 0.
int mrz_value(char c);

/// Weight of the i-th character: 7, 3, 1, 7, 3, 1, ...
int mrz_weight(std::size_t i);

/// The check digit of a text, 0..9.
int mrz_check_digit(std::string_view text);

}  // namespace nibble
