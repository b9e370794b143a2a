#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "nn/error.h"
#include "recognizer/line/confidence.h"

// A text is either refused as a bad model, in one line, or a calibration under which every field
// has a probability, and more of what speaks for it does not lower that.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  nibble::Calibration calibration;
  try {
    calibration = nibble::parse_calibration(text, "input");
  } catch (const nibble::Error& error) {
    const std::string message = error.what();
    if (error.code() != nibble::ErrorCode::bad_model || message.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  const bool ordered = 0 <= calibration.review && calibration.review <= calibration.accept &&
                       calibration.accept <= 1;
  if (!ordered) std::abort();
  nibble::Evidence evidence{};
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    for (const double value : {-12.0, 0.0, 12.0}) {
      evidence[i] = value;
      const double confidence = nibble::calibrated_confidence(calibration, evidence);
      if (!(confidence >= 0 && confidence <= 1)) std::abort();
    }
    nibble::Evidence more = evidence;
    more[i] += 1;
    const int direction = nibble::clue_direction(static_cast<nibble::Clue>(i));
    const double change = nibble::calibrated_confidence(calibration, more) -
                          nibble::calibrated_confidence(calibration, evidence);
    if (change * direction < 0) std::abort();
  }
  return 0;
}
