#include <fmt/format.h>

#include <optional>
#include <set>

#include "app/eval/eval_clip.h"
#include "app/report/report_html.h"
#include "app/report/report_svg.h"
#include "recognizer/base/number_text.h"

namespace nibble {
namespace {

double share(int part, int whole) { return whole > 0 ? static_cast<double>(part) / whole : 0; }

double mean_frames(const StopScore& stop) { return share(stop.frames, stop.runs); }

std::string score_cells(const ClipScore& score) {
  return fmt::format("{:7} {:8.2f} {:8.2f}  {:8.1f} {:6} {:8.2f}\n", score.fields,
                     100 * share(score.exact, score.fields),
                     100 * share(score.exact_norm, score.fields),
                     100 * share(score.accepted, score.fields), score.accepted_wrong,
                     100 * share(score.accepted_wrong, score.accepted));
}

nlohmann::json score_json(const ClipScore& score) {
  return {{"n", score.fields},
          {"exact", share(score.exact, score.fields)},
          {"exact_norm", share(score.exact_norm, score.fields)},
          {"accepted", share(score.accepted, score.fields)},
          {"accepted_wrong", score.accepted_wrong},
          {"accepted_wrong_share", share(score.accepted_wrong, score.accepted)}};
}

std::vector<std::string> score_row(const std::string& name, const ClipScore& score) {
  return {escape_markup(name),
          std::to_string(score.fields),
          percent_text(share(score.exact_norm, score.fields), 2),
          percent_text(share(score.exact, score.fields), 2),
          percent_text(share(score.accepted, score.fields)),
          std::to_string(score.accepted_wrong)};
}

std::string precision_table(const ClipPrecision& precision) {
  const std::vector<HtmlColumn> columns = {{"frames"},           {"fields", true, true},
                                           {"exact %", true},    {"as they are %", true, true},
                                           {"accepted %", true}, {"accepted and wrong", true}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [count, score] : precision.curve)
    rows.push_back(score_row(std::to_string(count), score));
  rows.push_back(score_row("all", precision.whole));
  rows.push_back(score_row("stopping rule, " + number_text(mean_frames(precision.stopping), 2),
                           precision.stopping.score));
  return html_table(columns, rows);
}

/// Shares of wrong fields by number of frames.
std::string curve_chart(const ClipEvaluation& evaluation) {
  std::set<std::size_t> counts;
  for (const ClipPrecision& precision : evaluation.precisions) {
    for (const auto& [count, score] : precision.curve) counts.insert(count);
  }
  std::vector<ChartSeries> series;
  for (std::size_t i = 0; i < evaluation.precisions.size(); ++i) {
    const std::string& name = evaluation.precisions[i].precision;
    series.push_back({name, series_colour(name, i)});
  }
  std::vector<std::string> rows;
  std::vector<std::vector<std::optional<double>>> values;
  for (const std::size_t count : counts) {
    rows.push_back(std::to_string(count) + (count == 1 ? " frame" : " frames"));
    auto& row = values.emplace_back();
    for (const ClipPrecision& precision : evaluation.precisions) {
      const auto found = precision.curve.find(count);
      const bool known = found != precision.curve.end() && found->second.fields > 0;
      row.push_back(
          known ? std::optional(100 - 100 * share(found->second.exact_norm, found->second.fields))
                : std::nullopt);
    }
  }
  return bar_chart("Fields that are wrong, in percent", rows, series, values, "%");
}

}  // namespace

std::string clip_text(const ClipEvaluation& evaluation) {
  std::string text =
      fmt::format("{} clips, {} frames, {} of them not sharp enough, {} failed\n", evaluation.clips,
                  evaluation.frames, evaluation.frames_left_out, evaluation.frames_failed);
  for (const ClipPrecision& precision : evaluation.precisions) {
    text += fmt::format("\n{:<22} {:>7} {:>8} {:>8}  {:>8} {:>6} {:>8}\n", precision.precision,
                        "fields", "exact%", "norm%", "accept%", "wrong", "wrong%");
    for (const auto& [count, score] : precision.curve)
      text +=
          fmt::format("  {:<20} ", std::to_string(count) + (count == 1 ? " frame" : " frames")) +
          score_cells(score);
    text += fmt::format("  {:<20} ", "all frames") + score_cells(precision.whole);
    text += fmt::format("  {:<20} ", "stopping rule") + score_cells(precision.stopping.score);
    text += fmt::format(
        " the stopping rule (cost {:g}) used {:.2f} frames in the mean of {} runs\n"
        " errors of single frames of a clip correlate by {:.2f}\n",
        evaluation.stop.cost, mean_frames(precision.stopping), precision.stopping.runs,
        precision.dependence);
  }
  return text;
}

nlohmann::json clip_json(const ClipEvaluation& evaluation) {
  nlohmann::json precisions = nlohmann::json::object();
  for (const ClipPrecision& precision : evaluation.precisions) {
    nlohmann::json curve = nlohmann::json::array();
    for (const auto& [count, score] : precision.curve) {
      nlohmann::json point = score_json(score);
      point["frames"] = count;
      curve.push_back(point);
    }
    nlohmann::json stopping = score_json(precision.stopping.score);
    stopping["frames"] = mean_frames(precision.stopping);
    stopping["runs"] = precision.stopping.runs;
    stopping["cost"] = evaluation.stop.cost;
    precisions[precision.precision] = {{"curve", curve},
                                       {"all", score_json(precision.whole)},
                                       {"stopping", stopping},
                                       {"dependence", precision.dependence}};
  }
  return {{"clips", evaluation.clips},
          {"frames",
           {{"read", evaluation.frames - evaluation.frames_failed - evaluation.frames_left_out},
            {"left_out", evaluation.frames_left_out},
            {"failed", evaluation.frames_failed}}},
          {"precisions", precisions}};
}

std::string clip_markup(const ClipEvaluation& evaluation) {
  std::string markup = html_section("By number of frames", html_charts({curve_chart(evaluation)}));
  for (const ClipPrecision& precision : evaluation.precisions) {
    markup += html_section("Clips, " + precision.precision,
                           precision_table(precision) +
                               html_paragraph("Errors of single frames of a clip correlate by " +
                                              number_text(precision.dependence, 2) + "."));
  }
  return markup;
}

}  // namespace nibble
