#pragma once

// What nibble and nibble-pdf agree on.

namespace nibble {

/// Exit codes of nibble-pdf: the file cannot be read, and what is wrong stands on standard output;
/// there is no such page, and the number of pages stands there.
inline constexpr int kPdfRefused = 3;
inline constexpr int kPdfNoSuchPage = 4;

/// Pixels an inch at which pages are drawn, and the most pixels of a page (A3 has 17 million) and
/// of its longer side: a larger one is drawn at a lower resolution.
inline constexpr double kPdfResolution = 300;
inline constexpr double kPdfPixels = 20e6;
inline constexpr double kPdfSide = 20'000;

/// Memory (address space, bytes) and processor time that one page may take.
inline constexpr unsigned long kPdfMemory = 1UL << 30U;
inline constexpr unsigned long kPdfSeconds = 30;

}  // namespace nibble
