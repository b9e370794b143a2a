#include "recognizer/reader/pipeline.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "recognizer/base/stopwatch.h"
#include "recognizer/page/page.h"
#include "recognizer/reader/to_document.h"

namespace nibble {
namespace {

using Type = Request::Type;

/// One picture on its way to a document.
class PictureReader {
 public:
  PictureReader(const LineReader& reader, const PreparedRequest& prepared, const Image& picture,
                Document& document, FrameLook* look)
      : reader_(reader),
        prepared_(prepared),
        request_(prepared.request),
        picture_(picture),
        document_(document),
        look_(look) {}

  void locate() {
    Stopwatch watch;
    document_.placement = find();
    document_.timing.locate = watch.lap();
  }

  void read_line() {
    Stopwatch watch;
    JudgedFields line = read_single_line(reader_, picture_, request_.observer);
    if (look_ != nullptr) look_->fields = line.fields;
    take_fields(std::move(line));
    document_.timing.read = watch.lap();
  }

  /// All zones of the picture, the best one first; small ones are looked for where none is found.
  bool read_zones() {
    Stopwatch watch;
    found_ = find_text(reader_, picture_, false, request_.observer);
    JudgedZones read = nibble::read_zones(reader_, picture_, *found_, request_.observer);
    if (read.zones.empty() && request_.type == Type::zone) {
      const auto closely = find_text(reader_, picture_, true, request_.observer);
      const bool mirrored = read.mirrored;
      read = nibble::read_zones(reader_, picture_, closely, request_.observer);
      read.mirrored = read.mirrored || mirrored;
    }
    document_.timing.read = watch.lap();
    if (read.zones.empty() && read.mirrored && request_.type == Type::zone)
      throw Error(ErrorCode::no_document,
                  "its machine readable zone is mirrored: turn the picture over, left to right");
    for (std::size_t i = read.zones.size(); i-- > 1;) {
      if (read.zones[i].mrz)
        document_.more_zones.insert(document_.more_zones.begin(), to_zone(*read.zones[i].mrz));
    }
    if (!read.zones.empty()) take_zone(std::move(read.zones.front()));
    return !read.zones.empty();
  }

  void read_kind() {
    Stopwatch watch;
    PlacedDocument placed = place_kind(prepared_, picture_, document_.warnings, request_.observer);
    document_.timing.locate += watch.lap();
    document_.placement = std::move(placed.placement);
    const Page page = rectified();
    watch.lap();
    JudgedFields fields =
        read_page(reader_, page, placed.specs, picture_.width, picture_.height, request_.observer);
    if (look_ != nullptr) {
      look_->kind = document_.placement->kind;
      look_->fields = fields.fields;
      // Rules note the form that they saw; those on all frames together are to see the template's.
      for (std::size_t i = 0; i < placed.specs.size(); ++i) look_->fields[i].spec = placed.specs[i];
    }
    take_fields(std::move(fields));
    if (placed.doubtful) review_all();
    document_.timing.read = watch.lap();
  }

  /// The lines of the whole picture, or of the document whose corners were given.
  void read_lines() {
    Stopwatch watch;
    document_.placement = place_page(request_, picture_, document_.warnings, request_.observer);
    document_.timing.locate += watch.lap();
    JudgedText text;
    if (request_.quad) {
      const Page page = rectified();
      watch.lap();
      const auto found = find_text(reader_, page.image, false, request_.observer);
      text = read_found(reader_, page.image, found, zone(), request_.observer);
      for (FieldResult& line : text.lines) to_picture(page, line);
      for (NamedField& field : text.fields) to_picture(page, field.result);
    } else {
      if (!found_) found_ = find_text(reader_, picture_, false, request_.observer);
      text = read_found(reader_, picture_, *found_, zone(), request_.observer);
    }
    if (look_ != nullptr) look_->lines = text.lines;
    take_text(std::move(text));
    document_.timing.read += watch.lap();
    if (document_.lines.empty() && !document_.zone) document_.warnings.emplace_back(kNoText);
  }

  /// A known kind; else the zone, if there is one, and every line.
  void read_anything() {
    Stopwatch watch;
    if (prepared_.any) {
      try {
        return read_kind();
      } catch (const Error& error) {
        if (error.code() != ErrorCode::no_document || !request_.fields.empty()) throw;
        document_.warnings.emplace_back(std::string(error.what()) + ": all text is read");
      }
    } else {
      document_.warnings.emplace_back("no kinds of documents are known: all text is read");
    }
    document_.timing.locate = watch.lap();
    if (read_zones()) document_.fields.clear();  // its lines are among the document's lines
    read_lines();
  }

 private:
  /// What was read where fields of another kind may be is for a person to see.
  void review_all() {
    for (Field& field : document_.fields) {
      if (field.decision == Decision::accept) field.decision = Decision::review;
    }
  }

  Placement find() {
    const bool by_print = prepared_.named || prepared_.any;
    if (!by_print) return place_outline(request_, picture_, request_.observer);
    return place_kind(prepared_, picture_, document_.warnings, request_.observer).placement;
  }

  Page rectified() {
    Stopwatch watch;
    const Placement& place = *document_.placement;
    Page page = rectify(picture_, place.quad, place.width, place.height, PageColor::grey);
    document_.timing.rectify = watch.lap();
    observe(request_.observer, "rectify", document_.timing.rectify);
    return page;
  }

  /// From the pixels of a page to those of the picture.
  static void to_picture(const Page& page, FieldResult& line) {
    line.quad = page.to_source.map(line.quad);
    line.spec.quad = line.quad;
    for (Quad& quad : line.char_quads) quad = page.to_source.map(quad);
  }

  /// What the picture's zone says, for those that name fields; null for none.
  const Mrz* zone() const { return zone_ ? &*zone_ : nullptr; }

  void take_text(JudgedText text) {
    for (FieldResult& line : text.lines) document_.lines.push_back(to_line(std::move(line)));
    add_named(std::move(text.fields), document_);
  }

  void take_zone(JudgedFields zone) {
    if (look_ != nullptr) look_->fields = zone.fields;
    take_fields(std::move(zone));
  }

  void take_fields(JudgedFields judged) {
    if (judged.mrz) {
      zone_ = judged.mrz->mrz;
      set_zone(judged.mrz, document_);
    }
    for (FieldResult& field : judged.fields) document_.fields.push_back(to_field(std::move(field)));
  }

  const LineReader& reader_;
  const PreparedRequest& prepared_;
  const Request& request_;
  const Image& picture_;
  Document& document_;
  FrameLook* look_;                                ///< null: none is wanted
  std::optional<std::vector<LineOutline>> found_;  ///< lines of the picture, once looked for
  std::optional<Mrz> zone_;                        ///< that was read on it
};

}  // namespace

void read_picture(const LineReader& reader, const PreparedRequest& prepared, const Image& picture,
                  Document& document, FrameLook* look) {
  PictureReader stages(reader, prepared, picture, document, look);
  if (prepared.request.locate_only) return stages.locate();
  switch (prepared.request.type) {
    case Type::automatic: return stages.read_anything();
    case Type::kind: return stages.read_kind();
    case Type::text: return stages.read_lines();
    case Type::line: return stages.read_line();
    case Type::zone:
      if (stages.read_zones()) return;
      throw Error(ErrorCode::no_document, "no machine readable zone was found");
  }
}

}  // namespace nibble
