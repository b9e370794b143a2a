#pragma once

#include <string>
#include <vector>

#include "app/template/proposal.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/kinds/template.h"

namespace nibble {

/// A template to be made from photographs of documents of one kind.
struct NewTemplate {
  std::vector<std::string> photos;  ///< the first one gives the picture and the places, the others
                                    ///< refine which print is common
  std::string output;               ///< FILE.json; picture and page get its stem
  std::string name;                 ///< of the kind; empty: the stem of `output`
  std::string corrected;            ///< a template whose fields and areas are taken instead of
                                    ///< proposals, as the page saves it; empty: none
  std::vector<std::string> languages;  ///< see text_alphabet
};

struct NewTemplateReport {
  Template document;
  std::vector<std::string> files;     ///< that were written, the template first
  std::vector<std::string> warnings;  ///< one line each
};

/// Finds the document on the first photograph, proposes its fields, and writes the template, its
/// picture without what is the holder's, and a page on which a person checks the proposals (not
/// where they were corrected already). Throws Error(usage | file_not_found | decode_failed |
/// no_document | bad_template | write_failed).
NewTemplateReport make_new_template(const NewTemplate& request, const Reader& reader);

}  // namespace nibble
