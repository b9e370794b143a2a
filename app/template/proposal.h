#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/image.h"
#include "recognizer/kinds/template.h"

namespace nibble {

/// What a line of a document is taken for.
enum class LineRole {
  field,   ///< differs from holder to holder, and is read
  hidden,  ///< differs from holder to holder, and is not read: a signature, a photo
  print,   ///< the same on all documents of the kind
};

/// "field", "hidden" or "print".
const char* line_role_name(LineRole role);

/// A line of text of a document, and what is proposed for it.
struct ProposedLine {
  LineRole role = LineRole::print;
  FieldSpec spec;      ///< quad in the template's pixels; name, kind and format of a field
  std::string text;    ///< as it was read
  std::string why;     ///< what speaks for the role, a few words
  bool named = false;  ///< the document says what it is: by a caption, a number, the zone
};

/// The template of a kind of document as one specimen shows it, for a person to correct.
struct TemplateProposal {
  std::string name;
  Image picture;  ///< of the document upright, with all that is printed on it
  std::vector<ProposedLine> lines;
  std::vector<Quad> variable;  ///< areas without text that differ from holder to holder
};

/// Proposes what each line of an upright document is: fields that have a name by themselves
/// (Document::fields), machine readable zones, dates and numbers; all else counts as print.
/// `alphabet` is that of all text, empty for any.
std::vector<ProposedLine> propose_lines(const Document& text, const std::string& alphabet);

/// The mask of a document's number (FieldSpec::format) by one specimen: letters followed by digits
/// or digits followed by letters; empty for others, of which one specimen does not tell.
std::string guess_number_mask(const std::string& value);

/// The template of a proposal: its fields as wide as the longest text that has room there, those
/// of dates, numbers and zones as they are.
Template proposed_template(const TemplateProposal& proposal);

}  // namespace nibble
