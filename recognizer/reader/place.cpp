#include "recognizer/reader/place.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "recognizer/base/number_text.h"
#include "recognizer/base/text.h"
#include "recognizer/locate/locate.h"

namespace nibble {

const char* placement_source_name(Placement::Source source) {
  switch (source) {
    case Placement::Source::given: return "given";
    case Placement::Source::located: return "located";
    case Placement::Source::whole: break;
  }
  return "whole";
}

namespace {

// Scans are trimmed by hand: 3 % is half a line of text on a card of 540 rows.
constexpr double kShapeTolerance = 0.03;

std::string size_text(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

bool is_asked_for(const std::vector<std::string>& wanted, const FieldSpec& field) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), field.name) != wanted.end();
}

std::vector<FieldSpec> fields_of(const Template& document, const std::vector<std::string>& wanted) {
  std::vector<FieldSpec> specs;
  for (const FieldSpec& field : document.fields) {
    if (is_asked_for(wanted, field)) specs.push_back(field);
  }
  return specs;
}

void check_field_names(const std::vector<std::string>& wanted, const Template& document) {
  std::string known;
  for (const FieldSpec& field : document.fields) known += (known.empty() ? "" : ", ") + field.name;
  for (const std::string& name : wanted) {
    const auto same = [&](const FieldSpec& field) { return field.name == name; };
    if (std::any_of(document.fields.begin(), document.fields.end(), same)) continue;
    throw Error(ErrorCode::usage, "--field " + printable_path(name) + ": template " +
                                      document.name + " has " + known);
  }
}

Quad checked_quad(const Request& request) {
  const std::string problem = quad_problem(*request.quad);
  if (problem.empty()) return *request.quad;
  const std::string origin =
      request.quad_name.empty() ? "that was given" : "of " + request.quad_name;
  throw Error(ErrorCode::bad_quad,
              "the quad " + origin + " " + problem + "; corners go TL TR BR BL");
}

bool has_shape_of(const Template& document, const Image& picture) {
  const double shape = static_cast<double>(picture.width) / picture.height;
  const double wanted = static_cast<double>(document.width) / document.height;
  return std::abs(shape / wanted - 1) <= kShapeTolerance;
}

/// The named document as the whole picture.
Placement whole_picture(const NamedKind& kind, const Image& picture,
                        std::vector<std::string>& warnings) {
  const Template& document = kind.document;
  if (!has_shape_of(document, picture)) {
    throw Error(ErrorCode::bad_quad,
                "its " + size_text(picture.width, picture.height) +
                    " pixels have not the shape of template " + document.name + " (" +
                    size_text(document.width, document.height) +
                    "): give the document's corners by --quad or --quad-json" +
                    (kind.problem.empty() ? "" : " (it cannot be found: " + kind.problem + ")"));
  }
  warnings.emplace_back("no quad given: the whole picture is taken as the upright document");
  return {document.name,
          rectangle(picture.width, picture.height),
          0,
          Placement::Source::whole,
          document.width,
          document.height};
}

PlacedDocument found_kind(const PreparedRequest& prepared, const DocumentFinder& finder,
                          const Image& picture, std::vector<std::string>& warnings,
                          const StageObserver& observer) {
  Stopwatch watch;
  const Request& request = prepared.request;
  const KnownDocument found = finder.find(picture);
  observe(observer, "template", watch.lap());
  const Template& document = found.document;
  PlacedDocument placed{{document.name, found.quad, found.confidence, Placement::Source::located,
                         document.width, document.height},
                        fields_of(document, request.fields)};
  if (!prepared.note.empty()) warnings.push_back(prepared.note);
  if (!found.rival.empty()) {
    placed.doubtful = true;
    warnings.push_back(kAnotherKind + (": " + document.name) + " (score " +
                       number_text(found.confidence, 2) + ") or " + found.rival + " (score " +
                       number_text(found.rival_confidence, 2) + ")");
  }
  if (request.quad) {
    placed.placement.quad = checked_quad(request);
    placed.placement.source = Placement::Source::given;
  } else if (!found.other.empty()) {
    warnings.push_back(kAnotherDocument + (" (" + found.other + ")") +
                       " is on the picture, which is not read: give a picture of it alone");
  }
  if (placed.specs.empty() && !request.fields.empty())
    throw Error(ErrorCode::no_document,
                "it shows a " + document.name + ", which has no field of that name");
  return placed;
}

