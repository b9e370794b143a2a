#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/kinds/match.h"
#include "recognizer/kinds/template.h"

namespace nibble {

// Where a folder is asked for, the empty text is that of the library's own templates.

/// The folder itself.
std::string templates_folder(const std::string& folder = "");

/// The names of the templates in a folder, sorted; none where it can't be read.
std::vector<std::string> known_templates(const std::string& folder = "");

/// The file of a template: what has a '/' or ends in .json as it is, else the one of this name in
/// the folder. Throws Error(bad_template), for an unknown name with the list of the known ones.
std::string template_path(const std::string& name_or_file, const std::string& folder = "");

/// The template files in a folder, sorted. Throws Error(bad_template) when it cannot be read.
std::vector<std::string> template_files(const std::string& folder = "");

/// Loads the template at template_path(). Throws Error(bad_template).
Template load_template(const std::string& name_or_file, const std::string& folder = "");

/// The same with its reference picture. Throws Error(bad_template), also when it has none.
TemplatePicture load_with_picture(const std::string& name_or_file, const std::string& folder = "");

/// All templates in a folder that have a picture. Throws Error(bad_template).
std::vector<TemplatePicture> load_folder(const std::string& folder = "");

/// A template that a caller gives; its picture is empty where there is none. Throws
/// Error(bad_template).
TemplatePicture load_template_source(const TemplateSource& source);

}  // namespace nibble
