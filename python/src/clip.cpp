#include <nanobind/stl/string.h>

#include <optional>

#include "include/nibble/nibble.hpp"
#include "python/src/parts.h"
#include "python/src/picture.h"
#include "python/src/released_lock.h"

namespace nb = nanobind;

namespace nibble::python {
namespace {

/// Each page or picture of a stream is a frame; `stop`: no more of them once they are enough.
void add_file(Clip& clip, const FileSource& file, bool stop) {
  const ReleasedLock released;
  clip.add_file(file, [&](const ClipFrame&) {
    check_signals();
    return !stop || !clip.enough();
  });
}

void add_array(Clip& clip, const PixelArray& array) {
  const ReleasedLock released;
  clip.add(ArrayPicture(array).view());
}

}  // namespace

void bind_clip(nb::module_& module) {
  nb::class_<Clip>(module, "Clip")
      .def("add_file", &add_file, nb::arg("file"), nb::arg("stop"))
      .def("add_array", &add_array, nb::arg("pixels").noconvert())
      .def("enough",
           [](const Clip& clip) {
             const ReleasedLock released;
             return clip.enough();
           })
      .def("result", [](const Clip& clip) {
        const ReleasedLock released;
        return clip.result();
      });
}

}  // namespace nibble::python
