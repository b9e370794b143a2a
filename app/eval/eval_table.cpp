#include <fmt/format.h>

#include <algorithm>

#include "app/eval/eval_report.h"
#include "recognizer/base/printable.h"

namespace nibble {
namespace {

constexpr std::size_t kShownConfusions = 12;

/// An interval in percent; a dash where there is only one clip to draw from.
std::string range_text(const Score& score, const Interval& interval) {
  return score.clips < 2 ? "-"
                         : fmt::format("{:.1f}-{:.1f}", 100 * interval.low, 100 * interval.high);
}

std::string score_line(const std::string& name, const Score& score) {
  std::string line =
      fmt::format("  {:<22} {:5} {:7.1f} {:7.1f}  {:>11} {:7.2f}  {:>11} {:7.2f} {:8.2f}",
                  printable_text(name), score.count, 100 * score.exact, 100 * score.exact_norm,
                  range_text(score, score.exact_norm_interval), 100 * score.pcr,
                  range_text(score, score.pcr_interval), 100 * score.cer, score.ms);
  if (score.missing > 0) line += fmt::format("  {} not read", score.missing);
  return line + "\n";
}

std::string part_lines(const char* title, const std::map<std::string, Score>& scores) {
  std::string text = fmt::format(" {}\n", title);
  for (const auto& [name, score] : scores) text += score_line(name, score);
  return text;
}

std::string confusion_line(const std::vector<Confusion>& confusions) {
  std::string text = " most frequent confusions (truth>read):";
  const auto shown = [](const std::string& c) {
    return c.empty() ? std::string("nothing") : c == " " ? std::string("space") : printable_text(c);
  };
  const std::size_t count = std::min(confusions.size(), kShownConfusions);
  for (std::size_t i = 0; i < count; ++i) {
    text += "  " + shown(confusions[i].truth) + ">" + shown(confusions[i].read) + " " +
            std::to_string(confusions[i].count);
  }
  return text + (count == 0 ? " none\n" : "\n");
}

std::string sweep_lines(const PrecisionReport& report) {
  if (report.sweep.empty()) return {};
  std::string text = fmt::format(" {:<23} {:>13} {:>7} {:>7} {:>7}\n", "robustness sweep",
                                 "exact norm %", "drop", "PCR %", "drop");
  text += fmt::format("  {:<22} {:13.1f} {:>7} {:7.2f}\n", "undisturbed",
                      100 * report.scores.all.exact_norm, "", 100 * report.scores.all.pcr);
  double worst = 0;
  for (const SweepRow& row : report.sweep) {
    text += fmt::format("  {:<22} {:13.1f} {:7.1f} {:7.2f} {:7.2f}\n", row.name,
                        100 * row.exact_norm, row.exact_norm_drop, 100 * row.pcr, row.pcr_drop);
    worst = std::max(worst, row.exact_norm_drop);
  }
  return text + fmt::format("  worst drop of exact norm: {:.1f} points\n", worst);
}

std::string precision_lines(const PrecisionReport& report) {
  std::string text =
      fmt::format("\n{:<24} {:>5} {:>7} {:>7}  {:>11} {:>7}  {:>11} {:>7} {:>8}\n",
                  report.precision + " (" + printable_text(report.model) + ")", "n", "exact%",
                  "norm%", "95% range", "PCR%", "95% range", "CER%", "ms/field");
  text += score_line("all", report.scores.all);
  text += part_lines("by group", report.scores.groups);
  text += part_lines("by condition", report.scores.conditions);
  text += part_lines("by type", report.scores.types);
  return text + confusion_line(report.confusions) + confidence_text(report.confidence) +
         sweep_lines(report);
}

}  // namespace

std::string report_text(const EvalReport& report) {
  std::string text = printable_text(report.dataset) + ": " + std::to_string(report.frames_read) +
                     " frames read, " + std::to_string(report.frames_failed) + " failed, " +
                     std::to_string(report.unlabelled_frames) +
                     " without labelled fields; figures over " +
                     (report.clean_rows ? "the clean labels" : "all fields with a value") + "\n";
  for (const PrecisionReport& precision : report.precisions) text += precision_lines(precision);
  return text;
}

}  // namespace nibble
