#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recognizer/reader/c_support.h"

namespace {

using nibble::guarded;
using nibble::needed;
using nibble::to_caller;

void copy_quad(const nibble::Quad& quad, double* numbers) {
  for (std::size_t i = 0; i < quad.size(); ++i) {
    numbers[2 * i] = quad[i].x;
    numbers[2 * i + 1] = quad[i].y;
  }
}

nibble_quad_source source_of(nibble::Placement::Source source) {
  switch (source) {
    case nibble::Placement::Source::given: return NIBBLE_QUAD_GIVEN;
    case nibble::Placement::Source::located: return NIBBLE_QUAD_LOCATED;
    case nibble::Placement::Source::whole: break;
  }
  return NIBBLE_QUAD_WHOLE;
}

nibble_decision decision_of(nibble::Decision decision) {
  switch (decision) {
    case nibble::Decision::accept: return NIBBLE_ACCEPT;
    case nibble::Decision::review: return NIBBLE_REVIEW;
    case nibble::Decision::reject: break;
  }
  return NIBBLE_REJECT;
}

nibble_field text_line(const nibble::TextLine& line) {
  nibble_field field{};
  field.name = field.kind = field.caption = field.source = "";
  field.text = field.value = line.text.c_str();
  field.raw = line.raw.c_str();
  field.confidence = line.confidence;
  field.network_confidence = line.network_confidence;
  field.decision = decision_of(line.decision);
  copy_quad(line.quad, field.quad);
  field.char_count = line.chars.size();
  field.rules_ok = 1;
  for (const nibble::RuleCheck& check : line.checks) {
    if (!check.ok) field.rules_ok = 0;
  }
  field.item = &line;
  return field;
}

nibble_field c_field(const nibble::Field& from) {
  nibble_field field = text_line(from);
  field.name = from.name.c_str();
  field.kind = from.kind.c_str();
  field.value = from.value.c_str();
  field.caption = from.caption.c_str();
  field.source = from.source.c_str();
  return field;
}

/// Calls `use` with an element of a list.
template <typename T, typename Use>
nibble_code with_item(const std::vector<T>& list, std::size_t index, const char* what, Use use) {
  if (index < list.size()) return use(list[index]);
  return nibble::fail(NIBBLE_NO_SUCH_ITEM, "there are " + std::to_string(list.size()) + " " + what);
}

const nibble::Zone& zone_of(const nibble_document* document) {
  static const nibble::Zone none;
  const auto& zone = needed(document, "document").document.zone;
  return zone ? *zone : none;
}

nibble_document_info whole_of(const nibble::Document& from) {
  nibble_document_info info{};
  info.status = from.ok() ? NIBBLE_OK : nibble::code_of(from.error);
  info.message = from.message.c_str();
  info.path = from.path.c_str();
  info.page = from.page;
  info.width = from.width;
  info.height = from.height;
  info.kind = "";
  if (from.placement) {
    info.quad_source = source_of(from.placement->source);
    copy_quad(from.placement->quad, info.quad);
    info.confidence = from.placement->confidence;
    info.kind = from.placement->kind.c_str();
  }
  info.field_count = from.fields.size();
  info.line_count = from.lines.size();
  info.warning_count = from.warnings.size();
  info.has_zone = from.zone ? 1 : 0;
  info.milliseconds = from.timing.total;
  return info;
}

}  // namespace

nibble_code nibble_document_get_info(const nibble_document* document, nibble_document_info* info) {
  return guarded([&] {
    return to_caller(whole_of(needed(document, "document").document), info, "nibble_document_info");
  });
}

nibble_code nibble_document_warning(const nibble_document* document, size_t index,
                                    const char** warning) {
  return guarded([&] {
    const nibble::Document& from = needed(document, "document").document;
    return with_item(from.warnings, index, "warnings", [&](const std::string& text) {
      needed(warning, "warning") = text.c_str();
      return NIBBLE_OK;
    });
  });
}

nibble_code nibble_document_field(const nibble_document* document, size_t index,
                                  nibble_field* field) {
  return guarded([&] {
    const nibble::Document& from = needed(document, "document").document;
    return with_item(from.fields, index, "fields", [&](const nibble::Field& item) {
      return to_caller(c_field(item), field, "nibble_field");
    });
  });
}

nibble_code nibble_document_find(const nibble_document* document, const char* name,
                                 nibble_field* field) {
  return guarded([&] {
    const std::string text = &needed(name, "name");
    const nibble::Field* found = needed(document, "document").document.field(text);
    if (found == nullptr)
      return nibble::fail(NIBBLE_NO_SUCH_ITEM, "the document has no field " + text);
    return to_caller(c_field(*found), field, "nibble_field");
  });
}

