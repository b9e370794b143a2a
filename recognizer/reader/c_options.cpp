#include <cstdint>

#include "recognizer/reader/c_support.h"

namespace nibble {
namespace {

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

FileSource file_of(const nibble_file& file) {
  FileSource source{text_or_empty(file.path), {}};
  if (file.bytes == nullptr) return source;
  if (file.byte_count == 0) throw usage_error("a file in memory has no bytes");
  const auto* bytes = static_cast<const std::uint8_t*>(file.bytes);
  source.bytes.assign(bytes, bytes + file.byte_count);
  return source;
}

ReaderOptions::Precision precision_of(const char* name) {
  using Precision = ReaderOptions::Precision;
  const std::string text = name == nullptr ? "int4" : name;
  if (text == "f32") return Precision::f32;
  if (text == "int8") return Precision::int8;
  if (text == "int4") return Precision::int4;
  throw usage_error("precision " + text + ": is not one of f32, int8, int4");
}

nibble_options default_options() {
  const ReaderOptions defaults;
  nibble_options options{};
  options.size = sizeof options;
  options.precision = "int4";
  options.device = "cpu";
  options.calibrate = defaults.calibrate ? 1 : 0;
  options.winograd = defaults.winograd ? 1 : 0;
  options.rules = defaults.rules ? 1 : 0;
  options.threads = defaults.threads;
  options.alternatives = defaults.alternatives;
  options.beam = defaults.beam;
  options.margin = defaults.margin;
  options.max_pixels = defaults.limits.max_pixels;
  options.max_bytes = defaults.limits.max_bytes;
  options.max_side = defaults.limits.max_side;
  options.max_pages = defaults.limits.max_pages;
  return options;
}

}  // namespace

ReaderOptions options_of(const nibble_options* caller) {
  const nibble_options given = caller == nullptr
                                   ? default_options()
                                   : from_caller(caller, default_options(), "nibble_options");
  ReaderOptions options;
  options.precision = precision_of(given.precision);
  options.model = file_of(given.model);
  options.calibration = file_of(given.calibration);
  options.finder = file_of(given.finder);
  options.calibrate = given.calibrate != 0;
  options.data_folder = text_or_empty(given.data_folder);
  options.template_folder = text_or_empty(given.template_folder);
  for (std::size_t i = 0; i < given.template_count; ++i) {
    const nibble_template& kind = (&needed(given.templates, "templates"))[i];
    options.templates.push_back({file_of(kind.document), file_of(kind.picture)});
  }
  options.isa = text_or_empty(given.isa);
  options.winograd = given.winograd != 0;
  options.device = given.device == nullptr ? "cpu" : given.device;
  options.threads = given.threads;
  options.rules = given.rules != 0;
  options.alternatives = given.alternatives;
  options.margin = given.margin;
  options.beam = given.beam;
  options.limits.max_pixels = given.max_pixels;
  options.limits.max_bytes = given.max_bytes;
  options.limits.max_side = given.max_side;
  options.limits.max_pages = given.max_pages;
  return options;
}

namespace {

Request::Type type_of(int type) {
  switch (type) {
    case NIBBLE_AUTOMATIC: return Request::Type::automatic;
    case NIBBLE_KIND: return Request::Type::kind;
    case NIBBLE_ZONE: return Request::Type::zone;
    case NIBBLE_TEXT: return Request::Type::text;
    case NIBBLE_LINE: return Request::Type::line;
  }
  throw usage_error("request.type is not one of NIBBLE_AUTOMATIC to NIBBLE_LINE");
}

}  // namespace

Request request_of(const nibble_request* given) {
  Request request;
  if (given == nullptr) return request;
  const nibble_request known = from_caller(given, nibble_request{}, "nibble_request");
  request.type = type_of(known.type);
  request.kind = text_or_empty(known.kind);
  if (known.quad != nullptr) {
    Quad& quad = request.quad.emplace();
    for (std::size_t i = 0; i < quad.size(); ++i)
      quad[i] = {known.quad[2 * i], known.quad[2 * i + 1]};
  }
  for (std::size_t i = 0; i < known.field_count; ++i)
    request.fields.emplace_back(&needed((&needed(known.fields, "fields"))[i], "a field's name"));
  request.locate_only = known.locate_only != 0;
  return request;
}

ImageView view_of(const nibble_image* given) {
  const nibble_image image = from_caller(given, nibble_image{}, "nibble_image");
  ImageView view{image.pixels, image.width, image.height, image.stride};
  switch (image.format) {
    case NIBBLE_GREY8: view.format = PixelFormat::grey8; return view;
    case NIBBLE_RGB8: view.format = PixelFormat::rgb8; return view;
    case NIBBLE_BGR8: view.format = PixelFormat::bgr8; return view;
    case NIBBLE_RGBA8: view.format = PixelFormat::rgba8; return view;
    case NIBBLE_BGRA8: view.format = PixelFormat::bgra8; return view;
  }
  throw usage_error("image.format is not one of NIBBLE_GREY8 to NIBBLE_BGRA8");
}

}  // namespace nibble

nibble_code nibble_options_init(nibble_options* options, size_t size) {
  return nibble::guarded([&] {
    nibble::needed(options, "options").size = size;
    nibble::caller_size(options, "nibble_options");
    std::memset(options, 0, size);
    options->size = size;
    return nibble::to_caller(nibble::default_options(), options, "nibble_options");
  });
}
