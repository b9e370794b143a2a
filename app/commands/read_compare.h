#pragma once

#include <optional>
#include <vector>

#include "app/commands/read_arguments.h"
#include "app/support/batch.h"
#include "app/support/read_pages.h"

namespace nibble {

/// `nibble read --compare`: every input read in each shipped precision, texts and times side by
/// side and where they disagree, as text, json or jsonl. Gives the exit code. Throws Error.
ExitCode run_compare(const ReadArguments& arguments);

/// Says which texts of a document are below the gate of --min-confidence.
void check_gate(Batch& batch, const Document& document, const std::optional<double>& least);

/// Says on standard error what the format of the results does not.
void report_details(const ReadArguments& arguments, const Document& document);

/// Where --annotate and --crops go, prepared. Throws Error(usage | write_failed).
Artifacts make_artifacts(const ReadArguments& arguments, const std::vector<ReadInput>& inputs);

}  // namespace nibble
