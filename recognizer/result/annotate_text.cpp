#include <algorithm>
#include <array>
#include <string>

#include "recognizer/base/unicode.h"
#include "recognizer/result/annotate.h"

namespace nibble {

namespace {

/// What is drawn for a character.
struct Folded {
  std::string text;  ///< ASCII
  char mark = ' ';   ///< as LetterMark names it; ' ' for none
};

struct Listed {
  char32_t code;
  const char* text;
  char mark;
};

// What Unicode does not take apart.
constexpr std::array<Listed, 34> kListed{
    {{U'Æ', "AE", ' '}, {U'æ', "ae", ' '}, {U'Ð', "D", '/'},  {U'ð', "d", '/'},  {U'Ø', "O", '/'},
     {U'ø', "o", '/'},  {U'Þ', "Th", ' '}, {U'þ', "th", ' '}, {U'ß', "ss", ' '}, {U'ẞ', "SS", ' '},
     {U'Đ', "D", '/'},  {U'đ', "d", '/'},  {U'Ħ', "H", '/'},  {U'ħ', "h", '/'},  {U'ı', "i", ' '},
     {U'Ĳ', "IJ", ' '}, {U'ĳ', "ij", ' '}, {U'ĸ', "k", ' '},  {U'Ŀ', "L", ' '},  {U'ŀ', "l", ' '},
     {U'Ł', "L", '/'},  {U'ł', "l", '/'},  {U'ŉ', "n", ' '},  {U'Ŋ', "N", ' '},  {U'ŋ', "n", ' '},
     {U'Œ', "OE", ' '}, {U'œ', "oe", ' '}, {U'Ŧ', "T", '/'},  {U'ŧ', "t", '/'},  {U'ſ', "s", ' '},
     {U'×', "x", ' '},  {U'÷', "/", ' '},  {U'–', "-", ' '},  {U'’', "'", ' '}}};

char kind_of(char32_t mark) {
  switch (mark) {
    case 0x300: return '`';
    case 0x301: return '\'';
    case 0x302: return '^';
    case 0x303: return '~';
    case 0x304: return '-';
    case 0x306: return 'u';
    case 0x307: return '.';
    case 0x308: return ':';
    case 0x30A: return 'o';
    case 0x30B: return '"';
    case 0x30C: return 'v';
    case 0x326:  // comma below
    case 0x327: return ',';
    case 0x328: return ';';
    default: return ' ';
  }
}

Folded fold(char32_t code) {
  const auto listed = std::find_if(kListed.begin(), kListed.end(),
                                   [&](const Listed& one) { return one.code == code; });
  if (listed != kListed.end()) return {listed->text, listed->mark};
  const auto [letter, mark] = bare_letter(code);
  if (letter < 0x20 || letter >= 0x7F) return {"?"};
  return {{static_cast<char>(letter)}, kind_of(mark)};
}

}  // namespace

std::string fold_to_ascii(const std::string& text) {
  std::string out;
  for (const char32_t code : decode_utf8(text)) out += fold(code).text;
  return out;
}

std::vector<LetterMark> letter_marks(const std::string& text) {
  std::vector<LetterMark> marks;
  std::size_t position = 0;
  for (const char32_t code : decode_utf8(text)) {
    const Folded folded = fold(code);
    if (folded.mark != ' ') marks.push_back({position, folded.mark});
    position += folded.text.size();
  }
  return marks;
}

}  // namespace nibble
