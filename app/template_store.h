#pragma once

#include <string>
#include <vector>

#include "recognizer/page/page.h"

namespace nibble {

/// The names of the shipped templates, sorted.
std::vector<std::string> known_templates();

/// The file of a template: what has a '/' or ends in .json as it is, else that of the shipped one
/// of this name. Throws Error(bad_template), for an unknown name with the list of the known ones.
std::string template_path(const std::string& name_or_file);

/// The template files in a folder (empty: that of the shipped ones), sorted. Throws
/// Error(bad_template) when it cannot be read.
std::vector<std::string> template_files(const std::string& folder);

/// Loads the template at template_path(). Throws Error(bad_template).
Template load_template(const std::string& name_or_file);

}  // namespace nibble
