#pragma once

#include <string_view>

namespace nibble {

/// Whether a text is a code of a country, territory or organisation: ISO 3166-1 alpha-3, those that
/// ICAO Doc 9303 part 3 adds (D, GBD, UNO, XXA, ..., and Utopia's UTO), and the codes that ISO
/// leaves to its users (AAA, QMA-QZZ, XAA-XZZ, ZZA-ZZZ).
bool is_country_code(std::string_view code);

/// Whether a text was the code of a country that is no more or has another code now, and so stands
/// on older documents: SUN, YUG, ROM, ...
bool is_former_country_code(std::string_view code);

}  // namespace nibble
