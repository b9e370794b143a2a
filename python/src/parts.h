#pragma once

#include <nanobind/nanobind.h>

namespace nibble::python {

/// Each adds its classes to the module.
void bind_results(nanobind::module_& module);
void bind_document(nanobind::module_& module);
void bind_clip(nanobind::module_& module);
void bind_reader(nanobind::module_& module);

/// References to the elements of a vector that `owner` keeps alive.
template <typename T>
nanobind::list references(const std::vector<T>& items, nanobind::handle owner) {
  nanobind::list list;
  for (const T& item : items)
    list.append(nanobind::cast(&item, nanobind::rv_policy::reference_internal, owner));
  return list;
}

}  // namespace nibble::python
