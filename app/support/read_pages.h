#pragma once

#include <optional>
#include <vector>

#include "app/support/artifacts.h"
#include "app/support/batch.h"
#include "app/support/read_inputs.h"
#include "include/nibble/nibble.hpp"

namespace nibble {

/// A page as it was read.
struct ReadPage {
  Document document;
  std::optional<Failure> output_failure;  ///< it was read, but its pictures could not be written
};

/// Reads every page of an input, until Ctrl-C, and writes the pictures that are asked for. At least
/// one page, which says what the input failed with if it did.
std::vector<ReadPage> read_pages(const Reader& reader, const ReadInput& input,
                                 const Request& request, const Artifacts& artifacts);

/// Reports what a page failed with.
void report_failures(Batch& batch, const ReadPage& page);

/// What reads, as the options of a command have it. Says why it is not calibrated where that is not
/// as asked. Throws Error(bad_model | bad_device).
Reader make_reader(const CommonOptions& common, ReaderOptions options);

}  // namespace nibble
