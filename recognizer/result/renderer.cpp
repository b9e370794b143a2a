#include <utility>

#include "recognizer/base/text.h"
#include "recognizer/result/renderers.h"

namespace nibble {

std::unique_ptr<Renderer> make_renderer(const std::string& format, Sink sink,
                                        const RenderOptions& options) {
  return make_form_renderer(format, std::move(sink), {options});
}

std::unique_ptr<Renderer> make_form_renderer(const std::string& format, Sink sink,
                                             const RenderForm& form) {
  if (format == "text") return make_text_renderer(std::move(sink), form);
  if (format == "zone") return make_zone_renderer(std::move(sink), form);
  if (format == "json") return make_json_renderer(std::move(sink), form);
  if (format == "jsonl") return make_json_lines_renderer(std::move(sink));
  if (format == "tsv") return make_tsv_renderer(std::move(sink));
  if (format == "csv") return make_csv_renderer(std::move(sink), form);
  if (format == "hocr") return make_hocr_renderer(std::move(sink));
  if (format == "alto") return make_alto_renderer(std::move(sink));
  throw Error(ErrorCode::usage, "format " + printable_path(format) +
                                    ": there are text, json, jsonl, tsv, csv, hocr and alto");
}

}  // namespace nibble
