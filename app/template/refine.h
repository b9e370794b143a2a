#pragma once

#include "app/template/proposal.h"

namespace nibble {

/// Corrects a proposal by another document of the kind: a line that says the same on both is
/// print, one that does not is a field, and one that stands on the second alone is one too. Areas
/// without text that look unlike are variable. `picture` is the second document upright, in the
/// proposal's size, `text` what was read on it. Fields that were named keep their names.
void refine(TemplateProposal& proposal, const Image& picture, const Document& text,
            const std::string& alphabet);

}  // namespace nibble
