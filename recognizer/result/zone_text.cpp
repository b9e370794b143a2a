#include <algorithm>
#include <string>
#include <utility>

#include "recognizer/base/printable.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

/// "line 2, position 3: O -> 0".
std::string change_text(const Zone::Change& change) {
  const std::string where = "line " + std::to_string(change.line + 1) + ", position " +
                            std::to_string(change.position + 1) + ": ";
  if (change.from.empty()) return where + change.to + " put in";
  if (change.to.empty()) return where + "'" + change.from + "' taken out";
  return where + change.from + " -> " + change.to;
}

class ZoneRenderer : public Renderer {
 public:
  ZoneRenderer(Sink sink, const RenderOptions& options)
      : sink_(std::move(sink)), several_(options.several) {}

  void add(const Document& document) override {
    if (!document.ok()) return;
    const bool first = std::exchange(first_, false);
    if (several_ || document.page > 1) sink_(text_heading(document, first));
    if (document.zone) {
      write(*document.zone, document.warnings);
      for (const Zone& zone : document.more_zones) {
        sink_("\n");
        write(zone, zone.warnings);
      }
      return;
    }
    // Without rules lines of a wrong length are no zone; they are what was read.
    for (const Field& field : document.fields) sink_(printable_text(field.text) + "\n");
  }

 private:
  void write(const Zone& zone, const std::vector<std::string>& warnings) const {
    for (const std::string& line : zone.lines) sink_(printable_text(line) + "\n");
    row("format", zone.format);
    row("valid", zone.valid ? "yes" : "no");
    for (const Zone::Element& element : zone.elements) {
      if (!element.value.empty()) row(element.name, element.value);
    }
    for (const Zone::Check& check : zone.checks)
      row(check.name + " check",
          check.ok ? "ok" : std::string("wrong: ") + check.found + " should be " + check.expected);
    for (const Zone::Change& change : zone.changes) row("changed", change_text(change));
    for (const std::string& warning : warnings) row("warning", warning);
  }

  void row(const std::string& name, const std::string& value) const {
    constexpr std::size_t kWidth = 24;
    sink_(name + std::string(kWidth - std::min(kWidth - 1, name.size()), ' ') +
          printable_text(value) + "\n");
  }

  Sink sink_;
  bool several_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Renderer> make_zone_renderer(Sink sink, const RenderOptions& options) {
  return std::make_unique<ZoneRenderer>(std::move(sink), options);
}

}  // namespace nibble
