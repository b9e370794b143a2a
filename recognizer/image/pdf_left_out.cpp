#include "recognizer/image/codecs.h"

// Built instead of the other files for PDF where NIBBLE_PDF is off.

namespace nibble {

std::unique_ptr<PageDecoder> open_pdf(ByteSpan, const std::string& name, const DecodeOptions&) {
  throw_decode_failed(
      name,
      "a PDF, which this build of nibble does not read (NIBBLE_PDF is off): convert the pages "
      "to pictures first, e.g. by pdftoppm -r 300 -png");
}

}  // namespace nibble
