#include "app/template/template_new.h"

#include <filesystem>
#include <optional>

#include "app/support/output_file.h"
#include "app/template/languages.h"
#include "app/template/personal_areas.h"
#include "app/template/proposal_page.h"
#include "app/template/refine.h"
#include "app/template/template_check.h"
#include "app/template/upright.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/match.h"
#include "recognizer/kinds/template_store.h"
#include "recognizer/page/page.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void rethrow_for(const std::string& path, const Error& error) {
  throw Error(error.code(), printable_path(path) + ": " + error.what());
}

UprightDocument upright_of(const Reader& reader, const std::string& path,
                           std::vector<std::string>& warnings) {
  const Image photo = load_image(path);
  std::vector<std::string> told;
  try {
    UprightDocument upright = make_upright(reader, photo, told);
    for (const std::string& warning : told)
      warnings.push_back(printable_path(path) + ": " + warning);
    return upright;
  } catch (const Error& error) {
    rethrow_for(path, error);
  }
}

std::vector<Quad> text_places(const std::vector<ProposedLine>& lines) {
  std::vector<Quad> places;
  for (const ProposedLine& line : lines) places.push_back(line.spec.quad);
  return places;
}

/// Another document of the kind, in the template's pixels; none where its print is not found.
std::optional<Image> same_kind(const TemplateProposal& proposal, const Image& photo) {
  const TemplateMatcher matcher({{proposed_template(proposal), proposal.picture}});
  const auto match = matcher.match(photo);
  if (!match || match->score < kMinMatchScore) return std::nullopt;
  const ImageSize size{proposal.picture.width, proposal.picture.height};
  return upright_picture(rectify(photo, match->quad, size.width, size.height).image, size);
}

void refine_by(TemplateProposal& proposal, const std::string& path, const std::string& alphabet,
               const Reader& reader, std::vector<std::string>& warnings) {
  const Image photo = load_image(path);
  const auto picture = same_kind(proposal, photo);
  if (!picture) {
    warnings.push_back(printable_path(path) +
                       ": shows no document with the first one's print; it is left out");
    return;
  }
  refine(proposal, *picture, read_upright(reader, *picture), alphabet);
}

/// Fields that no template can hold are print: a quad that crosses itself, say.
void drop_unusable(TemplateProposal& proposal, std::vector<std::string>& warnings) {
  for (ProposedLine& line : proposal.lines) {
    if (line.role == LineRole::print) continue;
    FieldSpec spec = line.spec;
    if (spec.name.empty()) spec.name = line_role_name(line.role);
    std::string problem;
    const Template empty{proposal.name, proposal.picture.width, proposal.picture.height, "", {}};
    if (can_hold_field(empty, spec, problem)) continue;
    warnings.push_back(problem + "; it is left out");
    line.role = LineRole::print;
  }
}

Template corrected_template(const std::string& path, const TemplateProposal& proposal) {
  Template document = load_template(path);
  if (document.width != proposal.picture.width || document.height != proposal.picture.height)
    throw Error(ErrorCode::bad_template,
                printable_path(path) + ": is " + std::to_string(document.width) + " x " +
                    std::to_string(document.height) + " pixels, the document on the photograph " +
                    std::to_string(proposal.picture.width) + " x " +
                    std::to_string(proposal.picture.height) +
                    ": give the photograph that it was made from");
  document.name = proposal.name;
  return document;
}

Image without_holder(Image picture, const Template& document) {
  for (const FieldSpec& field : document.fields) blank_area(picture, field.quad);
  for (const Quad& area : document.variable) blank_area(picture, area);
  return picture;
}

TemplateProposal propose(const NewTemplate& request, const Reader& reader,
                         std::vector<std::string>& warnings) {
  const std::string alphabet = text_alphabet(request.languages);
  UprightDocument first = upright_of(reader, request.photos.front(), warnings);
  TemplateProposal proposal;
  proposal.name = request.name.empty() ? fs::path(request.output).stem().string() : request.name;
  proposal.lines = propose_lines(first.text, alphabet);
  proposal.variable = find_portrait(first.picture, text_places(proposal.lines));
  proposal.picture = std::move(first.picture);
  for (std::size_t i = 1; i < request.photos.size(); ++i)
    refine_by(proposal, request.photos[i], alphabet, reader, warnings);
  drop_unusable(proposal, warnings);
  return proposal;
}

}  // namespace

NewTemplateReport make_new_template(const NewTemplate& request, const Reader& reader) {
  const fs::path output(request.output);
  if (output.extension() != ".json")
    throw Error(ErrorCode::usage, "-o " + printable_path(request.output) + ": give a FILE.json");
  if (!request.name.empty()) check_template_name(request.name);
  NewTemplateReport report;
  const TemplateProposal proposal = propose(request, reader, report.warnings);
  report.document = request.corrected.empty() ? proposed_template(proposal)
                                              : corrected_template(request.corrected, proposal);
  if (report.document.fields.empty())
    throw Error(ErrorCode::no_document,
                printable_path(request.photos.front()) + ": no field was found on the document");
  const fs::path picture = fs::path(output).replace_extension(".jpg");
  report.document.picture = picture.filename().string();
  const std::string json = template_to_json(report.document);
  parse_template(json, printable_path(request.output));
  save_image(without_holder(proposal.picture, report.document), picture.string());
  write_text_file(request.output, json);
  report.files = {request.output, picture.string()};
  if (!request.corrected.empty()) return report;
  const fs::path page = fs::path(output).replace_extension(".html");
  OutputFile file(page.string());
  file.write(proposal_page(proposal, request));
  file.commit();
  report.files.push_back(page.string());
  return report;
}

}  // namespace nibble
