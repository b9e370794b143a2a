#include "app/commands/read_review.h"

#include "app/report/review_part.h"
#include "app/support/artifacts.h"
#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {

Review::Review(const ReadArguments& arguments, const std::vector<ReadInput>& inputs, bool array) {
  const std::string& path = arguments.review;
  if (path.empty()) return;
  check_output(path, inputs, "--review");
  if (!arguments.output.empty() && is_same_entry(path, arguments.output))
    throw Error(ErrorCode::usage,
                "--review " + printable_path(path) +
                    ": the results (-o) would be written over it; give another name");
  page_.emplace(path, ReviewForm{arguments.format == "jsonl", array});
}

PagePart Review::part() const {
  if (!page_) return {};
  return review_part;
}

void Review::add(const std::string& part) {
  if (page_) page_->add(part);
}

void Review::finish() {
  if (page_) page_->finish();
}

}  // namespace nibble
