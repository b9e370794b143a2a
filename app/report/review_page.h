#pragma once

#include <string>

#include "app/support/output_file.h"

namespace nibble {

/// What a page for review gives back when it is saved.
struct ReviewForm {
  bool lines = false;  ///< JSON lines, one object a page; else JSON
  bool array = false;  ///< JSON: an array, also of a page that is alone
};

/// The page of `nibble read --review`, for the person who checks: one file that fetches nothing and
/// sends nothing, written piece by piece and, when it is complete, under its name.
class ReviewPage {
 public:
  /// Throws Error(write_failed).
  ReviewPage(const std::string& path, const ReviewForm& form);

  /// Adds what review_part() made of a page. Throws Error(write_failed).
  void add(const std::string& part) { out_.write(part); }

  /// Ends the page and gives the file its name. Throws Error(write_failed).
  void finish();

 private:
  OutputFile out_;
};

}  // namespace nibble
