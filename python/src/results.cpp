// What a document consists of, as read-only classes: each object is part of its document and keeps
// it alive.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "include/nibble/nibble.hpp"
#include "python/src/parts.h"

namespace nb = nanobind;

namespace nibble::python {
namespace {

using PointTuple = nb::typed<nb::tuple, double, double>;
using QuadTuple = nb::typed<nb::tuple, PointTuple, PointTuple, PointTuple, PointTuple>;

QuadTuple quad_tuple(const Quad& quad) {
  const auto point = [](const Point& p) { return nb::make_tuple(p.x, p.y); };
  return nb::borrow<QuadTuple>(
      nb::make_tuple(point(quad[0]), point(quad[1]), point(quad[2]), point(quad[3])));
}

template <typename T>
using ListOf = nb::typed<nb::list, T>;

/// A property that lists a vector's elements by reference.
template <typename Class, typename T>
auto listed(std::vector<T> Class::*member) {
  return [member](nb::handle self) {
    return nb::borrow<ListOf<T>>(references(nb::cast<const Class&>(self).*member, self));
  };
}

std::string short_text(const TextLine& line) {
  const nb::object text = nb::cast(line.text);
  return nb::cast<std::string>(nb::repr(text)) + ", " + decision_name(line.decision);
}

void bind_characters(nb::module_& module) {
  nb::class_<Alternative>(module, "Alternative", "Another character that could stand at a place.")
      .def_ro("text", &Alternative::text, "One character; empty for \"no character here\".")
      .def_ro("confidence", &Alternative::confidence, "Probability, 0 to 1.");
  nb::class_<TextChar>(module, "Char", "One character as the network read it, before any rule.")
      .def_ro("text", &TextChar::text, "One character.")
      .def_ro("confidence", &TextChar::confidence, "Probability, 0 to 1.")
      .def_prop_ro(
          "quad", [](const TextChar& c) { return quad_tuple(c.quad); },
          "Corners in the picture in pixels, as high as the line.")
      .def_prop_ro("alternatives", listed(&TextChar::alternatives),
                   "Others, best first, at most as many as the reader's `alternatives`.");
  nb::class_<RuleChange>(module, "Change", "A character that a rule changed.")
      .def_ro("position", &RuleChange::position, "In `raw`, in characters, from 0.")
      .def_ro("old", &RuleChange::from, "What was read; empty where nothing was.")
      .def_ro("new", &RuleChange::to, "What it became; empty where it is no character.")
      .def_ro("cost", &RuleChange::cost,
              "log(probability as read / probability of the change), or a fixed price.");
  nb::class_<RuleCheck>(module, "Check", "What a rule says of a field.")
      .def_ro("rule", &RuleCheck::rule, "E.g. \"date:dd.mm.yyyy\" or \"alphabet\".")
      .def_ro("ok", &RuleCheck::ok, "Whether the text, as changed, is what the rule asks for.")
      .def_prop_ro("changes", listed(&RuleCheck::changes), "What it changed.");
}

void bind_lines(nb::module_& module) {
  nb::class_<TextLine>(module, "Text", "A text that was read: what fields and lines share.")
      .def_ro("text", &TextLine::text, "After rules.")
      .def_ro("raw", &TextLine::raw, "Before rules.")
      .def_ro("confidence", &TextLine::confidence,
              "Probability that `text` is right, 0 to 1; the network's own without a calibration.")
      .def_ro("network_confidence", &TextLine::network_confidence,
              "The network's own, of `raw`, 0 to 1.")
      .def_prop_ro(
          "decision", [](const TextLine& line) { return decision_name(line.decision); },
          nb::sig("def decision(self) -> typing.Literal['accept', 'review', 'reject']"),
          "What to do with it: \"accept\", \"review\" or \"reject\".")
      .def_prop_ro(
          "quad", [](const TextLine& line) { return quad_tuple(line.quad); },
          "Corners in the picture in pixels: top left of the text, top right, bottom right, "
          "bottom left.")
      .def_prop_ro("chars", listed(&TextLine::chars), "The characters of `raw`.")
      .def_prop_ro("checks", listed(&TextLine::checks), "What the rules say, in their order.")
      .def_ro("ms", &TextLine::ms, "Milliseconds that reading it took.");
  nb::class_<FoundLine, TextLine>(module, "Line", "A line of text that was found on the picture.")
      .def_ro("field", &FoundLine::field, "Name of the field that it became; empty for none.")
      .def("__repr__", [](const FoundLine& line) { return "<Line " + short_text(line) + ">"; });
  nb::class_<Field, TextLine>(module, "Field", "A text with a name and a meaning.")
      .def_ro("name", &Field::name, "The template's, or a standard name: surname, birth_date, ...")
      .def_ro("kind", &Field::kind, "date, docnum, latin, mrz, text or other; empty when unknown.")
      .def_ro("value", &Field::value,
              "What the text means: an ISO date; the text itself for other kinds.")
      .def_ro("caption", &Field::caption,
              "Without a template: the print that named it; empty for none.")
      .def_ro("source", &Field::source,
              "Without a template: caption, number, zone or form; else empty.")
      .def("__repr__", [](const Field& field) {
        return "<Field " + field.name + " " + short_text(field) + ">";
      });
}

void bind_zone(nb::module_& module) {
  nb::class_<Zone::Check>(module, "ZoneCheck", "A check digit.")
      .def_ro("name", &Zone::Check::name, "Of the element, or \"composite\".")
      .def_ro("ok", &Zone::Check::ok)
      .def_prop_ro("found", [](const Zone::Check& check) { return std::string(1, check.found); })
      .def_prop_ro("expected",
                   [](const Zone::Check& check) { return std::string(1, check.expected); });
  nb::class_<Zone>(module, "Zone", "A machine readable zone (ICAO Doc 9303 and its relatives).")
      .def_ro("format", &Zone::format, "\"TD1\", \"TD2\", \"TD3\", \"MRV-A\", ...")
      .def_ro("lines", &Zone::lines, "Its lines as corrected.")
      .def_ro("valid", &Zone::valid,
              "All check digits match, all days exist, no character is in doubt.")
      .def_prop_ro(
          "fields",
          [](const Zone& zone) {
            nb::dict fields;
            for (const Zone::Element& element : zone.elements)
              fields[element.name.c_str()] = nb::cast(element.value);
            return nb::borrow<nb::typed<nb::dict, nb::str, nb::str>>(fields);
          },
          "Values by name (document_number, surname, birth_date, ...): without fillers, dates "
          "in ISO form.")
      .def_prop_ro("checks", listed(&Zone::checks), "The check digits.")
      .def_ro("warnings", &Zone::warnings)
      .def("__repr__", [](const Zone& zone) {
        return "<Zone " + zone.format + (zone.valid ? ", valid>" : ", in doubt>");
      });
}

}  // namespace

void bind_results(nb::module_& module) {
  bind_characters(module);
  bind_lines(module);
  bind_zone(module);
  nb::class_<Placement>(module, "Placement", "Where the document is in the picture.")
      .def_ro("kind", &Placement::kind, "Name of the template; empty without one.")
      .def_prop_ro(
          "quad", [](const Placement& placement) { return quad_tuple(placement.quad); },
          "Corners in the picture in pixels: top left, top right, bottom right, bottom left.")
      .def_ro("confidence", &Placement::confidence, "That it is there, 0 to 1.")
      .def_prop_ro(
          "source",
          [](const Placement& placement) { return placement_source_name(placement.source); },
          nb::sig("def source(self) -> typing.Literal['given', 'located', 'whole']"),
          "Whether the corners were given, located, or are the whole picture's.")
      .def_ro("width", &Placement::width, "Of the upright document, in pixels.")
      .def_ro("height", &Placement::height, "Of the upright document, in pixels.");
  nb::class_<Timing>(module, "Timing", "Milliseconds of the stages.")
      .def_ro("decode", &Timing::decode)
      .def_ro("locate", &Timing::locate)
      .def_ro("rectify", &Timing::rectify)
      .def_ro("read", &Timing::read)
      .def_ro("total", &Timing::total);
  nb::class_<ReaderInfo>(module, "ReaderInfo", "What reads.")
      .def_ro("model", &ReaderInfo::model, "Name of the model, e.g. \"nibble-int4\".")
      .def_ro("precision", &ReaderInfo::precision, "f32, int8 or int4.")
      .def_ro("isa", &ReaderInfo::isa,
              "The instruction set that runs, as `nibble doctor` names it.")
      .def_ro("digest", &ReaderInfo::digest, "Of the model, \"sha256:...\".")
      .def_ro("calibrated", &ReaderInfo::calibrated,
              "Else confidences are the network's own and nothing is accepted.")
      .def_ro("accept", &ReaderInfo::accept, "Least confidence of an accepted field, 0 to 1.")
      .def_ro("review", &ReaderInfo::review, "Least confidence of one not rejected, 0 to 1.")
      .def_ro("error_rate", &ReaderInfo::error_rate,
              "Stated: at most this share of accepted fields is wrong.")
      .def_ro("note", &ReaderInfo::note, "Why it is not calibrated; else empty.");
}

}  // namespace nibble::python
