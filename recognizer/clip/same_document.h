#pragma once

#include "recognizer/clip/look.h"

namespace nibble {

/// How many texts of two looks are sure in both and say the same, and how many contradict each
/// other.
struct Agreement {
  int same = 0;
  int different = 0;
};

/// Fields by name; lines that stand at the same place, where the frames can be laid over each
/// other.
Agreement compare_looks(const FrameLook& a, const FrameLook& b);

/// Whether two looks show different documents: of other kinds, or with texts that contradict each
/// other more than misreading explains.
bool are_different_documents(const FrameLook& a, const FrameLook& b);

}  // namespace nibble
