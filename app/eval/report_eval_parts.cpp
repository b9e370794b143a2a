#include "app/eval/report_eval_parts.h"

#include <algorithm>
#include <set>

#include "app/report/report_html.h"
#include "app/report/report_svg.h"
#include "recognizer/base/alignment.h"
#include "recognizer/base/number_text.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxConfusions = 20;
constexpr std::size_t kMaxChartRows = 24;

std::string range_text(const Interval& interval) {
  return percent_text(interval.low) + "–" + percent_text(interval.high);
}

std::string parts_chart(const EvalReport& report, const std::vector<std::string>& names,
                        const std::vector<std::map<std::string, Score>>& parts) {
  std::vector<std::string> rows(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                   names.size(), kMaxChartRows)));
  std::vector<std::vector<std::optional<ChartValue>>> values;
  for (const std::string& name : rows) {
    auto& row = values.emplace_back();
    for (const auto& scores : parts) {
      const auto score = scores.find(name);
      const bool known = score != scores.end();
      row.push_back(known ? std::optional<ChartValue>(
                                {score->second.exact_norm, score->second.exact_norm_interval})
                          : std::nullopt);
    }
  }
  return interval_chart("Fields read exactly, %, with 95 % intervals", rows,
                        precision_series(report), values);
}

std::string confusion_text(const std::string& text) {
  if (text.empty()) return "<span class=\"muted\">nothing</span>";
  return text == " " ? "<span class=\"muted\">space</span>" : escape_markup(text);
}

/// What was read, with the characters that differ from the truth marked.
std::string marked_reading(const std::string& truth, const std::string& text) {
  std::string markup;
  for (const AlignedPair& pair : align(decode_utf8(truth), decode_utf8(text))) {
    const std::string read = pair.read == 0 ? "·" : escape_markup(encode_utf8(pair.read));
    markup += pair.truth == pair.read ? read : "<mark>" + read + "</mark>";
  }
  return markup;
}

std::string gallery_item(const GalleryItem& item) {
  std::string text = "<article class=\"item\">\n";
  if (item.png.empty()) {
    text += "<p>(its picture cannot be read any more)</p>\n";
  } else {
    text += "<img alt=\"crop of " + escape_markup(item.field) + "\" src=\"" + png_uri(item.png) +
            "\">\n";
  }
  text += "<p>" +
          escape_markup(item.type + " · " + item.frame + " · " + item.field + " · " + item.group) +
          "</p>\n<table><tbody>\n";
  text += "<tr><th scope=\"row\">truth</th><td>" + escape_markup(item.truth) +
          "</td><td class=\"n\"></td></tr>\n";
  for (const GalleryReading& reading : item.readings) {
    text += "<tr><th scope=\"row\">" + escape_markup(reading.precision) + "</th><td>" +
            marked_reading(item.truth, reading.text) + "</td><td class=\"n\">" +
            percent_text(reading.confidence, 0) + " %</td></tr>\n";
  }
  return text + "</tbody></table>\n</article>\n";
}

}  // namespace

std::vector<ChartSeries> precision_series(const EvalReport& report) {
  std::vector<ChartSeries> series;
  for (const PrecisionReport& precision : report.precisions)
    series.push_back({precision.precision, series_colour(precision.precision, series.size())});
  return series;
}

std::string interval_cell(const Score& score, double value, const Interval& interval) {
  return percent_text(value) +
         (score.clips < 2 ? "" : "<small>" + range_text(interval) + "</small>");
}

std::string parts_section(const std::string& title, const EvalReport& report,
                          const std::vector<std::map<std::string, Score>>& parts) {
  std::set<std::string> all;
  for (const auto& scores : parts) {
    for (const auto& [name, score] : scores) all.insert(name);
  }
  const std::vector<std::string> names(all.begin(), all.end());
  std::vector<HtmlColumn> columns = {{""}, {"fields", true}};
  for (const PrecisionReport& precision : report.precisions) {
    columns.push_back({precision.precision + " exact %", true});
    columns.push_back({precision.precision + " PCR %", true, true});
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names) {
    std::vector<std::string> row = {escape_markup(name), ""};
    for (const auto& scores : parts) {
      const auto found = scores.find(name);
      const Score score = found == scores.end() ? Score{} : found->second;
      row[1] = std::to_string(score.count) +
               (score.missing > 0 ? "<small>" + std::to_string(score.missing) + " not read</small>"
                                  : "");
      row.push_back(interval_cell(score, score.exact_norm, score.exact_norm_interval));
      row.push_back(interval_cell(score, score.pcr, score.pcr_interval));
    }
    rows.push_back(std::move(row));
  }
  return html_section(title, "<div class=\"split\">\n" + parts_chart(report, names, parts) +
                                 html_table(columns, rows) + "</div>\n");
}

