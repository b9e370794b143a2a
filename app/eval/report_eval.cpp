#include "app/eval/report_eval.h"

#include <cmath>
#include <utility>

#include "app/eval/report_eval_parts.h"
#include "app/report/report_html.h"
#include "app/support/processor.h"
#include "app/support/version.h"
#include "data/conditions.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/base/number_text.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxLost = 40;

std::string card(const PrecisionReport& precision, std::size_t position) {
  const Score& score = precision.scores.all;
  return "<div class=\"card\" style=\"border-left-color:" +
         series_colour(precision.precision, position) + "\"><span class=\"name\">" +
         escape_markup(precision.precision) + "</span><b>" + percent_text(score.exact_norm) +
         " %</b><span>of " + std::to_string(score.count) + " fields exact · PCR " +
         percent_text(score.pcr, 2) + " % · " + number_text(score.ms, 2) +
         " ms a field</span></div>\n";
}

std::string all_cards(const EvalReport& report) {
  std::string text = "<div class=\"cards\">\n";
  for (std::size_t i = 0; i < report.precisions.size(); ++i) text += card(report.precisions[i], i);
  return text + "</div>\n";
}

std::string facts_section(const EvalReport& report, const EvalPage& page) {
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Data", report.dataset},
      {"Frames", std::to_string(report.frames_read) + " read, " +
                     std::to_string(report.frames_failed) + " failed, " +
                     std::to_string(report.unlabelled_frames) + " without labelled fields"},
      {"Fields", std::to_string(report.fields.size()) +
                     (report.clean_rows ? ", those that the table of labels calls clean"
                                        : ", all with a value")},
      {"Version", std::string("nibble ") + version()},
      {"Commit", build_commit()}};
  for (const PrecisionReport& precision : report.precisions)
    facts.emplace_back("Model " + precision.precision, precision.model + ", " + precision.digest);
  facts.emplace_back("Processor", processor_name());
  facts.emplace_back("Instruction set", report.isa);
  facts.emplace_back("Compiler", __VERSION__);
  facts.emplace_back("Margin", number_text(100 * report.margin, 0) + " % of the field's height");
  if (!page.command.empty()) facts.emplace_back("Command", page.command);
  facts.emplace_back("Made", page.made);
  return html_section("Run", html_facts(facts));
}

std::string precisions_section(const EvalReport& report) {
  const std::vector<HtmlColumn> columns = {
      {"precision"},   {"fields", true, true}, {"exact %", true},   {"as they are %", true, true},
      {"PCR %", true}, {"CER %", true, true},  {"ms a field", true}};
  std::vector<std::vector<std::string>> rows;
  for (const PrecisionReport& precision : report.precisions) {
    const Score& score = precision.scores.all;
    rows.push_back({escape_markup(precision.precision), std::to_string(score.count),
                    interval_cell(score, score.exact_norm, score.exact_norm_interval),
                    percent_text(score.exact), interval_cell(score, score.pcr, score.pcr_interval),
                    percent_text(score.cer, 2), number_text(score.ms, 2)});
  }
  return html_section("Precisions", html_table(columns, rows));
}

std::string points_cell(double points) {
  const std::string text = (points > 0 ? "+" : "") + number_text(points, 2);
  if (std::abs(points) < 0.005) return "0.00";
  return std::string("<span class=\"") + (points < 0 ? "worse" : "better") + "\">" + text +
         "</span>";
}

std::string probability_text(double probability) {
  return probability < 0.001 ? "< 0.001" : number_text(probability, 3);
}

std::vector<std::string> paired_cells(const PairedComparison& paired) {
  return {points_cell(100 * paired.difference) + "<small>" +
              number_text(100 * paired.interval.low, 1) + " to " +
              number_text(100 * paired.interval.high, 1) + "</small>",
          std::to_string(paired.gained), std::to_string(paired.lost),
          probability_text(paired.probability)};
}

constexpr const char* kPairedNote =
    "Of fields that two readings differ in, McNemar's exact test (p) tells how likely so uneven a split is by chance, with fields taken as "
    "independent. Fields of one clip are not; the interval of the difference, drawn over clips, allows for that.";

/// What integers cost: each precision against f32, or against the first when that was not run.
std::string costs_section(const EvalReport& report) {
  if (report.precisions.size() < 2) return {};
  const PrecisionReport* base = &report.precisions.front();
  for (const PrecisionReport& precision : report.precisions)
    base = precision.precision == "f32" ? &precision : base;
  std::vector<std::vector<std::string>> rows;
  for (const PrecisionReport& precision : report.precisions) {
    if (&precision == base) continue;
    rows.push_back({escape_markup(precision.precision)});
    for (std::string& cell : paired_cells(compare_precisions(report, *base, precision)))
      rows.back().push_back(std::move(cell));
  }
  return html_section("Against " + base->precision, html_table({{"precision"},
                                                                {"difference, points", true},
                                                                {"gained", true},
                                                                {"lost", true},
                                                                {"p", true}},
                                                               rows) +
                                                        html_paragraph(kPairedNote));
}

