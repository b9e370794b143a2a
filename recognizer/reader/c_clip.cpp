#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "recognizer/reader/c_support.h"

struct nibble_clip {
  nibble::Clip clip;
};

namespace {

using nibble::guarded;
using nibble::needed;

nibble::ClipOptions clip_options_of(const nibble_clip_options* given) {
  nibble::ClipOptions options;
  if (given == nullptr) return options;
  const nibble_clip_options known =
      nibble::from_caller(given, nibble_clip_options{}, "nibble_clip_options");
  if (known.cost != 0) options.stop.cost = known.cost;
  if (known.min_frames != 0) options.stop.min_frames = known.min_frames;
  options.stop.max_frames = known.max_frames;
  if (known.most_used != 0) options.most_used = known.most_used;
  if (known.min_sharpness != 0) options.min_sharpness = known.min_sharpness;
  if (known.min_sharpness < 0) options.min_sharpness = 0;
  return options;
}

nibble_frame_use use_of(nibble::ClipFrame::Use use) {
  using Use = nibble::ClipFrame::Use;
  switch (use) {
    case Use::used: return NIBBLE_FRAME_USED;
    case Use::unreadable: return NIBBLE_FRAME_UNREADABLE;
    case Use::no_document: return NIBBLE_FRAME_NO_DOCUMENT;
    case Use::another_document: return NIBBLE_FRAME_ANOTHER_DOCUMENT;
    case Use::surplus: return NIBBLE_FRAME_SURPLUS;
    case Use::failed: break;
  }
  return NIBBLE_FRAME_FAILED;
}

nibble_frame c_frame(const nibble::ClipFrame& from) {
  nibble_frame to{};
  to.use = use_of(from.use);
  to.reason = from.reason.c_str();
  to.path = from.path.c_str();
  to.page = from.page;
  to.sharpness = from.quality.sharpness;
  to.glare = from.quality.glare;
  to.cut_off = from.quality.cut_off;
  return to;
}

}  // namespace

nibble_code nibble_clip_new(const nibble_reader* reader, const nibble_request* request,
                            const nibble_clip_options* options, nibble_clip** clip) {
  return guarded([&] {
    needed(clip, "clip") = nullptr;
    *clip =
        new nibble_clip{needed(reader, "reader")
                            .reader.clip(nibble::request_of(request), clip_options_of(options))};
    return NIBBLE_OK;
  });
}

void nibble_clip_free(nibble_clip* clip) { const std::unique_ptr<nibble_clip> owned(clip); }

nibble_code nibble_clip_add(nibble_clip* clip, const nibble_image* image, const char* name) {
  return guarded([&] {
    needed(clip, "clip").clip.add(nibble::view_of(image), name == nullptr ? "" : name);
    return NIBBLE_OK;
  });
}

nibble_code nibble_clip_add_file(nibble_clip* clip, const char* path, int until_enough) {
  return guarded([&] {
    nibble::Clip& frames = needed(clip, "clip").clip;
    frames.add_file({&needed(path, "path"), {}}, [&](const nibble::ClipFrame&) {
      return until_enough == 0 || !frames.enough();
    });
    return NIBBLE_OK;
  });
}

nibble_code nibble_clip_add_bytes(nibble_clip* clip, const void* bytes, size_t byte_count,
                                  const char* name) {
  return guarded([&] {
    if (bytes == nullptr || byte_count == 0) throw nibble::usage_error("there are no bytes");
    const auto* begin = static_cast<const std::uint8_t*>(bytes);
    needed(clip, "clip").clip.add_file({&needed(name, "name"), {begin, begin + byte_count}});
    return NIBBLE_OK;
  });
}

nibble_code nibble_clip_enough(const nibble_clip* clip, int* enough) {
  return guarded([&] {
    needed(enough, "enough") = needed(clip, "clip").clip.enough() ? 1 : 0;
    return NIBBLE_OK;
  });
}

nibble_code nibble_clip_result(const nibble_clip* clip, nibble_document** document) {
  return guarded([&] {
    needed(document, "document") = nullptr;
    *document = new nibble_document{needed(clip, "clip").clip.result(), nullptr};
    return NIBBLE_OK;
  });
}

nibble_code nibble_document_frame(const nibble_document* document, size_t index,
                                  nibble_frame* frame) {
  return guarded([&] {
    const auto& frames = needed(document, "document").document.frames;
    if (index >= frames.size())
      return nibble::fail(NIBBLE_NO_SUCH_ITEM,
                          "there are " + std::to_string(frames.size()) + " frames");
    return nibble::to_caller(c_frame(frames[index]), frame, "nibble_frame");
  });
}

nibble_code nibble_field_said(const nibble_field* field, size_t index, size_t* frame,
                              const char** text, double* confidence) {
  return guarded([&] {
    const void* item = nibble::from_caller(field, nibble_field{}, "nibble_field").item;
    const auto& said = needed(static_cast<const nibble::TextLine*>(item), "field.item").said;
    if (index >= said.size())
      return nibble::fail(NIBBLE_NO_SUCH_ITEM,
                          std::to_string(said.size()) + " frames say something");
    if (frame != nullptr) *frame = static_cast<size_t>(said[index].frame);
    if (text != nullptr) *text = said[index].text.c_str();
    if (confidence != nullptr) *confidence = said[index].confidence;
    return NIBBLE_OK;
  });
}
