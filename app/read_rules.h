#pragma once

#include "app/read_document.h"

namespace nibble {

/// Applies the rules to a page's fields unless --no-rules was given, takes over the machine
/// readable zone, judges the fields, and drops the alternatives that were kept for the rules alone.
void finish_reading(const ReadTask& task, DocumentResult& result);

/// Finds and reads the machine readable zone of a picture: its lines become the fields. Throws
/// Error(no_document) when there is none.
void read_mrz(const Network& network, const Image& image, const ReadTask& task,
              DocumentResult& result);

}  // namespace nibble