nibble_code nibble_document_line(const nibble_document* document, size_t index,
                                 nibble_field* line) {
  return guarded([&] {
    const nibble::Document& from = needed(document, "document").document;
    return with_item(from.lines, index, "lines", [&](const nibble::FoundLine& item) {
      nibble_field field = text_line(item);
      field.name = item.field.c_str();
      return to_caller(field, line, "nibble_field");
    });
  });
}

nibble_code nibble_field_char(const nibble_field* field, size_t index, nibble_char* character) {
  return guarded([&] {
    const void* item = nibble::from_caller(field, nibble_field{}, "nibble_field").item;
    const auto& line = needed(static_cast<const nibble::TextLine*>(item), "field.item");
    return with_item(line.chars, index, "characters", [&](const nibble::TextChar& from) {
      nibble_char to{};
      to.text = from.text.c_str();
      to.confidence = from.confidence;
      copy_quad(from.quad, to.quad);
      to.alternative_count = from.alternatives.size();
      to.item = &from;
      return to_caller(to, character, "nibble_char");
    });
  });
}

nibble_code nibble_char_alternative(const nibble_char* character, size_t index, const char** text,
                                    double* confidence) {
  return guarded([&] {
    const void* item = nibble::from_caller(character, nibble_char{}, "nibble_char").item;
    const auto& from = needed(static_cast<const nibble::TextChar*>(item), "character.item");
    return with_item(from.alternatives, index, "alternatives",
                     [&](const nibble::Alternative& other) {
                       needed(text, "text") = other.text.c_str();
                       if (confidence != nullptr) *confidence = other.confidence;
                       return NIBBLE_OK;
                     });
  });
}

nibble_code nibble_document_zone(const nibble_document* document, nibble_zone* zone) {
  return guarded([&] {
    if (!needed(document, "document").document.zone)
      return nibble::fail(NIBBLE_NO_SUCH_ITEM, "the document has no machine readable zone");
    const nibble::Zone& from = zone_of(document);
    nibble_zone to{};
    to.format = from.format.c_str();
    to.valid = from.valid ? 1 : 0;
    to.line_count = from.lines.size();
    to.element_count = from.elements.size();
    return to_caller(to, zone, "nibble_zone");
  });
}

nibble_code nibble_zone_line(const nibble_document* document, size_t index, const char** line) {
  return guarded([&] {
    return with_item(zone_of(document).lines, index, "lines of a zone",
                     [&](const std::string& text) {
                       needed(line, "line") = text.c_str();
                       return NIBBLE_OK;
                     });
  });
}

nibble_code nibble_zone_element(const nibble_document* document, size_t index, const char** name,
                                const char** value) {
  return guarded([&] {
    return with_item(zone_of(document).elements, index, "elements of a zone",
                     [&](const nibble::Zone::Element& element) {
                       needed(name, "name") = element.name.c_str();
                       needed(value, "value") = element.value.c_str();
                       return NIBBLE_OK;
                     });
  });
}

nibble_code nibble_document_render(const nibble_document* document, const char* format,
                                   const char** text, size_t* length) {
  return guarded([&] {
    const nibble_document& from = needed(document, "document");
    const std::lock_guard lock(from.mutex);
    const auto found = from.rendered.try_emplace(&needed(format, "format"));
    std::string& rendered = found.first->second;
    try {
      if (found.second) {
        const auto sink = [&rendered](std::string_view part) { rendered += part; };
        const auto renderer = nibble::make_renderer(found.first->first, sink);
        renderer->add(from.document);
        renderer->finish();
      }
    } catch (...) {
      from.rendered.erase(found.first);
      throw;
    }
    needed(text, "text") = rendered.c_str();
    if (length != nullptr) *length = rendered.size();
    return NIBBLE_OK;
  });
}

nibble_code nibble_annotate(const nibble_image* image, const nibble_document* document,
                            uint8_t* rgb, size_t capacity) {
  return guarded([&] {
    const nibble::Picture picture =
        nibble::annotate(nibble::view_of(image), needed(document, "document").document);
    const std::size_t size = picture.pixels.size();
    if (size > capacity)
      throw nibble::usage_error("the annotated picture needs " + std::to_string(size) + " bytes");
    std::memcpy(&needed(rgb, "rgb"), picture.pixels.data(), size);
    const bool swapped = picture.format == nibble::PixelFormat::bgr8;
    for (std::size_t i = 0; swapped && i + 2 < size; i += 3) std::swap(rgb[i], rgb[i + 2]);
    return NIBBLE_OK;
  });
}