std::vector<std::map<std::string, Score>> scores_by(
    const EvalPage& page, std::string (*part)(const std::string& condition)) {
  std::vector<std::map<std::string, Score>> result;
  for (const PrecisionPredictions& one : page.predictions) {
    std::map<std::string, std::vector<Sample>> parts;
    for (Sample& sample : headline_samples(*one.predictions)) {
      const std::string name = part(sample.condition);
      parts[name.empty() ? "unknown" : name].push_back(std::move(sample));
    }
    auto& scores = result.emplace_back();
    for (const auto& [name, samples] : parts) scores[name] = score_samples(samples);
  }
  return result;
}

std::string confidence_section(const EvalReport& report, const EvalPage& page) {
  std::vector<std::vector<RiskPoint>> curves;
  std::vector<std::string> charts;
  std::vector<std::vector<std::string>> rows;
  for (const PrecisionPredictions& one : page.predictions) {
    const std::vector<Judged> readings = judged_readings(*one.predictions);
    curves.push_back(risk_coverage(readings));
    charts.push_back(confidence_chart("Confidence of " + one.precision, readings));
    auto& row = rows.emplace_back();
    row.push_back(escape_markup(one.precision));
    for (const double risk : {0.0, 0.01, 0.02, 0.05})
      row.push_back(percent_text(coverage_at_risk(curves.back(), risk)));
  }
  charts.insert(charts.begin(),
                risk_chart("Wrong among the accepted fields, %", precision_series(report), curves));
  const std::vector<HtmlColumn> columns = {
      {"accepted, %, with"}, {"no error", true}, {"1 % wrong", true}, {"2 %", true}, {"5 %", true}};
  return html_section(
      "Confidence",
      html_paragraph(
          "When only the fields above a confidence are accepted, fewer of them are wrong. The table tells how "
          "many can be accepted with so many wrong among them; the thresholds are chosen on this very data.") +
          html_charts(charts) + html_table(columns, rows));
}

std::string confusions_section(const EvalReport& report) {
  std::map<std::pair<std::string, std::string>, std::vector<int>> counts;
  for (std::size_t i = 0; i < report.precisions.size(); ++i) {
    for (const Confusion& confusion : report.precisions[i].confusions) {
      auto& row = counts[{confusion.truth, confusion.read}];
      row.resize(report.precisions.size());
      row[i] += confusion.count;
    }
  }
  if (counts.empty())
    return html_section("Confusions",
                        html_paragraph("None: every character that was read is right."));
  std::vector<std::pair<std::pair<std::string, std::string>, std::vector<int>>> sorted(
      counts.begin(), counts.end());
  const auto sum = [](const std::vector<int>& row) {
    int total = 0;
    for (const int count : row) total += count;
    return total;
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return sum(a.second) > sum(b.second); });
  std::vector<HtmlColumn> columns = {{"truth"}, {"read"}};
  for (const PrecisionReport& precision : report.precisions)
    columns.push_back({precision.precision, true});
  std::vector<std::vector<std::string>> rows;
  for (const auto& [pair, row] : sorted) {
    if (rows.size() == kMaxConfusions) break;
    rows.push_back({confusion_text(pair.first), confusion_text(pair.second)});
    for (const int count : row) rows.back().push_back(std::to_string(count));
  }
  const std::string note = "The " + std::to_string(rows.size()) + " most frequent of " +
                           std::to_string(sorted.size()) +
                           " kinds, in texts as they are (case and O against 0 count here).";
  return html_section("Confusions", html_paragraph(note) + html_table(columns, rows));
}

std::string sweep_section(const EvalReport& report) {
  std::string markup;
  for (const PrecisionReport& precision : report.precisions) {
    std::vector<std::vector<std::string>> rows;
    for (const SweepRow& row : precision.sweep) {
      rows.push_back({escape_markup(row.name), percent_text(row.exact_norm),
                      number_text(row.exact_norm_drop, 1), percent_text(row.pcr, 2),
                      number_text(row.pcr_drop, 2)});
    }
    if (rows.empty()) continue;
    markup += "<h3>" + escape_markup(precision.precision) + "</h3>\n" +
              html_table({{"crop"},
                          {"exact %", true},
                          {"drop", true},
                          {"PCR %", true, true},
                          {"drop", true, true}},
                         rows);
  }
  return markup.empty() ? markup : html_section("Disturbed crops", markup);
}

std::string gallery_section(const EvalPage& page) {
  if (page.gallery.empty())
    return html_section("Worst fields",
                        html_paragraph("None: every field that was read is right."));
  std::string markup = html_paragraph(
      "Most characters wrong first, then most confident; at most three of one field of one type. Marked: what differs from the truth; a "
      "dot "
      "stands for a character that is missing. On the right the confidence.");
  markup += "<div class=\"gallery\">\n";
  for (const GalleryItem& item : page.gallery) markup += gallery_item(item);
  return html_section("Worst fields", markup + "</div>\n");
}

}  // namespace nibble
