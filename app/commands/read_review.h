#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands/read_arguments.h"
#include "app/report/review_page.h"
#include "app/support/read_inputs.h"
#include "app/support/read_pages.h"

namespace nibble {

/// The page of `nibble read --review`; does nothing where it is not asked for.
class Review {
 public:
  /// `array`: the results are an array also where there is one. Throws Error(usage | write_failed).
  Review(const ReadArguments& arguments, const std::vector<ReadInput>& inputs, bool array);

  /// What makes the parts of the page; none where no page is asked for.
  PagePart part() const;

  /// Adds a part. Throws Error(write_failed).
  void add(const std::string& part);

  /// Ends the page. Throws Error(write_failed).
  void finish();

 private:
  std::optional<ReviewPage> page_;
};

}  // namespace nibble
