#include "app/template/proposal_page.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/report/report_html.h"
#include "app/support/json_text.h"
#include "app/template/proposal_script.h"
#include "app/template/proposal_style.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

constexpr int kJpegQuality = 88;  // print of the document stays legible at half the size of PNG

nlohmann::ordered_json quad_json(const Quad& quad) {
  nlohmann::ordered_json corners = nlohmann::ordered_json::array();
  for (const Point& corner : quad) corners.push_back({corner.x, corner.y});
  return corners;
}

nlohmann::ordered_json line_json(const ProposedLine& line) {
  return {{"role", line_role_name(line.role)},
          {"name", line.spec.name},
          {"kind", line.spec.kind},
          {"format", line.spec.format},
          {"alphabet", line.spec.alphabet},
          {"quad", quad_json(line.spec.quad)},
          {"text", visible_text(line.text)},
          {"why", visible_text(line.why)}};
}

/// What the page's script works on.
std::string proposal_json(const TemplateProposal& proposal, const Template& document,
                          const NewTemplate& request) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  std::size_t field = 0;
  for (ProposedLine line : proposal.lines) {
    // With the room that the template gives it.
    if (line.role == LineRole::field) line.spec.quad = document.fields[field++].quad;
    lines.push_back(line_json(line));
  }
  for (const Quad& area : proposal.variable)
    lines.push_back(line_json({LineRole::hidden, {"", area, "", "", ""}, "", "a photo?"}));
  const std::string stem = std::filesystem::path(request.output).stem().string();
  return json_text(nlohmann::ordered_json{{"name", proposal.name},
                                          {"width", document.width},
                                          {"height", document.height},
                                          {"file", stem + ".corrected.json"},
                                          {"lines", lines}});
}

std::string steps(const NewTemplate& request) {
  const std::filesystem::path output(request.output);
  const std::string corrected = output.stem().string() + ".corrected.json";
  const std::string command = "nibble template new " +
                              shell_word(printable_path(request.photos.front())) + " --corrected " +
                              shell_word(printable_path(corrected)) + " -o " +
                              shell_word(printable_path(request.output));
  return html_warning(
             "This page shows what the document says. Delete it when the template is done; the "
             "template and its picture hold nothing of the holder's that is marked here as field "
             "or hidden.") +
         "<ol class=\"steps\"><li>Correct what each line is: <b>field</b> is read, <b>hidden</b> differs from "
         "holder to holder and is not read (photo, signature), <b>print</b> is the same on all documents.</li>"
         "<li>To redraw a line, choose it and draw a rectangle on the picture; to add one, press "
         "&ldquo;Add&rdquo; first.</li><li>Save, and run <code>" +
         escape_markup(command) + "</code></li></ol>\n";
}

}  // namespace

std::string proposal_page(const TemplateProposal& proposal, const NewTemplate& request) {
  const Template document = proposed_template(proposal);
  const HtmlExtras extras{kProposalStyle, kProposalScript};
  const std::string size = std::to_string(document.width) + " " + std::to_string(document.height);
  const std::string picture =
      data_uri("image/jpeg", encode_jpeg(proposal.picture, kJpegQuality, "the page's picture"));
  return html_start("Template " + proposal.name, "What each line of the document is taken for",
                    extras) +
         steps(request) +
         "<div class=\"proposal\"><svg id=\"document\" role=\"img\" aria-label=\"the document, each line "
         "outlined\" viewBox=\"0 0 " +
         size + "\"><image href=\"" + picture + "\" width=\"" + std::to_string(document.width) +
         "\" height=\"" + std::to_string(document.height) +
         "\"/><g id=\"outlines\"></g></svg>\n<div class=\"table\"><table><thead><tr><th>line</th>"
         "<th>is</th><th>name</th><th>kind</th><th>format</th><th>why</th></tr></thead>"
         "<tbody id=\"lines\"></tbody></table></div></div>\n"
         "<p class=\"buttons\"><button id=\"add\" type=\"button\">Add a line</button> "
         "<button id=\"save\" type=\"button\">Save the template</button> "
         "<span id=\"problem\" role=\"alert\"></span></p>\n" +
         html_json("id=\"proposal\"", proposal_json(proposal, document, request)) +
         html_end(extras);
}

}  // namespace nibble
