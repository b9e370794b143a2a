#pragma once

#include <string>
#include <vector>

#include "nn/model_file.h"
#include "nn/network.h"

namespace nibble {

/// An entry of a model's metadata. Throws Error(bad_model) when it is not there.
const std::string& metadata_entry(const ModelFile& model, const std::string& key,
                                  const std::string& name);

/// Checks format version and JSON entries, and gives the precision. Throws Error(bad_model).
Precision check_metadata(const ModelFile& model, const std::string& name);

/// The characters of classes 1, 2, ... Throws Error(bad_model) unless they are distinct printable
/// characters.
std::vector<std::string> read_alphabet(const ModelFile& model, const std::string& name);

}  // namespace nibble
