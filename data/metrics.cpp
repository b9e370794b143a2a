#include "data/metrics.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "data/bootstrap.h"
#include "recognizer/base/alignment.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

/// Sums over samples, from which all figures follow.
struct Sums {
  std::int64_t count = 0;
  std::int64_t missing = 0;
  std::int64_t exact = 0;
  std::int64_t exact_norm = 0;
  std::int64_t norm_errors = 0;  // edit distance of normalised texts, at most the truth's length
  std::int64_t raw_errors = 0;
  std::int64_t length = 0;
  double ms = 0;

  void add(const Sums& other) {
    count += other.count;
    missing += other.missing;
    exact += other.exact;
    exact_norm += other.exact_norm;
    norm_errors += other.norm_errors;
    raw_errors += other.raw_errors;
    length += other.length;
    ms += other.ms;
  }
};

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}
double exact_norm_of(const Sums& sums) { return ratio(sums.exact_norm, sums.count); }
double pcr_of(const Sums& sums) {
  return sums.length == 0 ? 0.0 : 1 - ratio(sums.norm_errors, sums.length);
}

Sums measure(const Sample& sample) {
  const std::u32string truth = decode_utf8(sample.truth);
  const std::u32string truth_norm = normalize_text(sample.truth);
  const std::u32string text_norm = normalize_text(sample.text);
  Sums sums;
  sums.count = 1;
  sums.missing = sample.missing ? 1 : 0;
  sums.exact = sample.text == sample.truth ? 1 : 0;
  sums.exact_norm = text_norm == truth_norm ? 1 : 0;
  sums.length = static_cast<std::int64_t>(truth.size());
  sums.norm_errors = std::min<std::int64_t>(sums.length, edit_distance(truth_norm, text_norm));
  sums.raw_errors = edit_distance(truth, decode_utf8(sample.text));
  sums.ms = sample.ms;
  return sums;
}

/// Fills both intervals by drawing clips.
void fill_intervals(const std::vector<Sums>& clips, int resamples, std::uint64_t seed,
                    Score& score) {
  if (clips.empty() || resamples < 1) return;
  std::vector<double> exact_norm;
  std::vector<double> pcr;
  bootstrap(clips, resamples, seed, [&](const Sums& sums) {
    exact_norm.push_back(exact_norm_of(sums));
    pcr.push_back(pcr_of(sums));
  });
  score.exact_norm_interval = percentile_interval(std::move(exact_norm));
  score.pcr_interval = percentile_interval(std::move(pcr));
}

/// A sample's sums with the clip that it belongs to.
struct Measured {
  const Sample* sample;
  Sums sums;
};

Score score_measured(const std::vector<Measured>& measured, int resamples, std::uint64_t seed) {
  Sums total;
  std::map<std::tuple<std::string, std::string, std::string>, Sums> clips;
  for (const auto& [sample, sums] : measured) {
    total.add(sums);
    clips[{sample->type, sample->condition, sample->clip}].add(sums);
  }
  Score score;
  score.count = static_cast<int>(total.count);
  score.missing = static_cast<int>(total.missing);
  score.clips = static_cast<int>(clips.size());
  score.exact = ratio(total.exact, total.count);
  score.exact_norm = exact_norm_of(total);
  score.pcr = pcr_of(total);
  score.cer = ratio(total.raw_errors, total.length);
  score.ms = total.count == 0 ? 0.0 : total.ms / static_cast<double>(total.count);
  std::vector<Sums> clip_sums;
  for (const auto& [key, sums] : clips) clip_sums.push_back(sums);
  fill_intervals(clip_sums, resamples, seed, score);
  return score;
}

std::vector<Measured> measure_all(const std::vector<Sample>& samples) {
  std::vector<Measured> measured;
  measured.reserve(samples.size());
  for (const Sample& sample : samples) measured.push_back({&sample, measure(sample)});
  return measured;
}

constexpr int kResamples = 2000;
constexpr std::uint64_t kSeed = 1;

std::map<std::string, Score> score_parts(const std::vector<Measured>& measured,
                                         std::string Sample::*part) {
  std::map<std::string, std::vector<Measured>> parts;
  for (const Measured& one : measured) parts[one.sample->*part].push_back(one);
  std::map<std::string, Score> scores;
  for (const auto& [name, members] : parts)
    scores[name] = score_measured(members, kResamples, kSeed);
  return scores;
}

}  // namespace

Score score_samples(const std::vector<Sample>& samples, int resamples, std::uint64_t seed) {
  return score_measured(measure_all(samples), resamples, seed);
}

ScoreTable score_table(const std::vector<Sample>& samples) {
  const std::vector<Measured> measured = measure_all(samples);
  ScoreTable table;
  table.all = score_measured(measured, kResamples, kSeed);
  table.groups = score_parts(measured, &Sample::group);
  table.conditions = score_parts(measured, &Sample::condition);
  table.types = score_parts(measured, &Sample::type);
  return table;
}

std::vector<Confusion> confusions(const std::vector<Sample>& samples) {
  std::map<std::pair<char32_t, char32_t>, int> counts;
  for (const Sample& sample : samples) {
    if (sample.missing) continue;
    for (const AlignedPair& pair : align(decode_utf8(sample.truth), decode_utf8(sample.text))) {
      if (pair.truth != pair.read) ++counts[{pair.truth, pair.read}];
    }
  }
  const auto text_of = [](char32_t c) { return c == 0 ? std::string() : encode_utf8(c); };
  std::vector<Confusion> result;
  for (const auto& [pair, count] : counts)
    result.push_back({text_of(pair.first), text_of(pair.second), count});
  std::stable_sort(result.begin(), result.end(),
                   [](const Confusion& a, const Confusion& b) { return a.count > b.count; });
  return result;
}

}  // namespace nibble
