#pragma once

#include <string>
#include <vector>

#include "nn/model_file.h"
#include "nn/network.h"
#include "nn/picture_graph.h"

namespace nibble {

/// An entry of a model's metadata. Throws Error(bad_model) when it is not there.
const std::string& metadata_entry(const ModelFile& model, const std::string& key,
                                  const std::string& name);

/// What a model is for: format version 1 has graphs that are lines of layers and reads lines of
/// text, version 2 has branching graphs and a task.
enum class ModelTask {
  read,  ///< Network
  find,  ///< PictureNetwork
};

/// Throws Error(bad_model) for a format version or task that is not known.
ModelTask model_task(const ModelFile& model, const std::string& name);

/// Checks task and JSON entries, and gives the precision. Throws Error(bad_model).
Precision check_metadata(const ModelFile& model, ModelTask task, const std::string& name);

/// Throws Error(bad_model) unless the layers have the precision that the metadata name: int4 has
/// layers of int8 among its own.
void check_precision(Precision precision, const std::vector<Conv2d>& layers,
                     const std::string& name);

/// The characters of classes 1, 2, ... Throws Error(bad_model) unless they are distinct printable
/// characters.
std::vector<std::string> read_alphabet(const ModelFile& model, const std::string& name);

/// What the channels of the outputs are called, one output after the other: "names" in the entry
/// "outputs", which need not be there. Throws Error(bad_model) unless they are as many distinct
/// names as there are channels.
std::vector<std::string> read_channel_names(const ModelFile& model, const PictureGraph& graph,
                                            const std::string& name);

}  // namespace nibble