std::string lost_table(const EvalReport& report, const EvalPage& page,
                       const std::vector<BaselineRow>& rows) {
  std::vector<std::vector<std::string>> cells;
  for (const BaselineRow& row : rows) {
    for (const PrecisionPredictions& one : page.predictions) {
      if (one.precision != row.precision) continue;
      std::vector<const Prediction*> clean;
      for (const Prediction& prediction : *one.predictions) {
        if (prediction.clean) clean.push_back(&prediction);
      }
      for (const std::size_t position : row.lost) {
        if (cells.size() == kMaxLost) break;
        const FieldKey& key = report.fields[position].key;
        cells.push_back(
            {escape_markup(row.precision), escape_markup(key[0] + " · " + key[1] + " · " + key[2]),
             escape_markup(clean[position]->truth), escape_markup(clean[position]->text)});
      }
    }
  }
  if (cells.empty()) return {};
  return "<h3>Right in the baseline, wrong now</h3>\n" +
         html_table({{"precision"}, {"field", false, true}, {"truth"}, {"read now"}}, cells);
}

std::string baseline_section(const EvalReport& report, const EvalPage& page) {
  if (!page.baseline) return {};
  const std::vector<BaselineRow> compared = compare_baseline(report, *page.baseline);
  std::vector<std::vector<std::string>> rows;
  bool paired = false;
  for (const BaselineRow& row : compared) {
    rows.push_back({escape_markup(row.precision), percent_text(row.exact_norm_before, 2),
                    percent_text(row.exact_norm_now, 2),
                    points_cell(100 * (row.exact_norm_now - row.exact_norm_before)),
                    points_cell(100 * (row.pcr_now - row.pcr_before))});
    std::vector<std::string> cells = {"–", "–", "–", "–"};
    if (row.paired) cells = paired_cells(*row.paired);
    paired = paired || row.paired.has_value();
    for (std::size_t i = 1; i < cells.size(); ++i) rows.back().push_back(cells[i]);
  }
  const std::vector<HtmlColumn> columns = {{"precision"},         {"exact before", true, true},
                                           {"now", true, true},   {"exact, points", true},
                                           {"PCR, points", true}, {"gained", true, true},
                                           {"lost", true, true},  {"p", true}};
  std::string markup = html_paragraph("Baseline: " + page.baseline->name + "; at most " +
                                      number_text(page.max_drop, 2) + " points may be lost.");
  for (const std::string& line : drops(compared, page.max_drop)) markup += html_warning(line);
  markup += html_table(columns, rows);
  markup += html_paragraph(
      paired ? kPairedNote
             : "The baseline does not hold which fields were right, so there is no paired test.");
  return html_section("Against the baseline", markup + lost_table(report, page, compared));
}

std::vector<std::map<std::string, Score>> parts_of(const EvalReport& report,
                                                   std::map<std::string, Score> ScoreTable::*part) {
  std::vector<std::map<std::string, Score>> parts;
  for (const PrecisionReport& precision : report.precisions)
    parts.push_back(precision.scores.*part);
  return parts;
}

constexpr const char* kDefinitions =
    "Exact: the text equals the truth after upper-casing, O = 0 and trimming. PCR = 1 - sum(min(edit distance, length)) / sum(length) "
    "after "
    "the same. CER = sum(edit distance) / sum(length) of texts as they are. Intervals are 95 % bootstrap intervals over clips (type and "
    "condition); where there is one clip there is none. A field that could not be read counts as empty text.";

}  // namespace

std::string eval_page(const EvalReport& report, const EvalPage& page) {
  std::string body = all_cards(report) + facts_section(report, page);
  body += "<p class=\"narrow muted\">Some columns show on a wider screen only.</p>\n";
  body += baseline_section(report, page);
  body += precisions_section(report) + costs_section(report);
  body += parts_section("By group", report, parts_of(report, &ScoreTable::groups));
  body += parts_section("By condition", report, parts_of(report, &ScoreTable::conditions));
  body += parts_section("By scene", report, scores_by(page, scene_of));
  body += parts_section("By phone", report, scores_by(page, phone_of));
  body += parts_section("By document type", report, parts_of(report, &ScoreTable::types));
  body += confidence_section(report, page) + confusions_section(report) + sweep_section(report) +
          gallery_section(page);
  body += html_section("Definitions", html_paragraph(kDefinitions));
  return html_page("Accuracy of nibble", report.dataset, body);
}

}  // namespace nibble
