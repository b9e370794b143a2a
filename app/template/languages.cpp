#include "app/template/languages.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "include/nibble/nibble.hpp"
#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/rules/fit.h"

namespace nibble {
namespace {

constexpr const char* kLatin = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr const char* kBesides = "0123456789 '-.,/()";

/// Code -> letters besides those of kLatin.
std::map<std::string, std::string> read_languages() {
  const std::string path = data_folder() + "/templates/languages.tsv";
  std::istringstream lines(read_text_file(path));
  std::map<std::string, std::string> languages;
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string::npos ? first : line.find('\t', first + 1);
    if (second == std::string::npos)
      throw Error(ErrorCode::bad_template,
                  printable_path(path) + ": a line has not three columns: " + line);
    languages[line.substr(0, first)] = line.substr(second + 1);
  }
  return languages;
}

}  // namespace

std::string text_alphabet(const std::vector<std::string>& languages) {
  if (languages.empty()) return {};
  const std::map<std::string, std::string> known = read_languages();
  std::vector<std::string> letters = characters(kLatin);
  for (const std::string& language : languages) {
    const auto found = known.find(language);
    if (found == known.end()) {
      std::string codes;
      for (const auto& [code, own] : known) codes.append(" ").append(code);
      throw Error(ErrorCode::usage, "language " + language + " is not known; known are" + codes);
    }
    for (const std::string& letter : characters(found->second)) {
      if (std::find(letters.begin(), letters.end(), letter) == letters.end())
        letters.push_back(letter);
    }
  }
  std::string alphabet;
  for (const std::string& letter : letters) alphabet += letter;
  return alphabet + kBesides;
}

}  // namespace nibble
