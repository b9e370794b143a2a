#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/output_file.h"
#include "app/read_output.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// A zone as one JSON object: format, lines, valid, fields by name, check digits, changes and their
/// cost.
nlohmann::ordered_json mrz_json(const MrzReading& reading);

/// What the rules say of a field, as a JSON list.
nlohmann::ordered_json checks_json(const FieldResult& field);

/// The results of `nibble mrz` for people: the lines, the elements, and what the check digits say;
/// a heading before each when there are several.
std::unique_ptr<ResultWriter> make_mrz_text_writer(OutputFile& out, bool several);

}  // namespace nibble
