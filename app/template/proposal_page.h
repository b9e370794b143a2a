#pragma once

#include <string>

#include "app/template/proposal.h"
#include "app/template/template_new.h"

namespace nibble {

/// The page on which a person checks a proposal: the document with each line drawn in, beside a
/// table of what it is taken for; lines can be renamed, redrawn, added and left out. "Save" gives
/// the corrected template as JSON, for `nibble template new --corrected`. It shows what the
/// document says, stands alone and makes no request.
std::string proposal_page(const TemplateProposal& proposal, const NewTemplate& request);

}  // namespace nibble
