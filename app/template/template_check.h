#pragma once

#include <string>
#include <vector>

#include "recognizer/kinds/template.h"

namespace nibble {

/// All that is wrong with a template (a file, or the name of a shipped one): one line a problem,
/// empty when it can be used. Where the file as a whole is unusable, that is the only problem; a
/// picture that is missing or of another shape is one too.
std::vector<std::string> check_template(const std::string& name_or_file);

/// Throws Error(usage) for a name that no template can have.
void check_template_name(const std::string& name);

/// Whether a template may hold the field; if not, `problem` says why.
bool can_hold_field(Template document, const FieldSpec& field, std::string& problem);

}  // namespace nibble
