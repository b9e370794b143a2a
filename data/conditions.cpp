#include "data/conditions.h"

#include <map>

namespace nibble {
namespace {

const std::map<char, std::string>& scenes() {
  static const std::map<char, std::string> kScenes = {
      {'T', "table"},   {'K', "keyboard"},  {'H', "hand"},     {'P', "partial"},
      {'C', "clutter"}, {'D', "distorted"}, {'L', "low light"}};
  return kScenes;
}

const std::map<char, std::string>& phones() {
  static const std::map<char, std::string> kPhones = {{'A', "A (iPhone 5)"},
                                                      {'S', "S (Galaxy S3)"},
                                                      {'G', "G (Galaxy S10)"},
                                                      {'X', "X (iPhone XS Max)"}};
  return kPhones;
}

/// MIDV-2019's scenes go with its own cameras, so that "XX" and a folder "DA" mean nothing.
bool is_known(const std::string& condition) {
  if (condition.size() != 2 || !scenes().contains(condition[0]) || !phones().contains(condition[1]))
    return false;
  const bool of_2019 = condition[0] == 'D' || condition[0] == 'L';
  return of_2019 == (condition[1] == 'G' || condition[1] == 'X');
}

}  // namespace

std::string scene_of(const std::string& condition) {
  return is_known(condition) ? scenes().at(condition[0]) : std::string();
}

std::string phone_of(const std::string& condition) {
  return is_known(condition) ? phones().at(condition[1]) : std::string();
}

}  // namespace nibble
