#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nibble {

/// Several results of nibble bench --json as one: lists are joined; of anything else the first
/// wins, but "environment" keeps the highest load and "memory" becomes a list. Throws
/// Error(decode_failed) naming the one (`names`) that is no such result.
nlohmann::json merge_benchmarks(const std::vector<nlohmann::json>& results,
                                const std::vector<std::string>& names);

/// The page of a merged result: one file that needs nothing else. `eval` is a result of nibble eval
/// --json, or null; accuracy stands beside speed then. Entries of another shape than documented are
/// left out.
std::string bench_page(const nlohmann::json& result, const nlohmann::json& eval,
                       const std::string& command, const std::string& made);

}  // namespace nibble
