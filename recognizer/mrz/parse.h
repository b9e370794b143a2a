#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/mrz/layout.h"

namespace nibble {

/// A check digit as it stands and as it should be.
struct MrzCheck {
  std::string name;  ///< of the element, or "composite"
  bool ok = false;
  char found = 0;
  char expected = 0;
};

/// A data element, without fillers.
struct MrzField {
  std::string name;
  std::string value;
  bool operator==(const MrzField&) const = default;
};

/// A parsed machine readable zone.
struct Mrz {
  MrzFormat format = MrzFormat::td3;
  std::vector<std::string> lines;
  /// document_code, issuer, document_number, surname (the primary identifier), given_names (the
  /// secondary one), nationality, birth_date, sex, expiry_date, optional_data, ... as far as the
  /// format has them. Dates in ISO form, see mrz_date; names as they are transliterated, with
  /// spaces for fillers.
  std::vector<MrzField> fields;
  std::vector<MrzCheck> checks;
  std::vector<std::string> problems;  ///< one line each: characters that cannot stand where they
                                      ///< do, and days that don't exist
  bool checks_ok = false;             ///< all check digits match
  bool valid = false;                 ///< checks_ok and no problems

  /// The value of a field, empty when the format does not have it.
  std::string value(const std::string& name) const;
};

/// The format of lines that have the right number and length: by the document code where formats
/// have one size. Nothing for others.
std::optional<MrzFormat> mrz_format(const std::vector<std::string>& lines);

/// Parses lines of the layout's size. Years have two digits: of birth and issue they are taken as
/// the latest that are not after `now`, of expiry as those within 50 years of it. Throws
/// Error(usage) for lines of another number or length.
Mrz parse_mrz(const std::vector<std::string>& lines, MrzFormat format, const Date& now);

/// Whether the check digit of this rule matches. "<" stands for 0 where there is nothing to check.
bool check_matches(const std::vector<std::string>& lines, const MrzCheckRule& rule);

}  // namespace nibble
