#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "data/midv.h"
#include "data/midv2020.h"
#include "recognizer/base/unicode.h"
#include "tests/fuzz/checks.h"

namespace {

void check_quad(const nibble::Quad& quad) {
  for (const nibble::Point& p : quad) require(std::abs(p.x) <= 1e6 && std::abs(p.y) <= 1e6);
  require(nibble::quad_problem(quad).empty());
}

void check_fields(const std::string& text) {
  std::vector<std::string> problems;
  for (const nibble::LabelledField& field :
       nibble::parse_template_fields(text, "input", problems)) {
    check_quad(field.spec.quad);
    require(nibble::is_utf8(field.spec.name));
    require(!field.value || (!field.value->empty() && nibble::is_utf8(*field.value)));
  }
  for (const std::string& problem : problems) require(problem.find('\n') == std::string::npos);
}

void check_via(const std::string& text) {
  std::vector<std::string> problems;
  for (const nibble::ViaPicture& picture : nibble::parse_via(text, "input", problems)) {
    require(!picture.name.empty() && picture.name.find_first_of("/\\") == std::string::npos);
    if (picture.document) check_quad(*picture.document);
    for (const nibble::LabelledField& field : picture.fields) check_quad(field.spec.quad);
  }
  for (const std::string& problem : problems) require(problem.find('\n') == std::string::npos);
}

}  // namespace

// A frame's and a type's ground truth and a VIA file are either refused in one line, or hold what
// they promise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  refuse_or_pass([&] { check_quad(nibble::parse_frame_quad(text, "input")); });
  refuse_or_pass([&] { check_fields(text); });
  refuse_or_pass([&] { check_via(text); });
  return 0;
}