int rounded_length(double a, double b) {
  return std::max(1, static_cast<int>(std::lround(std::max(a, b))));
}

/// A document of no known kind, as large as it is in the picture.
Placement of_own_size(const Quad& quad, double confidence, Placement::Source source) {
  return {"",
          quad,
          confidence,
          source,
          rounded_length(distance(quad[0], quad[1]), distance(quad[3], quad[2])),
          rounded_length(distance(quad[0], quad[3]), distance(quad[1], quad[2]))};
}

std::optional<Placement> find_outline(const Request& request, const Image& picture,
                                      const StageObserver& observer) {
  Stopwatch watch;
  const auto found = locate_document(picture);
  observe(observer, "outline", watch.lap());
  if (!found || found->confidence < request.min_outline) return std::nullopt;
  return of_own_size(found->quad, found->confidence, Placement::Source::located);
}

}  // namespace

PreparedRequest prepare_request(const Request& request, const KnownKinds& kinds) {
  PreparedRequest prepared{request, nullptr, nullptr, {}, {}};
  const bool kind = request.type == Request::Type::kind;
  if (!kind && !request.kind.empty())
    throw Error(ErrorCode::usage, "a kind of document goes with Request::Type::kind");
  const bool placeless = request.type == Request::Type::zone || request.type == Request::Type::line;
  if (placeless && (request.quad || !request.fields.empty() || request.locate_only))
    throw Error(ErrorCode::usage,
                "a zone or a line alone is read without corners, field names and locate_only");
  if (kind && !request.kind.empty()) {
    prepared.named = kinds.named(request.kind, !request.quad);
    if (request.locate_only && !request.quad && !prepared.named->finder)
      throw Error(ErrorCode::bad_template, prepared.named->problem);
    check_field_names(request.fields, prepared.named->document);
    prepared.specs = fields_of(prepared.named->document, request.fields);
  } else if (kind || request.type == Request::Type::automatic) {
    prepared.any = kinds.any();
    prepared.note = kinds.take_note();
    if (kind && !prepared.any)
      throw Error(ErrorCode::bad_template, "no kinds of documents are known: give templates");
  }
  return prepared;
}

PlacedDocument place_kind(const PreparedRequest& prepared, const Image& picture,
                          std::vector<std::string>& warnings, const StageObserver& observer) {
  const Request& request = prepared.request;
  if (!prepared.named) return found_kind(prepared, *prepared.any, picture, warnings, observer);
  const NamedKind& kind = *prepared.named;
  if (request.quad) {
    return {{kind.document.name, checked_quad(request), 1, Placement::Source::given,
             kind.document.width, kind.document.height},
            prepared.specs};
  }
  if (kind.finder) {
    try {
      return found_kind(prepared, *kind.finder, picture, warnings, observer);
    } catch (const Error& error) {
      const bool may_be_whole = !request.locate_only && has_shape_of(kind.document, picture);
      if (error.code() != ErrorCode::no_document || !may_be_whole) throw;
    }
  }
  return {whole_picture(kind, picture, warnings), prepared.specs};
}

Placement place_page(const Request& request, const Image& picture,
                     std::vector<std::string>& warnings, const StageObserver& observer) {
  if (request.quad) return of_own_size(checked_quad(request), 1, Placement::Source::given);
  if (const auto found = find_outline(request, picture, observer)) return *found;
  warnings.emplace_back("no document's outline found: the whole picture is read");
  return of_own_size(rectangle(picture.width, picture.height), 0, Placement::Source::whole);
}

Placement place_outline(const Request& request, const Image& picture,
                        const StageObserver& observer) {
  if (const auto found = find_outline(request, picture, observer)) return *found;
  throw Error(ErrorCode::no_document, "no document's outline was found in it");
}

}  // namespace nibble
