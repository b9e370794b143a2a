#pragma once

#include <memory>
#include <string>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// How the program renders, beyond what the library offers.
struct RenderForm : RenderOptions {
  bool array = false;     ///< json: an array, also of a document that is alone
  bool csv_safe = false;  ///< csv: an apostrophe before texts that a spreadsheet would take for a
                          ///< formula
};

/// As make_renderer(). Throws Error(usage).
std::unique_ptr<Renderer> make_form_renderer(const std::string& format, Sink sink,
                                             const RenderForm& form);

/// Names and texts, a line each, and behind those that are not accepted what was decided; a heading
/// before each document when there are several. A single line of text is that line alone.
std::unique_ptr<Renderer> make_text_renderer(Sink sink, const RenderOptions& options);

/// A zone for people: its lines, the elements, and what the check digits say; a heading before each
/// when there are several.
std::unique_ptr<Renderer> make_zone_renderer(Sink sink, const RenderOptions& options);

/// One JSON object for one document unless an array is asked for, an array of them for several.
std::unique_ptr<Renderer> make_json_renderer(Sink sink, const RenderForm& form);

/// One JSON object a line.
std::unique_ptr<Renderer> make_json_lines_renderer(Sink sink);

/// A header, then a row a text, tab separated; tabs and line breaks in texts become spaces, what is
/// not printable U+FFFD. Failed inputs have no rows.
std::unique_ptr<Renderer> make_tsv_renderer(Sink sink);

/// Comma-separated values (RFC 4180: lines end with CR LF, cells are quoted where they must be) in
/// UTF-8: a header, then a row a text, in which U+FFFD stands for what is not printable. Failed
/// inputs have no rows.
std::unique_ptr<Renderer> make_csv_renderer(Sink sink, const RenderForm& form);

/// hOCR 1.2 as XHTML: an ocr_page a page, in it an ocr_line a text with its name as x_field,
/// ocrx_word and ocrx_cinfo. Boxes are pixels of the picture, confidences percent. Failed inputs
/// have no page.
std::unique_ptr<Renderer> make_hocr_renderer(Sink sink);

/// ALTO 4.4: a Page a page, in it a TextBlock with a TextLine a text, String, SP and Glyph with
/// Variants. A block's tags name the field and the template; each page's file is the fileIdentifier
/// whose location is the page's ID. Boxes are pixels of the picture. Failed inputs have no page.
/// What precedes the pages depends on them, so they wait in a temporary file; throws
/// Error(write_failed) when it fails.
std::unique_ptr<Renderer> make_alto_renderer(Sink sink);

}  // namespace nibble
