#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "recognizer/line/read_fields.h"

namespace nibble {

/// What speaks for or against the text of a field, in the order of kClueNames.
enum class Clue : std::size_t {
  odds,  ///< natural log-odds of the network's confidence in what it read, at most kMaxOdds from 0
  length,    ///< natural logarithm of the number of characters read
  accented,  ///< 1: the text has a letter beyond ASCII, of which many differ by a small mark alone
  changed,   ///< what the rules' changes cost: logarithm of how much less probable the text is than
             ///< what was read
  formed,  ///< 1: a rule on the field's own form holds, such as a date of the calendar or the mask
           ///< of a number
  verified,  ///< 1: something read elsewhere agrees: check digits, the machine readable zone
  refused,   ///< 1: a rule does not hold, and the text stands as it was read
  outside,   ///< 1: part of the field lies outside the picture
  agreeing,  ///< of a clip: logarithm of 1 + the summed confidences of the frames that say the same
  dissenting,  ///< of a clip: the same of the frames that say something else
};
inline constexpr std::array<const char*, 10> kClueNames = {
    "odds",     "length",  "accented", "changed",  "formed",
    "verified", "refused", "outside",  "agreeing", "dissenting"};
/// Of these a calibration of single pictures says nothing.
inline constexpr std::size_t kClipClues = static_cast<std::size_t>(Clue::agreeing);
inline constexpr double kMaxOdds = 12;

using Evidence = std::array<double, kClueNames.size()>;

/// The evidence of a field, after the rules if they are applied, in a picture of this size.
Evidence evidence_of(const FieldResult& field, int width, int height);

/// How evidence becomes a confidence and a decision: a logistic function, fitted to fields whose
/// text is known.
struct Calibration {
  std::string model;    ///< digest of the model whose confidences it takes
  double bias = 0;      ///< log-odds of a field without evidence
  Evidence weights{};   ///< what a clue adds to the log-odds for each unit
  double accept = 1;    ///< least confidence of a field that is accepted
  double review = 0.5;  ///< least confidence of a field that is not rejected
  double error_rate =
      0.01;  ///< stated: the share of accepted fields that are wrong is at most this
  std::shared_ptr<const Calibration>
      clip{};             ///< of fields combined from several frames; null: none
  double dependence = 0;  ///< of a clip's: intraclass correlation of errors between its frames
};

/// The probability that a text with this evidence is right.
double calibrated_confidence(const Calibration& calibration, const Evidence& evidence);

/// What is done with a text of this confidence.
Decision decide(const Calibration& calibration, double confidence);

/// Sets confidence and decision of fields read in a picture of this size. Without a calibration
/// (none: nullptr) the confidence is the network's own and no field is accepted. A field in which
/// nothing was read has confidence 0 and is rejected.
void judge_fields(const Calibration* calibration, int width, int height,
                  std::vector<FieldResult>& fields);

/// The same of one field with its evidence.
void judge_field(const Calibration* calibration, const Evidence& evidence, FieldResult& field);

/// Whether more of a clue must not make a text less probable (1), or not more (-1), whatever data a
/// calibration is fitted to; 0: either.
int clue_direction(Clue clue);

/// Parses the JSON text of a calibration (data/models/README.md); `name` stands in messages. Throws
/// Error(bad_model) for what is no such text: another version, a number that is missing, not finite
/// or out of range, a weight against its clue's direction.
Calibration parse_calibration(const std::string& json, const std::string& name);

}  // namespace nibble
