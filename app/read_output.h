#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/common.h"
#include "app/output_file.h"
#include "app/read_document.h"

namespace nibble {

/// What the results say about the program that made them.
struct ToolInfo {
  std::string model;
  std::string precision;
  std::string isa;
  std::string digest;
  std::optional<Calibration> calibration;
};

/// What is said of a model that reads.
ToolInfo tool_info(const LoadedModel& model, const std::string& isa,
                   const std::optional<Calibration>& calibration);

/// Writes results in one of the formats, one after the other.
class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual void add(const DocumentResult& result) = 0;
  /// Ends the output, e.g. closes a JSON array.
  virtual void finish() {}
};

/// `format` is text, json, jsonl, tsv, csv, hocr or alto; `several` says whether there is more than
/// one input; `verbose` adds confidences to text. Throws Error(usage) for another format.
std::unique_ptr<ResultWriter> make_writer(const std::string& format, OutputFile& out,
                                          const ToolInfo& tool, bool several, bool verbose);

/// The result as one JSON object, on one line or indented.
std::string result_to_json(const DocumentResult& result, const ToolInfo& tool, bool indented);

/// The line above a result for people: its file, and its page from the second on; with an empty
/// line before it unless it is the first.
std::string text_heading(const DocumentResult& result, bool first);

}  // namespace nibble
