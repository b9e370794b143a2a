#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "python/src/parts.h"
#include "python/src/picture.h"
#include "python/src/released_lock.h"

namespace nb = nanobind;

namespace nibble::python {
namespace {

using Corners = std::array<std::pair<double, double>, 4>;

ReaderOptions::Precision precision_of(const std::string& name) {
  using Precision = ReaderOptions::Precision;
  if (name == "f32") return Precision::f32;
  if (name == "int8") return Precision::int8;
  if (name == "int4") return Precision::int4;
  throw Error(ErrorCode::usage, "precision " + name + ": is not one of f32, int8, int4");
}

std::string text_of(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

/// A path is bytes, as the system has it.
FileSource file_source(const nb::bytes& path, const nb::bytes& content) {
  const auto* begin = static_cast<const std::uint8_t*>(content.data());
  return {text_of(path), {begin, begin + content.size()}};
}

void bind_options(nb::module_& module) {
  nb::class_<FileSource>(module, "FileSource")
      .def(nb::new_(&file_source), nb::arg("path"), nb::arg("content"));
  nb::class_<Limits>(module, "Limits")
      .def(nb::init<>())
      .def_rw("max_pixels", &Limits::max_pixels)
      .def_rw("max_side", &Limits::max_side)
      .def_rw("max_pages", &Limits::max_pages)
      .def_rw("max_bytes", &Limits::max_bytes);
  nb::class_<ReaderOptions>(module, "ReaderOptions")
      .def(nb::init<>())
      .def("set_precision",
           [](ReaderOptions& o, const std::string& name) { o.precision = precision_of(name); })
      .def("set_data_folder",
           [](ReaderOptions& o, const nb::bytes& path) { o.data_folder = text_of(path); })
      .def("set_template_folder",
           [](ReaderOptions& o, const nb::bytes& path) { o.template_folder = text_of(path); })
      .def("add_template",
           [](ReaderOptions& o, const FileSource& document, const FileSource& picture) {
             o.templates.push_back({document, picture});
           })
      .def_rw("model", &ReaderOptions::model)
      .def_rw("calibration", &ReaderOptions::calibration)
      .def_rw("calibrate", &ReaderOptions::calibrate)
      .def_rw("finder", &ReaderOptions::finder)
      .def_rw("isa", &ReaderOptions::isa)
      .def_rw("winograd", &ReaderOptions::winograd)
      .def_rw("device", &ReaderOptions::device)
      .def_rw("threads", &ReaderOptions::threads)
      .def_rw("rules", &ReaderOptions::rules)
      .def_rw("alternatives", &ReaderOptions::alternatives)
      .def_rw("margin", &ReaderOptions::margin)
      .def_rw("beam", &ReaderOptions::beam)
      .def_rw("limits", &ReaderOptions::limits);
}

void bind_request(nb::module_& module) {
  nb::enum_<Request::Type>(module, "RequestType")
      .value("automatic", Request::Type::automatic)
      .value("kind", Request::Type::kind)
      .value("zone", Request::Type::zone)
      .value("text", Request::Type::text)
      .value("line", Request::Type::line);
  nb::class_<Request>(module, "Request")
      .def(nb::init<>())
      .def_rw("type", &Request::type)
      .def_rw("kind", &Request::kind)
      .def("set_quad",
           [](Request& request, const Corners& corners) {
             Quad quad;
             for (std::size_t i = 0; i < quad.size(); ++i)
               quad[i] = {corners[i].first, corners[i].second};
             request.quad = quad;
             request.quad_name = "quad";
           })
      .def_rw("fields", &Request::fields)
      .def_rw("page", &Request::page)
      .def_rw("locate_only", &Request::locate_only);
}

std::vector<Document> read_pages(const Reader& reader, const FileSource& file,
                                 const Request& request, std::size_t most) {
  std::vector<Document> documents;
  const ReleasedLock released;
  reader.read_pages(file, request, [&](const ImageView&, Document&& document) {
    documents.push_back(std::move(document));
    check_signals();
    return documents.size() < most;
  });
  return documents;
}

Clip make_clip(const Reader& reader, const Request& request, double cost, int max_frames) {
  const ReleasedLock released;
  ClipOptions options;
  options.stop.cost = cost;
  options.stop.max_frames = max_frames;
  return reader.clip(request, options);
}

Document read_array(const Reader& reader, const PixelArray& array, const Request& request) {
  const ReleasedLock released;
  return reader.read(ArrayPicture(array).view(), request);
}

}  // namespace

void bind_reader(nb::module_& module) {
  bind_options(module);
  bind_request(module);
  nb::class_<Reader>(module, "Reader")
      .def(
          "__init__",
          [](Reader* self, const ReaderOptions& options) {
            const ReleasedLock released;
            new (self) Reader(options);
          },
          nb::arg("options"))
      .def(
          "prepare",
          [](const Reader& reader, const Request& request) {
            const ReleasedLock released;
            reader.prepare(request);
          },
          nb::arg("request"))
      .def_prop_ro("info", &Reader::info)
      .def("read_pages", &read_pages, nb::arg("file"), nb::arg("request"), nb::arg("most"))
      .def("clip", &make_clip, nb::arg("request"), nb::arg("cost"), nb::arg("max_frames"))
      .def("read_array", &read_array, nb::arg("pixels").noconvert(), nb::arg("request"));
}

}  // namespace nibble::python
