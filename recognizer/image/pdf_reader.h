#pragma once

// What nibble and nibble-pdf agree on.
//
//   nibble-pdf FIRST COLOUR PIXELS SIDE < FILE
//
// draws the pages of a PDF from number FIRST on, COLOUR `grey` or `rgb`, of PIXELS pixels and SIDE
// a side at most; standard input must allow seeking. It prints
//
//   refused TEXT           the file cannot be read, and that is all, or
//   pages N                how many there are, then for each of those from FIRST on
//   page WIDTH HEIGHT      a line, and behind it the rows of 1 or 3 bytes a pixel, or
//   failed TEXT            a page that cannot be drawn
//
// each line of at most kPdfLine bytes with its line feed.

#include <cstddef>

namespace nibble {

inline constexpr std::size_t kPdfLine = 256;

/// Pixels an inch at which pages are drawn, and the most pixels of a page (A3 has 17 million) and
/// of its longer side: a larger one is drawn at a lower resolution.
inline constexpr double kPdfResolution = 300;
inline constexpr double kPdfPixels = 20e6;
inline constexpr double kPdfSide = 20'000;

/// Memory (address space, bytes) of the process, and the processor time that one page may take.
inline constexpr unsigned long kPdfMemory = 1UL << 30U;
inline constexpr unsigned kPdfSeconds = 30;

}  // namespace nibble
