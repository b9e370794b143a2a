#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "python/src/parts.h"
#include "python/src/picture.h"
#include "python/src/released_lock.h"

namespace nb = nanobind;

namespace nibble::python {
namespace {

nb::object zone_or_none(nb::handle self) {
  const auto& zone = nb::cast<const Document&>(self).zone;
  if (!zone) return nb::none();
  return nb::cast(&*zone, nb::rv_policy::reference_internal, self);
}

nb::object placement_or_none(nb::handle self) {
  const auto& placement = nb::cast<const Document&>(self).placement;
  if (!placement) return nb::none();
  return nb::cast(&*placement, nb::rv_policy::reference_internal, self);
}

template <typename T>
auto listed(std::vector<T> Document::*member) {
  return [member](nb::handle self) {
    return nb::borrow<nb::typed<nb::list, T>>(
        references(nb::cast<const Document&>(self).*member, self));
  };
}

nb::bytes bytes_of(const std::string& text) { return nb::bytes(text.data(), text.size()); }

/// Draws while other threads go on.
template <typename Draw>
ColorArray drawn(Draw draw) {
  std::optional<Picture> picture;
  {
    const ReleasedLock released;
    picture = draw();
  }
  return to_array(std::move(*picture));
}

ColorArray annotate_array(const Document& document, const PixelArray& array) {
  return drawn([&] { return annotate(ArrayPicture(array).view(), document); });
}

ColorArray annotate_file(const Document& document, const FileSource& file, const Limits& limits) {
  return drawn([&] {
    const Picture page = load_picture(file, document.page, limits);
    return annotate(page.view(), document);
  });
}

Document failed_document(const nb::bytes& path, const std::string& code,
                         const std::string& message) {
  Document document;
  document.status = Document::Status::error;
  document.path.assign(path.c_str(), path.size());
  document.message = message;
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal_error); ++i) {
    if (code == error_code_name(static_cast<ErrorCode>(i)))
      document.error = static_cast<ErrorCode>(i);
  }
  return document;
}

}  // namespace

void bind_document(nb::module_& module) {
  nb::class_<Document>(module, "Document", "All that was read on one picture.")
      .def_prop_ro("ok", &Document::ok)
      .def_prop_ro("code", [](const Document& d) { return error_code_name(d.error); })
      .def_ro("message", &Document::message)
      .def_prop_ro("path", [](const Document& d) { return bytes_of(d.path); })
      .def_ro("page", &Document::page)
      .def_ro("width", &Document::width)
      .def_ro("height", &Document::height)
      .def_prop_ro("placement", placement_or_none,
                   nb::sig("def placement(self) -> Placement | None"))
      .def_prop_ro("fields", listed(&Document::fields))
      .def_prop_ro("zone", zone_or_none, nb::sig("def zone(self) -> Zone | None"))
      .def_prop_ro("more_zones", listed(&Document::more_zones))
      .def_prop_ro("lines", listed(&Document::lines))
      .def_ro("warnings", &Document::warnings)
      .def_ro("timing", &Document::timing)
      .def("to_json", &to_json, nb::arg("indent"))
      .def("annotate_array", &annotate_array, nb::arg("pixels").noconvert())
      .def("annotate_file", &annotate_file, nb::arg("file"), nb::arg("limits"));
  module.def("failed_document", &failed_document, nb::arg("path"), nb::arg("code"),
             nb::arg("message"));
}

}  // namespace nibble::python
