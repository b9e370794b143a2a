#include "app/template/proposal.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/template/template_import.h"
#include "recognizer/base/bounds.h"
#include "recognizer/base/median.h"
#include "recognizer/rules/captions.h"
#include "recognizer/rules/value_forms.h"

namespace nibble {
namespace {

/// A line of a machine readable zone by its characters and its length (ICAO 9303: 30, 36 or 44).
bool is_zone_line(const std::string& text) {
  const auto in_zone = [](unsigned char c) {
    return c == '<' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  };
  return text.size() >= 28 && text.size() <= 46 && text.find('<') != std::string::npos &&
         std::all_of(text.begin(), text.end(), in_zone);
}

std::string zone_format(const std::string& text) {
  return text.size() <= 33 ? "td1" : text.size() <= 40 ? "td2" : "td3";
}

bool is_caption(const std::string& text) {
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find_first_of("/|:", begin);
    const auto match = CaptionDictionary::shipped().find(
        text.substr(begin, end == std::string::npos ? end : end - begin));
    if (match && match->sure) return true;
  }
  return false;
}

/// Gives each field a name that no other one has: name, name_2, ...
class Names {
 public:
  bool has(const std::string& name) const { return given_.count(name) > 0; }
  /// How often it was counted, this time too.
  int count(const std::string& name) { return ++given_[name]; }
  std::string give(const std::string& name) {
    const int number = count(name);
    return number == 1 ? name : name + "_" + std::to_string(number);
  }

 private:
  std::map<std::string, int> given_;
};

FieldSpec make_spec(const std::string& name, const Quad& quad, const std::string& kind,
                    const std::string& text, const std::string& alphabet) {
  FieldSpec spec{name, quad, kind, "", ""};
  if (kind == "date") spec.format = guess_date_format(text);
  if (kind == "docnum") spec.format = guess_number_mask(text);
  if (kind == "mrz") spec.format = zone_format(text);
  if (kind != "date" && kind != "mrz") spec.alphabet = alphabet;
  return spec;
}

std::string why_named(const Field& field) {
  if (field.source == "caption") return "caption " + field.caption;
  if (field.source == "number") return "number of a driving licence";
  if (field.source == "zone") return "as in the machine readable zone";
  return "by its form";
}

double median_height(const std::vector<ProposedLine>& fields) {
  std::vector<double> heights;
  for (const ProposedLine& field : fields) heights.push_back(quad_height(field.spec.quad));
  return median(heights);
}

/// What a line without a name looks like: its kind, empty for print.
std::string kind_by_form(const std::string& text) {
  if (is_zone_line(text)) return "mrz";
  if (is_like_date(text)) return "date";
  if (is_like_number(text)) return "docnum";
  return is_double_sex(text) || is_coded_country(text) ? "other" : "";
}

std::ptrdiff_t digits_in(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a line begins in the column of a field and is as high: a value whose caption was not
/// found.
bool in_column_of(const Quad& line, const ProposedLine& field) {
  const double height = quad_height(line), other = quad_height(field.spec.quad);
  return field.role == LineRole::field && field.spec.kind != "mrz" &&
         std::abs(line[3].x - field.spec.quad[3].x) < 0.6 * other && height > 0.7 * other &&
         height < 1.4 * other;
}

/// Gives a line its role and its kind by its form and by the fields that are known.
void judge(ProposedLine& line, bool legible, const std::vector<ProposedLine>& fields,
           const std::string& alphabet) {
  const auto make_field = [&](const std::string& kind, const char* why) {
    line.role = LineRole::field;
    line.spec = make_spec("", line.spec.quad, kind, line.text, alphabet);
    line.why = why;
  };
  const std::string kind = kind_by_form(line.text);
  const auto beside = [&](const ProposedLine& field) {
    return in_column_of(line.spec.quad, field);
  };
  if (is_caption(line.text)) {
    line.why = "a caption";
  } else if (!kind.empty()) {
    make_field(kind, "by its form");
  } else if (legible && std::any_of(fields.begin(), fields.end(), beside)) {
    make_field("text", "in the column of another field");
  } else if (!legible && quad_height(line.spec.quad) > 1.3 * median_height(fields)) {
    line.role = LineRole::hidden;
    line.why = "large and hardly legible: a signature?";
  } else if (digits_in(line.text) >= 4) {
    line.role = LineRole::hidden;
    line.why = "it holds digits";
  } else {
    line.why = "nothing says that it differs";
  }
}

/// The name of a field that nothing names; `alone` is its kind's only one.
std::string plain_name(const FieldSpec& spec, bool alone, Names& names) {
  if (spec.kind == "docnum") {
    if (alone && !names.has("document_number")) return names.give("document_number");
    return names.give("number");
  }
  if (spec.kind != "mrz") return names.give(spec.kind == "date" ? "date" : "text");
  return "mrz" + std::to_string(names.count("mrz"));
}

// Half a letter, in heights of a line.
constexpr double kLetterShare = 0.3;

void propose_named(const Field& field, const Document& text, const std::string& alphabet,
                   Names& names, std::vector<ProposedLine>& lines) {
  std::vector<Quad> quads;
  for (const FoundLine& line : text.lines) {
    if (line.field == field.name) quads.push_back(line.quad);
  }
  if (quads.size() < 2) {
    // A part of a line ends at the middle of its last characters.
    quads = {widen(field.quad, kLetterShare * quad_height(field.quad), 0)};
  }
  const std::string kind = field.kind.empty() ? "other" : field.kind;
  for (const Quad& quad : quads)
    lines.push_back({LineRole::field,
                     make_spec(names.give(field.name), quad, kind, field.text, alphabet),
                     field.text, why_named(field), true});
}

/// Whether texts of another length than the specimen's may stand in a field.
bool varies_in_length(const FieldSpec& spec) {
  return spec.kind != "date" && spec.kind != "docnum" && spec.kind != "mrz" && spec.name != "sex";
}

/// A longer text than that of the specimen, in heights of the line: about twenty capitals.
constexpr double kRoomHeights = 14;

/// The quad of a field with the free room behind its text, as far as a longer text may reach.
Quad with_room(const ProposedLine& line, const TemplateProposal& proposal) {
  Quad quad = line.spec.quad;
  const Bounds box = bounds_of(quad);
  const double height = box.bottom - box.top;
  double end = std::min(proposal.picture.width * 0.98,
                        box.right + std::max(box.right - box.left, kRoomHeights * height));
  const auto stop_before = [&](const Quad& other) {
    const Bounds next = bounds_of(other);
    const bool beside = common_length(box.top, box.bottom, next.top, next.bottom) > 0.25 * height;
    if (beside && next.left > box.right - 0.5 * height)
      end = std::min(end, next.left - 0.7 * height);
  };
  for (const ProposedLine& other : proposal.lines) {
    if (&other != &line) stop_before(other.spec.quad);
  }
  for (const Quad& area : proposal.variable) stop_before(area);
  const double share = (end - box.right) / std::max(box.right - box.left, 1.0);
  if (share <= 0) return quad;
  for (const auto& [from, to] : {std::pair{0, 1}, std::pair{3, 2}}) {
    Point& corner = quad[static_cast<std::size_t>(to)];
    const Point start = quad[static_cast<std::size_t>(from)];
    corner = {corner.x + share * (corner.x - start.x), corner.y + share * (corner.y - start.y)};
  }
  return quad;
}

/// The quad cut at the edges of a picture.
Quad inside(Quad quad, int width, int height) {
  for (Point& corner : quad)
    corner = {std::clamp(corner.x, -0.5, width - 0.5), std::clamp(corner.y, -0.5, height - 0.5)};
  return quad;
}

/// Tenths of a pixel: more digits say nothing.
Quad rounded(Quad quad) {
  for (Point& corner : quad)
    corner = {std::round(corner.x * 10) / 10, std::round(corner.y * 10) / 10};
  return quad;
}

}  // namespace

const char* line_role_name(LineRole role) {
  switch (role) {
    case LineRole::field: return "field";
    case LineRole::hidden: return "hidden";
    case LineRole::print: break;
  }
  return "print";
}

std::string guess_number_mask(const std::string& value) {
  std::string mask;
  int changes = 0;
  for (const char c : value) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'A' || c > 'Z')) return {};
    const char sign = digit ? '9' : 'A';
    if (!mask.empty() && mask.back() != sign) ++changes;
    mask += sign;
  }
  return mask.size() >= 5 && changes <= 1 ? mask : "";
}

