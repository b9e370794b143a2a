#pragma once

#include <string>

namespace nibble {

/// Whether a character may stand in any output as it is. Control characters (C0 and C1), line
/// separators, what turns the direction of text or hides it, and what is no character may not.
bool is_printable(char32_t code);

/// A text of strangers (a reading, a name, any bytes) as it may be shown on a terminal or in a log:
/// what is not printable and bytes that are no UTF-8 become \xNN. See also printable_path().
std::string printable_text(const std::string& text);

/// A text of strangers as it may stand in a table or a page: valid UTF-8, with U+FFFD for what is
/// not printable. Tabs and line breaks stay: what they mean is for the format to say.
std::string visible_text(const std::string& text);

/// The same as a cell of a table whose cells end with tabs: tabs and line breaks become spaces.
std::string table_cell(const std::string& text);

/// A text of strangers for an element or a quoted attribute of HTML or XML: visible_text() with the
/// five characters that mean markup as references.
std::string escape_markup(const std::string& text);

/// JSON in which what is not printable is written as \uNNNN, which means the same.
std::string escape_json(const std::string& json);

}  // namespace nibble
