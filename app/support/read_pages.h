#pragma once

#include <functional>
#include <optional>
#include <string>
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
  std::string part;                       ///< what a PagePart made of it
};

/// What a report holds of a page, made while its picture is there; null pixels where it could not
/// be decoded. Called by the threads that read.
using PagePart = std::function<std::string(const ImageView& picture, const Document& document)>;

/// Reads every page of an input, until Ctrl-C, writes the pictures that are asked for and calls
/// `part`, if there is one. At least one page, which says what the input failed with if it did.
std::vector<ReadPage> read_pages(const Reader& reader, const ReadInput& input,
                                 const Request& request, const Artifacts& artifacts,
                                 const PagePart& part = {});

/// Reports what a page failed with.
void report_failures(Batch& batch, const ReadPage& page);

/// What reads, as the options of a command have it. Says why it is not calibrated where that is not
/// as asked. Throws Error(bad_model | bad_device).
Reader make_reader(const CommonOptions& common, ReaderOptions options);

}  // namespace nibble
