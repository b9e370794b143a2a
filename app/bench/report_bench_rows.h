#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nibble {

// What stands in results of nibble bench, read without trust: files may come from another version.

/// The number of an object, or none.
std::optional<double> number_of(const nlohmann::json& entry, const char* key);

/// The text of an object, or empty.
std::string text_of(const nlohmann::json& entry, const char* key);

/// What an object has under a name; null for what is none.
nlohmann::json member_of(const nlohmann::json& entry, const char* key);

/// The entries of a list in the result; empty when there is none.
std::vector<nlohmann::json> entries_of(const nlohmann::json& result, const char* key);

/// The network in one precision on one instruction set, at one width of line.
struct NetRow {
  std::string isa;
  std::string precision;
  int width = 0;
  double median_ms = 0;
  double p95_ms = 0;
  std::optional<double> model_bytes;
};

/// All rows of "net" with a time.
std::vector<NetRow> net_rows(const nlohmann::json& result);

/// The width that most rows are shown at: 256 pixels, or the nearest there is; 0 for no rows.
int usual_width(const std::vector<NetRow>& rows);

/// Milliseconds a field of each precision (crop to text) from the pipeline's stages.
std::map<std::string, double> field_times(const nlohmann::json& result);

/// Resident megabytes of each precision.
std::map<std::string, double> resident_memory(const nlohmann::json& result);

/// What speaks against the figures: load, and times that scatter. One line each.
std::vector<std::string> disturbances(const nlohmann::json& result);

}  // namespace nibble
