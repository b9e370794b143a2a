// The part of the Python package that speaks with the library. What users see is
// python/nibble/*.py.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <exception>

#include "include/nibble/nibble.hpp"
#include "python/src/parts.h"
#include "python/src/released_lock.h"

namespace nb = nanobind;

namespace {

/// nibble::Error becomes nibble.Error(message, code).
void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const nibble::Error& error) {
    const nb::object type = nb::module_::import_("nibble._error").attr("Error");
    const nb::object value = type(error.what(), nibble::error_code_name(error.code()));
    PyErr_SetObject(type.ptr(), value.ptr());
  }
}

}  // namespace

NB_MODULE(_core, module) {
  nb::set_leak_warnings(false);  // threads that the interpreter's end stops keep what they hold
  nb::register_exception_translator(translate);
  module.def("version", &nibble::version);
  module.def("data_folder", &nibble::data_folder);
  module.def("finish_work", &nibble::python::finish_work);
  module.def("forget_work", &nibble::python::forget_work);
  nibble::python::bind_results(module);
  nibble::python::bind_document(module);
  nibble::python::bind_clip(module);
  nibble::python::bind_reader(module);
}
