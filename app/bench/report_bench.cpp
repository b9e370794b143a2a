#include "app/bench/report_bench.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "app/bench/report_bench_rows.h"
#include "app/report/report_html.h"
#include "app/report/report_svg.h"
#include "nn/error.h"
#include "recognizer/base/number_text.h"
#include "recognizer/base/text.h"

namespace nibble {
namespace {

using nlohmann::json;

std::string optional_text(const std::optional<double>& value, int digits) {
  return value ? number_text(*value, digits) : "–";
}

template <typename Key>
std::optional<double> find(const std::map<Key, double>& values, const Key& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::nullopt : std::optional<double>(found->second);
}

/// A figure of a precision's "all" in a result of nibble eval.
std::optional<double> accuracy(const json& eval, const std::string& precision, const char* figure) {
  const json::json_pointer all(json::json_pointer("/precisions") / precision / "all");
  return eval.is_object() && eval.contains(all) ? number_of(eval.at(all), figure) : std::nullopt;
}

std::string speed_section(const json& result, const json& eval) {
  const std::vector<NetRow> all = net_rows(result);
  if (all.empty()) return {};
  const int width = usual_width(all);
  const auto fields = field_times(result);
  const auto memory = resident_memory(result);
  std::vector<HtmlColumn> columns = {
      {"precision"},      {"instructions"},         {"network ms", true},
      {"field ms", true}, {"model KB", true, true}, {"resident MB", true, true}};
  if (eval.is_object()) columns.insert(columns.end(), {{"exact %", true, true}, {"PCR %", true}});
  std::vector<std::vector<std::string>> rows;
  for (const NetRow& row : all) {
    if (row.width != width) continue;
    auto field = find(fields, row.precision);
    if (!field) field = accuracy(eval, row.precision, "ms_per_field");
    rows.push_back({escape_markup(row.precision), escape_markup(row.isa),
                    number_text(row.median_ms, 3), optional_text(field, 2),
                    row.model_bytes ? number_text(*row.model_bytes / 1000, 0) : "–",
                    optional_text(find(memory, row.precision), 1)});
    if (!eval.is_object()) continue;
    for (const char* figure : {"exact_norm", "pcr"}) {
      const auto share = accuracy(eval, row.precision, figure);
      rows.back().push_back(share ? percent_text(*share, 2) : "–");
    }
  }
  return html_section(
      "Speed and accuracy",
      html_table(columns, rows) +
          html_paragraph(
              "Network: median for a line of " + std::to_string(width) +
              " pixels, one thread. Field: from crop to text, on the instruction set "
              "that the program chose. Resident: the whole program, reading one document."));
}

/// How much faster integers are than float, said in both ways that such a percentage is read.
std::string faster_section(const json& result) {
  const std::vector<NetRow> all = net_rows(result);
  const int width = usual_width(all);
  std::vector<std::vector<std::string>> rows;
  for (const NetRow& base : all) {
    for (const NetRow& other : all) {
      const bool compared = base.width == width && other.width == width && base.isa == other.isa;
      const bool finer = (base.precision == "f32" && other.precision != "f32") ||
                         (base.precision == "int8" && other.precision == "int4");
      if (!compared || !finer) continue;
      const double ratio = base.median_ms / other.median_ms;
      rows.push_back({escape_markup(other.precision + " against " + base.precision),
                      escape_markup(other.isa), number_text(ratio, 2), percent_text(1 - 1 / ratio),
                      percent_text(ratio - 1)});
    }
  }
  if (rows.empty()) return {};
  const std::vector<HtmlColumn> columns = {{"network"},
                                           {"instructions"},
                                           {"times as fast", true},
                                           {"time saved %", true},
                                           {"more lines a second %", true}};
  return html_section(
      "How much faster",
      html_paragraph(
          "\"x % faster\" is read in two ways: the time that is saved, and the gain in lines a second. Half the "
          "time is 50 % of the time saved and 100 % more lines a second.") +
          html_table(columns, rows));
}

std::string shape_name(const json& entry) {
  return number_text(number_of(entry, "m").value_or(0), 0) + "×" +
         number_text(number_of(entry, "n").value_or(0), 0) + "×" +
         number_text(number_of(entry, "k").value_or(0), 0);
}

/// A kernel, or another library, on the shapes.
struct KernelRow {
  bool peer = false;
  std::optional<double> peak;
  std::map<std::string, double> gops;
  std::map<std::string, double> share;
  double mean() const {
    double sum = 0;
    for (const auto& [shape, value] : gops) sum += std::log(std::max(value, 1e-9));
    return gops.empty() ? 0 : std::exp(sum / static_cast<double>(gops.size()));
  }
};

/// By precision, then speed.
using KernelRows = std::map<std::pair<std::string, std::string>, KernelRow>;

KernelRows kernel_rows(const json& result, std::vector<std::string>& shapes) {
  KernelRows rows;
  for (const char* key : {"gemm", "peers"}) {
    for (const json& entry : entries_of(result, key)) {
      const auto gops = number_of(entry, "gops");
      if (!gops) continue;
      const bool peer = std::string(key) == "peers";
      const std::string isa = text_of(entry, "isa");
      const std::string name = peer ? text_of(entry, "name") + (isa.empty() ? "" : " " + isa) : isa;
      KernelRow& row = rows[{text_of(entry, "precision"), name}];
      row.peer = peer;
      const std::string shape = shape_name(entry);
      if (std::find(shapes.begin(), shapes.end(), shape) == shapes.end()) shapes.push_back(shape);
      row.gops[shape] = *gops;
      if (const auto share = number_of(entry, "share_of_peak")) row.share[shape] = *share;
    }
  }
  for (const json& entry : entries_of(result, "peaks")) {
    const auto row = rows.find({text_of(entry, "precision"), text_of(entry, "isa")});
    if (row != rows.end() && !row->second.peer) row->second.peak = number_of(entry, "gops");
  }
  return rows;
}

/// The cells of a kernel, its speed on each shape behind its mean.
std::vector<std::string> kernel_cells(const std::string& name, const KernelRow& row,
                                      const std::vector<std::string>& shapes) {
  double share = 0;
  for (const auto& [shape, value] : row.share)
    share += value / static_cast<double>(row.share.size());
  std::vector<std::string> cells = {
      escape_markup(name) + (row.peer ? "<small>other library</small>" : ""),
      number_text(row.mean(), 1), row.share.empty() ? "–" : percent_text(share, 0),
      optional_text(row.peak, 0)};
  for (const std::string& shape : shapes) {
    const auto share_there = find(row.share, shape);
    cells.push_back(optional_text(find(row.gops, shape), 1) +
                    (share_there ? "<small>" + percent_text(*share_there, 0) + " %</small>" : ""));
  }
  return cells;
}

/// The rows of a precision's kernels, the fastest first.
std::vector<std::vector<std::string>> precision_rows(const KernelRows& all,
                                                     const std::string& precision,
                                                     const std::vector<std::string>& shapes) {
  std::vector<std::pair<double, std::vector<std::string>>> rows;
  for (const auto& [key, row] : all) {
    if (key.first == precision)
      rows.emplace_back(row.mean(), kernel_cells(key.second, row, shapes));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::vector<std::string>> sorted;
  for (auto& [mean, cells] : rows) sorted.push_back(std::move(cells));
  return sorted;
}

std::string kernels_section(const json& result) {
  std::vector<std::string> shapes;
  const KernelRows all = kernel_rows(result, shapes);
  if (all.empty()) return {};
  std::vector<HtmlColumn> columns = {
      {"kernel"}, {"mean", true}, {"of peak %", true}, {"peak", true, true}};
  for (const std::string& shape : shapes) columns.push_back({shape, true, true});
  std::string markup = html_paragraph(
      "10⁹ operations a second (a multiply-accumulate is two) on matrix products, one thread; the mean is geometric. Peak: what the inner "
      "loop's arithmetic reaches on registers alone. Below a speed its share of the peak.");
  std::set<std::string> precisions;
  for (const auto& [key, row] : all) precisions.insert(key.first);
  for (const std::string& precision : precisions)
    markup += "<h3>" + escape_markup(precision) + "</h3>\n" +
              html_table(columns, precision_rows(all, precision, shapes));
  return html_section("Kernels", markup);
}

/// A chart of the entries {isa, precision, <row>, <value>} of one instruction set.
std::string bars_of_isa(const std::vector<json>& entries, const std::string& isa,
                        const char* row_key, const char* value_key, const std::string& title,
                        const std::string& unit) {
  std::vector<std::string> names;
  std::vector<ChartSeries> series;
  std::map<std::pair<std::string, std::string>, double> values;
  for (const json& entry : entries) {
    const auto value = number_of(entry, value_key);
    if (text_of(entry, "isa") != isa || !value) continue;
    const std::string precision = text_of(entry, "precision");
    const std::string name = text_of(entry, row_key);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    const auto known = std::find_if(series.begin(), series.end(),
                                    [&](const ChartSeries& one) { return one.name == precision; });
    if (known == series.end())
      series.push_back({precision, series_colour(precision, series.size())});
    values.try_emplace({name, precision}, *value);
  }
  std::vector<std::vector<std::optional<double>>> table;
  for (const std::string& name : names) {
    auto& row = table.emplace_back();
    for (const ChartSeries& one : series) row.push_back(find(values, std::pair(name, one.name)));
  }
  const std::string heading = isa.empty() ? title : std::string(title).append(", ").append(isa);
  return bar_chart(heading, names, series, table, unit);
}

/// Bars of a list of entries: one chart an instruction set.
std::vector<std::string> grouped_bars(const std::vector<json>& entries, const char* row_key,
                                      const char* value_key, const std::string& title,
                                      const std::string& unit) {
  std::vector<std::string> isas;
  for (const json& entry : entries) {
    if (std::find(isas.begin(), isas.end(), text_of(entry, "isa")) == isas.end())
      isas.push_back(text_of(entry, "isa"));
  }
  std::vector<std::string> charts;
  for (const std::string& isa : isas)
    charts.push_back(bars_of_isa(entries, isa, row_key, value_key, title, unit));
  return charts;
}

std::string layers_section(const json& result) {
  std::vector<json> entries = entries_of(result, "net_layers");
  if (entries.empty()) entries = entries_of(result, "layers");
  if (entries.empty()) return {};
  return html_section(
      "Layers", html_paragraph("Median time of each layer of the network.") +
                    html_charts(grouped_bars(entries, "layer", "median_us", "Microseconds", "µs")));
}

std::string pipeline_section(const json& result) {
  const std::vector<json> entries = entries_of(result, "pipeline");
  if (entries.empty()) return {};
  std::string note = "Median time of a document's stages, from the picture file to the text";
  if (const auto fields = number_of(result, "fields_per_document"))
    note += ", with " + number_text(*fields, 1) + " fields each";
  return html_section(
      "A document's stages",
      html_paragraph(note + ".") + html_charts(grouped_bars(entries, "stage", "median_ms",
                                                            "Milliseconds a document", "ms")));
}

std::string facts_section(const json& result, const json& eval, const std::string& command,
                          const std::string& made) {
  const json environment = member_of(result, "environment");
  std::string isas;
  for (const json& isa : entries_of(environment, "isa")) {
    if (isa.is_string()) isas += (isas.empty() ? "" : ", ") + isa.get<std::string>();
  }
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Processor", text_of(environment, "cpu")},
      {"Instruction sets", isas},
      {"Load", optional_text(number_of(environment, "load"), 2)},
      {"Compiler", text_of(environment, "compiler")}};
  if (const std::string commit = text_of(environment, "commit"); !commit.empty())
    facts.emplace_back("Commit", commit);
  for (const json& entry : entries_of(result, "memory")) {
    const std::string precision = text_of(entry, "precision");
    if (const auto start = number_of(entry, "start_ms"))
      facts.emplace_back("One document" + (precision.empty() ? "" : ", " + precision),
                         number_text(*start, 1) + " ms from start to end of the program");
  }
  if (eval.is_object()) {
    facts.emplace_back("Accuracy on", text_of(eval, "dataset"));
    const json models = member_of(member_of(eval, "environment"), "models");
    for (const auto& [precision, model] : models.items())
      facts.emplace_back("Model " + precision,
                         text_of(model, "name") + ", " + text_of(model, "digest"));
  }
  if (!command.empty()) facts.emplace_back("Command", command);
  facts.emplace_back("Made", made);
  return html_section("Run", html_facts(facts));
}

void merge_entry(json& merged, const std::string& key, const json& value, bool result_has_list) {
  if (key == "memory" && result_has_list) {
    return;
  }
  if (key == "memory" || key == "memory_by_precision") {
    json& list = merged["memory"];
    if (!list.is_array()) list = json::array();
    for (const json& one : value.is_array() ? value : json::array({value})) list.push_back(one);
  } else if (!merged.contains(key)) {
    merged[key] = value;
  } else if (merged[key].is_array() && value.is_array()) {
    for (const json& one : value) merged[key].push_back(one);
  } else if (key == "environment" &&
             number_of(value, "load").value_or(0) > number_of(merged[key], "load").value_or(0)) {
    merged[key]["load"] = value["load"];
  }
}

}  // namespace

json merge_benchmarks(const std::vector<json>& results, const std::vector<std::string>& names) {
  json merged = json::object();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const json& result = results[i];
    if (!result.is_object() || !result.contains("environment") ||
        !result["environment"].is_object())
      throw Error(ErrorCode::decode_failed,
                  printable_path(names[i]) + ": is not a result of nibble bench --json");
    for (const auto& [key, value] : result.items())
      merge_entry(merged, key, value, result.contains("memory_by_precision"));
  }
  return merged;
}

std::string bench_page(const json& result, const json& eval, const std::string& command,
                       const std::string& made) {
  std::string body;
  for (const std::string& line : disturbances(result)) body += html_warning(line);
  if (!body.empty()) body = "<div class=\"cards\"></div>\n" + body;
  body += "<p class=\"narrow muted\">Some columns show on a wider screen only.</p>\n";
  body += speed_section(result, eval) + faster_section(result) + kernels_section(result) +
          layers_section(result) + pipeline_section(result);
  body += facts_section(result, eval, command, made);
  return html_page("Speed of nibble", text_of(member_of(result, "environment"), "cpu"), body);
}

}  // namespace nibble
