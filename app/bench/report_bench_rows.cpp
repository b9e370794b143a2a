#include "app/bench/report_bench_rows.h"

#include <cmath>
#include <cstdlib>

#include "app/report/report_html.h"
#include "recognizer/base/number_text.h"

namespace nibble {
namespace {

using nlohmann::json;

// A busy machine's figures say little: half a core of other work, or a twentieth of the samples a
// fifth slower than the median.
constexpr double kMaxLoad = 0.5;
constexpr double kMaxScatter = 1.2;
constexpr double kMaxOfPeak = 1.03;
constexpr int kUsualWidth = 256;
constexpr double kMaxWidth = 1e6;

/// What is said of a loaded machine, of times that scatter and of speeds beyond the peak; empty
/// where there is no such thing.
std::string load_line(const json& result) {
  const double load = number_of(member_of(result, "environment"), "load").value_or(0);
  if (load <= kMaxLoad) return {};
  return "The machine was loaded when this was measured (load " + number_text(load, 1) +
         "): the times are too long by an unknown part.";
}

std::string scatter_line(const json& result) {
  int scattered = 0;
  int all = 0;
  for (const char* key : {"net", "gemm", "layers"}) {
    const char* unit = std::string(key) == "net" ? "ms" : "us";
    for (const json& entry : entries_of(result, key)) {
      const auto median = number_of(entry, (std::string("median_") + unit).c_str());
      const auto p95 = number_of(entry, (std::string("p95_") + unit).c_str());
      if (!median || !p95 || *median <= 0) continue;
      ++all;
      scattered += *p95 / *median > kMaxScatter ? 1 : 0;
    }
  }
  if (scattered == 0) return {};
  return "The clock moved or other work came between: in " + std::to_string(scattered) + " of " +
         std::to_string(all) + " measurements the 95th percentile is over 1.2 times the median.";
}

std::string peak_line(const json& result) {
  int above = 0;
  for (const json& entry : entries_of(result, "gemm")) {
    // The portable loop is what the compiler makes of it, and of its peak another thing.
    if (text_of(entry, "isa") != "portable")
      above += number_of(entry, "share_of_peak").value_or(0) > kMaxOfPeak ? 1 : 0;
  }
  if (above == 0) return {};
  return "The clock moved: " + std::to_string(above) +
         " of the products ran faster than the peak measured beside them, so shares of the peak mean little.";
}

}  // namespace

std::optional<double> number_of(const json& entry, const char* key) {
  if (!entry.is_object()) return std::nullopt;
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::string text_of(const json& entry, const char* key) {
  if (!entry.is_object()) return {};
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

json member_of(const json& entry, const char* key) {
  if (!entry.is_object()) return nullptr;
  const auto found = entry.find(key);
  return found == entry.end() ? json(nullptr) : *found;
}

std::vector<json> entries_of(const json& result, const char* key) {
  if (!result.is_object()) return {};
  const auto found = result.find(key);
  if (found == result.end() || !found->is_array()) return {};
  return {found->begin(), found->end()};
}

std::vector<NetRow> net_rows(const json& result) {
  std::vector<NetRow> rows;
  for (const json& entry : entries_of(result, "net")) {
    const double median = number_of(entry, "median_ms").value_or(0);
    const double width = number_of(entry, "width").value_or(0);
    if (median <= 0 || width < 0 || width > kMaxWidth) continue;
    rows.push_back({text_of(entry, "isa"), text_of(entry, "precision"), static_cast<int>(width),
                    median, number_of(entry, "p95_ms").value_or(median),
                    number_of(entry, "model_bytes")});
  }
  return rows;
}

int usual_width(const std::vector<NetRow>& rows) {
  int best = 0;
  for (const NetRow& row : rows) {
    if (best == 0 || std::abs(row.width - kUsualWidth) < std::abs(best - kUsualWidth))
      best = row.width;
  }
  return best;
}

std::map<std::string, double> field_times(const json& result) {
  std::map<std::string, double> times;
  const auto fields = number_of(result, "fields_per_document");
  if (!fields || *fields <= 0) return times;
  for (const json& entry : entries_of(result, "pipeline")) {
    const std::string stage = text_of(entry, "stage");
    if (stage == "crop" || stage == "normalize" || stage == "network" || stage == "text")
      times[text_of(entry, "precision")] += number_of(entry, "median_ms").value_or(0) / *fields;
  }
  return times;
}

std::map<std::string, double> resident_memory(const json& result) {
  std::map<std::string, double> memory;
  for (const json& entry : entries_of(result, "memory")) {
    const auto megabytes = number_of(entry, "rss_mb");
    const std::string precision = text_of(entry, "precision");
    if (megabytes && !precision.empty()) memory[precision] = *megabytes;
  }
  return memory;
}

std::vector<std::string> disturbances(const json& result) {
  std::vector<std::string> lines;
  for (const std::string& line : {load_line(result), scatter_line(result), peak_line(result)}) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace nibble
