#include <fmt/format.h>

#include <map>

#include "app/eval/eval_find.h"
#include "app/report/report_html.h"
#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"

namespace nibble {
namespace {

double share(int count, int total) { return total > 0 ? static_cast<double>(count) / total : 0; }

double mean(double sum, int count) { return count > 0 ? sum / count : 0; }

/// What is said of a field that was not found or not read.
std::string what_is_missing(const FieldFinding& finding) {
  if (!finding.covered) return finding.read ? "no line of its own" : "not found";
  if (!finding.directed) return finding.read ? "upside down" : "upside down, not read";
  return "misread";
}

std::string text_row(const std::string& name, const FindScore& score) {
  return fmt::format(
      "{:<20} {:5} {:7}  {:6.1f} {:6.1f} {:6.1f}  {:6.1f} {:6.1f} {:5}  {:7.1f} {:7.1f}\n",
      printable_text(name), score.pictures, score.fields, 100 * share(score.covered, score.fields),
      100 * share(score.directed, score.fields), 100 * share(score.read, score.fields),
      mean(score.lines_found, score.pictures), mean(score.lines_read, score.pictures), score.empty,
      mean(score.find_ms, score.pictures), mean(score.read_ms, score.pictures));
}

std::vector<std::pair<std::string, const FindScore*>> rows_of(const FindTable& table) {
  std::vector<std::pair<std::string, const FindScore*>> rows = {{"all", &table.all}};
  for (const auto& [name, score] : table.conditions) rows.emplace_back(name, &score);
  for (const auto& [name, score] : table.types) rows.emplace_back(name, &score);
  return rows;
}

nlohmann::json score_json(const FindScore& score) {
  return {{"pictures", score.pictures},
          {"fields", score.fields},
          {"covered", share(score.covered, score.fields)},
          {"directed", share(score.directed, score.fields)},
          {"read", share(score.read, score.fields)},
          {"lines_found", mean(score.lines_found, score.pictures)},
          {"lines_read", mean(score.lines_read, score.pictures)},
          {"empty", score.empty},
          {"find_ms", mean(score.find_ms, score.pictures)},
          {"read_ms", mean(score.read_ms, score.pictures)}};
}

nlohmann::json scores_json(const std::map<std::string, FindScore>& scores) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, score] : scores) json[name] = score_json(score);
  return json;
}

std::string miss_markup(const FindMiss& miss) {
  const std::string picture = miss.png.empty()
                                  ? ""
                                  : "<img alt=\"the field in green, found lines in red\" src=\"" +
                                        png_uri(miss.png) + "\">";
  return "<figure>" + picture + "<figcaption>" + escape_markup(miss.type) + " " +
         escape_markup(miss.frame) + " " + escape_markup(miss.field) + ": <b>" +
         escape_markup(miss.truth) + "</b>, " + what_is_missing(miss.finding) +
         "</figcaption></figure>\n";
}

}  // namespace

std::string find_text(const FindEvaluation& evaluation) {
  std::string text =
      "                     pict.  fields   found  right   read   lines   text empty     find    read\n"
      "                                         %  way %      %       a picture               ms\n";
  for (const auto& [name, score] : rows_of(evaluation.scores)) text += text_row(name, *score);
  for (const FindMiss& miss : evaluation.misses)
    text += miss.type + " " + miss.frame + " " + miss.field + " " + miss.truth + ": " +
            what_is_missing(miss.finding) + "\n";
  return text;
}

nlohmann::json find_json(const FindEvaluation& evaluation) {
  nlohmann::json misses = nlohmann::json::array();
  for (const FindMiss& miss : evaluation.misses)
    misses.push_back({{"type", miss.type},
                      {"frame", miss.frame},
                      {"field", miss.field},
                      {"truth", miss.truth},
                      {"covered", miss.finding.covered},
                      {"directed", miss.finding.directed},
                      {"read", miss.finding.read}});
  return {{"all", score_json(evaluation.scores.all)},
          {"conditions", scores_json(evaluation.scores.conditions)},
          {"types", scores_json(evaluation.scores.types)},
          {"misses", misses}};
}

std::string find_markup(const FindEvaluation& evaluation) {
  const std::vector<HtmlColumn> columns = {{"set"},
                                           {"pictures", true, true},
                                           {"fields", true},
                                           {"found %", true},
                                           {"right way %", true},
                                           {"read %", true},
                                           {"lines a picture", true},
                                           {"without a line", true, true},
                                           {"find ms", true},
                                           {"read ms", true}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, score] : rows_of(evaluation.scores)) {
    rows.push_back(
        {escape_markup(name), std::to_string(score->pictures), std::to_string(score->fields),
         percent_text(share(score->covered, score->fields)),
         percent_text(share(score->directed, score->fields)),
         percent_text(share(score->read, score->fields)),
         number_text(mean(score->lines_read, score->pictures), 1), std::to_string(score->empty),
         number_text(mean(score->find_ms, score->pictures), 1),
         number_text(mean(score->read_ms, score->pictures), 1)});
  }
  std::string misses;
  for (const FindMiss& miss : evaluation.misses) misses += miss_markup(miss);
  return html_section("Whole pictures", html_table(columns, rows)) +
         html_section("Fields that were missed", misses.empty() ? html_paragraph("None.") : misses);
}

}  // namespace nibble
