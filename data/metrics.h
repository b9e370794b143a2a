#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nibble {

/// A field with its truth and what was read.
struct Sample {
  std::string type;  ///< e.g. "43_tur_id"
  std::string
      condition;  ///< e.g. "CA"; type and condition name the clip, whose frames are not independent
  std::string group;  ///< e.g. "date"
  std::string truth;  ///< UTF-8
  std::string text;   ///< UTF-8; empty when `missing`
  double ms = 0;
  bool missing = false;  ///< there was no reading
  std::string clip{};    ///< tells clips of the same type and condition apart
};

/// Lower and upper bound of a 95 % interval.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Figures over a set of samples. "Normalised" means upper-case, O = 0, no white space at the ends
/// (normalize_text).
struct Score {
  int count = 0;
  int missing = 0;
  int clips = 0;     ///< clips that the samples come from; from one alone an interval says nothing
  double exact = 0;  ///< share of readings equal to the truth
  double exact_norm = 0;  ///< share of normalised readings equal to the normalised truth
  double pcr = 0;  ///< 1 - sum(min(edit distance, length)) / sum(length), distance of normalised
                   ///< texts, length of the truth
  double cer = 0;  ///< sum(edit distance) / sum(length) of the texts as they are; may exceed 1
  double ms = 0;   ///< mean time
  Interval exact_norm_interval;
  Interval pcr_interval;
};

/// Scores of all samples and of each group, condition and type.
struct ScoreTable {
  Score all;
  std::map<std::string, Score> groups;
  std::map<std::string, Score> conditions;
  std::map<std::string, Score> types;
};

/// Computes the score of the samples; zeros for none. Intervals are percentiles of a bootstrap of
/// this many resamples over clips; the same samples and seed give the same interval everywhere.
Score score_samples(const std::vector<Sample>& samples, int resamples = 2000,
                    std::uint64_t seed = 1);

/// Computes the scores of all samples and of each part.
ScoreTable score_table(const std::vector<Sample>& samples);

/// A character that was read for another one.
struct Confusion {
  std::string truth;  ///< UTF-8; empty when a character was read where none stands
  std::string read;   ///< UTF-8; empty when a character was not read
  int count = 0;
  bool operator==(const Confusion&) const = default;
};

/// All confusions in shortest alignments of the texts as they are, most frequent first. Missing
/// readings don't count.
std::vector<Confusion> confusions(const std::vector<Sample>& samples);

}  // namespace nibble