std::vector<ProposedLine> propose_lines(const Document& text, const std::string& alphabet) {
  Names names;
  std::vector<ProposedLine> fields;
  for (const Field& field : text.fields) propose_named(field, text, alphabet, names, fields);
  std::vector<ProposedLine> others;
  for (const FoundLine& line : text.lines) {
    const auto holds = [&](const ProposedLine& field) {
      return overlap(field.spec.quad, line.quad) > 0.5;
    };
    if (std::any_of(fields.begin(), fields.end(), holds)) continue;
    others.push_back({LineRole::print, {"", line.quad, "", "", ""}, line.text, ""});
    judge(others.back(), line.decision != Decision::reject, fields, alphabet);
  }
  const auto is_number = [](const ProposedLine& line) { return line.spec.kind == "docnum"; };
  const bool alone = std::count_if(others.begin(), others.end(), is_number) == 1;
  for (ProposedLine& line : others) {
    if (line.role == LineRole::field) line.spec.name = plain_name(line.spec, alone, names);
  }
  fields.insert(fields.end(), others.begin(), others.end());
  // A template holds nothing beyond its picture, and what it does not hold is not covered there.
  for (ProposedLine& line : fields)
    line.spec.quad = inside(line.spec.quad, text.width, text.height);
  return fields;
}

Template proposed_template(const TemplateProposal& proposal) {
  Template document{proposal.name, proposal.picture.width, proposal.picture.height, "", {}};
  for (const ProposedLine& line : proposal.lines) {
    if (line.role == LineRole::hidden) document.variable.push_back(rounded(line.spec.quad));
    if (line.role != LineRole::field) continue;
    FieldSpec spec = line.spec;
    spec.quad = rounded(varies_in_length(spec) ? with_room(line, proposal) : spec.quad);
    document.fields.push_back(std::move(spec));
  }
  for (const Quad& area : proposal.variable) document.variable.push_back(rounded(area));
  return document;
}

}  // namespace nibble
