#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "recognizer/kinds/kind_index.h"

namespace nibble {

/// Name of the index that is kept beside the templates of a folder.
inline constexpr const char* kIndexName = "kinds.idx";

/// How messages about an index begin that was not as it should be.
inline constexpr const char* kIndexMadeAnew = "the index of the templates";

/// Makes the index of all templates in a folder that have a picture, each read once; empty when
/// none has. Throws Error(bad_template).
std::vector<std::byte> build_index(const std::string& folder);

/// Maps an index file. Throws Error(bad_template) for one that is missing, damaged or of another
/// version.
std::shared_ptr<const KindIndex> open_index(const std::string& path);

/// What differs between the templates that an index was made of and those in its folder now, in
/// words; empty for nothing, or where that folder is no longer there.
std::string index_staleness(const KindIndex& index);

/// An index and what is to be said about it.
struct FolderIndex {
  std::shared_ptr<const KindIndex> index;  ///< null when no template has a picture
  std::string note;  ///< a line that begins with kIndexMadeAnew; empty for nothing
};

/// Whether an index that was made is kept beside its templates, where they can be written.
enum class KeepIndex { no, yes };

/// The index of a folder: the one kept in it if it is whole and the templates have not changed,
/// else made anew. Throws Error(bad_template).
FolderIndex index_of_folder(const std::string& folder, KeepIndex keep);

/// An index file that was asked for by name. Throws Error(bad_template) also when the templates
/// that it was made of have changed.
std::shared_ptr<const KindIndex> index_of_file(const std::string& path);

}  // namespace nibble
