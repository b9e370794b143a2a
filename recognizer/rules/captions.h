#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

/// The name of captions that say what no standard field holds: a signature, say.
inline constexpr const char* kOtherCaption = "other";

/// The name of the title of a driving licence.
inline constexpr const char* kLicenceTitle = "licence";

/// That of the title of a passport.
inline constexpr const char* kPassportTitle = "passport";

/// That of the titles of other documents.
inline constexpr const char* kDocumentTitle = "title";

/// How well a print matches a caption.
struct CaptionMatch {
  std::string name;  ///< of the field, or kOtherCaption
  int letters = 0;   ///< of the caption
  int edits = 0;     ///< letters that are others, missing or too many
  bool sure =
      false;  ///< few edits for its length; else it needs another caption that says the same
};

/// What documents print beside their fields, in many languages (data/captions/README.md).
/// Immutable: any number of threads may share one.
class CaptionDictionary {
 public:
  /// Parses a table: field, language, captions parted by "|". `name` stands in messages. Throws
  /// Error(bad_template) for a row that has not three cells, for a field that has no standard name
  /// and for a caption that two fields have.
  CaptionDictionary(std::string_view table, const std::string& name);

  /// The one that is compiled into the library.
  static const CaptionDictionary& shipped();

  /// The caption that a print stands for, misread letters allowed: as many as its length bears, if
  /// no caption of another field is about as near.
  std::optional<CaptionMatch> find(std::string_view print) const;

  std::size_t size() const { return entries_.size(); }

 private:
  /// A print that is the beginning or the end of captions of one field, at least half of them: the
  /// rest was not found. Never sure.
  std::optional<CaptionMatch> find_part(const std::string& key) const;

  struct Entry {
    std::string key;
    std::uint32_t letters = 0;  ///< a bit each
    std::size_t name = 0;       ///< index in names_
  };
  std::vector<std::string> names_;
  std::vector<Entry> entries_;           ///< by length of their keys
  std::vector<std::size_t> first_long_;  ///< first entry with a key of this length or longer
};

/// The letters by which captions are compared: capitals without diacritics, those that print alike
/// as one; what is no letter (spaces, dots, slashes) is left out.
std::string caption_key(std::string_view print);

/// Whether this is the name of titles of documents, which have no values.
bool is_title(std::string_view name);

/// Whether a field may have this name without a template: document_number, surname, ...
bool is_standard_field(std::string_view name);

}  // namespace nibble
