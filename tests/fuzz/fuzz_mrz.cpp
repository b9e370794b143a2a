#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "recognizer/mrz/correct.h"
#include "tests/fuzz/checks.h"

namespace {

using nibble::Reading;

// Three bytes a character: what was read, how surely, and what else it could be (0 for nothing).
// A line feed among the characters begins a new line.
std::vector<Reading> readings_of(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMaxLines = 4;
  constexpr std::size_t kMaxChars = 64;
  std::vector<Reading> lines(1);
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    if (data[i] == '\n') {
      if (lines.size() == kMaxLines) break;
      lines.emplace_back();
      continue;
    }
    Reading& line = lines.back();
    if (line.chars.size() == kMaxChars) continue;
    const double confidence = data[i + 1] / 255.0;
    nibble::ReadChar read;
    read.text = std::string(1, static_cast<char>(data[i]));
    read.confidence = confidence;
    read.x0 = 12.0 * static_cast<double>(line.chars.size());
    read.x1 = read.x0 + data[i + 1] % 16;
    const std::string other =
        data[i + 2] == 0 ? std::string() : std::string(1, static_cast<char>(data[i + 2]));
    read.alternatives = {{other, 1 - confidence}};
    line.text += read.text;
    line.chars.push_back(read);
  }
  return lines;
}

}  // namespace

// Whatever was read, a corrected zone has its format's size, and one that is called valid is so
// when its lines are parsed anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nibble::Date now{2026, 6, 15};
  const auto reading = nibble::correct_mrz(readings_of(data, size), now);
  if (!reading) return 0;
  const nibble::Mrz& mrz = reading->mrz;
  const nibble::MrzLayout& layout = nibble::mrz_layout(mrz.format);
  require(mrz.lines.size() == static_cast<std::size_t>(layout.lines));
  for (const std::string& line : mrz.lines)
    require(line.size() == static_cast<std::size_t>(layout.length));
  const nibble::Mrz again = nibble::parse_mrz(mrz.lines, mrz.format, now);
  require(again.checks_ok == mrz.checks_ok);
  require(!mrz.valid || again.valid);
  require(reading->cost >= 0);
  return 0;
}
