#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "recognizer/base/printable.h"

namespace nibble {

// Parts of a page that stands alone: nothing is fetched, and no script runs but one that the page
// brings itself. Functions take plain text unless it is said to be markup, which escape_markup()
// makes of text.

/// A share as a number of percent, "97.4".
std::string percent_text(double share, int digits = 1);

/// The colour of a precision, or of the n-th thing without one of its own.
std::string series_colour(const std::string& name, std::size_t position);

/// A column of a table.
struct HtmlColumn {
  std::string title;
  bool number = false;  ///< set to the right
  bool wide = false;    ///< left out on a narrow screen
};

/// A table; `rows` holds markup, one cell a column.
std::string html_table(const std::vector<HtmlColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows);

/// A heading with an anchor made of its words, and what stands below it (markup).
std::string html_section(const std::string& title, const std::string& markup);

std::string html_paragraph(const std::string& text);

/// A remark that must not be overlooked.
std::string html_warning(const std::string& text);

/// Names and values in two columns; values are plain text.
std::string html_facts(const std::vector<std::pair<std::string, std::string>>& facts);

/// Several charts (markup) beside one another where there is room.
std::string html_charts(const std::vector<std::string>& charts);

/// A data: URI of a file of this type, e.g. "image/jpeg".
std::string data_uri(const std::string& type, std::span<const std::byte> bytes);

/// The same of a PNG file.
std::string png_uri(const std::vector<std::byte>& png);

/// What a page has besides its text.
struct HtmlExtras {
  std::string style;   ///< a style sheet behind that of the reports
  std::string script;  ///< the one script that may run; it runs at the end of the page
};

/// A page up to its body (markup), for pages that are written piece by piece. Its policy
/// (Content-Security-Policy) forbids every request, every form and every script but that of
/// `extras`, which is known by its digest.
std::string html_start(const std::string& title, const std::string& subtitle,
                       const HtmlExtras& extras = {});

/// What follows the body; `extras` as at the start.
std::string html_end(const HtmlExtras& extras = {});

/// The whole page around `body` (markup).
std::string html_page(const std::string& title, const std::string& subtitle,
                      const std::string& body);

/// This process's command line as it could be typed; empty where the system does not tell.
std::string command_line();

/// A word of a command line as a shell takes it, quoted where it must be.
std::string shell_word(const std::string& word);

/// JSON for the page's script, in a block with these attributes (markup): no text in it can end the
/// block.
std::string html_json(const std::string& attributes, const std::string& json);

/// The date and time in UTC, "2026-01-31 12:00 UTC".
std::string utc_now();

}  // namespace nibble
