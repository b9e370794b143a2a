#pragma once

#include <string>
#include <vector>

#include "recognizer/kinds/template.h"
#include "recognizer/page/page.h"

namespace nibble {

/// What to import and where to.
struct TemplateImport {
  std::string
      folder;  ///< a document type's folder or a tree of them, in MIDV-500's or MIDV-2020's layout
  std::string output;                  ///< FILE.json for one type, else a folder
  std::string name;                    ///< of the template; empty: the type's
  std::vector<std::string> languages;  ///< in which the documents are written, see text_alphabet;
                                       ///< none: any letter may stand in a field
};

struct ImportedTemplate {
  std::string path;
  Template document;
};

/// What came of an import: a type that fails does not stop the others.
struct ImportReport {
  std::vector<ImportedTemplate> made;
  std::vector<std::string> warnings;  ///< one line each
  std::vector<std::string> errors;    ///< one line each: types of which no template could be made
};

/// Makes a template of each document type, in MIDV-2020 of its first specimen: its fields with a
/// value, the kind of each guessed from the value, the size of its template picture, and a copy of
/// the picture as PNG beside it. Throws Error(file_not_found | decode_failed | usage |
/// write_failed).
ImportReport import_templates(const TemplateImport& request);

/// The layout of a date, e.g. "dd.mm.yyyy" for 22.05.1975; empty when the digits don't tell.
std::string guess_date_format(const std::string& value);

}  // namespace nibble
