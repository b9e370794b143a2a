#include "app/eval/eval_crops.h"

#include <filesystem>

#include "app/support/output_file.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"
#include "recognizer/line/read_fields.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

// A data set's names must not lead out of the folder.
void check_name(const std::string& name) {
  if (!name.empty() && name != "." && name != ".." &&
      name.find_first_of(std::string("/\\\0", 3)) == std::string::npos)
    return;
  throw Error(ErrorCode::write_failed, "--crops: the field \"" + printable_path(name) +
                                           "\" has a name that cannot be a file's");
}

}  // namespace

void prepare_crops(const std::string& folder) {
  if (!folder.empty()) make_folder(folder);
}

void write_crops(const EvalFrame& frame, const Page& page, const std::vector<FieldSpec>& fields,
                 double margin, const std::string& folder) {
  const fs::path frame_folder = fs::path(folder) / frame.type / frame.frame.id;
  make_folder(frame_folder.string());
  ReadOptions options;
  options.margin = margin;
  for (const FieldCrop& crop : crop_fields(page, fields, margin)) {
    check_name(crop.field.name);
    const LineImage line = field_line(page, crop.field, options);
    save_image(crop.image, (frame_folder / (crop.field.name + ".png")).string());
    save_image(Image{line.width, kLineHeight, 1, line.pixels},
               (frame_folder / (crop.field.name + "_line.png")).string());
  }
}

}  // namespace nibble
