#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/stopwatch.h"
#include "recognizer/base/text.h"
#include "recognizer/clip/combine_looks.h"
#include "recognizer/clip/quality.h"
#include "recognizer/image/picture_stream.h"
#include "recognizer/image/view.h"
#include "recognizer/reader/clip_groups.h"
#include "recognizer/reader/file_pages.h"
#include "recognizer/reader/guarded.h"
#include "recognizer/reader/pipeline.h"
#include "recognizer/reader/reader_impl.h"
#include "recognizer/reader/to_document.h"
#include "recognizer/rules/rules.h"

namespace nibble {

const char* frame_use_name(ClipFrame::Use use) {
  switch (use) {
    case ClipFrame::Use::used: return "used";
    case ClipFrame::Use::unreadable: return "unreadable";
    case ClipFrame::Use::no_document: return "no_document";
    case ClipFrame::Use::another_document: return "another_document";
    case ClipFrame::Use::surplus: return "surplus";
    case ClipFrame::Use::failed: break;
  }
  return "failed";
}

namespace {

using Use = ClipFrame::Use;

void check(const ClipOptions& options) {
  const auto need = [](bool holds, const char* what) {
    if (!holds) throw Error(ErrorCode::usage, std::string("clip options: ") + what);
  };
  need(options.stop.cost > 0, "a frame's cost must be above 0");
  need(options.stop.min_frames >= 0 && options.stop.max_frames >= 0,
       "numbers of frames are not below 0");
  need(options.min_sharpness >= 0 && options.min_sharpness <= 1, "sharpness lies in 0 to 1");
  need(options.most_used >= 1, "at least one frame makes a result");
}

bool has_text(const FrameLook& look) {
  const auto is_read = [](const FieldResult& text) { return !text.text.empty(); };
  return std::any_of(look.fields.begin(), look.fields.end(), is_read) ||
         std::any_of(look.lines.begin(), look.lines.end(), is_read);
}

Use use_of(ErrorCode code) {
  return code == ErrorCode::no_document ? Use::no_document : Use::failed;
}

void add_times(const Timing& more, Timing& sum) {
  sum.decode += more.decode;
  sum.locate += more.locate;
  sum.rectify += more.rectify;
  sum.read += more.read;
  sum.total += more.decode + more.locate + more.rectify + more.read;
}

/// One line on the frames that are left out; empty where none is.
std::string left_out(const std::vector<ClipFrame>& frames) {
  constexpr std::size_t kMostNamed = 12;
  std::map<Use, std::vector<std::size_t>> by_use;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].use != Use::used && frames[i].use != Use::surplus)
      by_use[frames[i].use].push_back(i + 1);
  }
  std::string text;
  for (const auto& [use, numbers] : by_use) {
    text += text.empty() ? std::string(kFramesLeftOut) + ": " : "; ";
    for (std::size_t i = 0; i < std::min(numbers.size(), kMostNamed); ++i)
      text += (i > 0 ? ", " : "") + std::to_string(numbers[i]);
    if (numbers.size() > kMostNamed)
      text += " and " + std::to_string(numbers.size() - kMostNamed) + " more";
    const ClipFrame& first = frames[numbers[0] - 1];
    text += " (" + first.reason + ")";
  }
  return text;
}

}  // namespace

struct Clip::Impl {
  Impl(std::shared_ptr<const Reader::Impl> of, PreparedRequest what, const ClipOptions& how)
      : reader(std::move(of)), prepared(std::move(what)), options(how), groups(how) {
    lines = reader->lines;
    lines.alternatives = std::max(lines.alternatives, kRuleAlternatives);
    combining.rules = reader->lines.rules;
    combining.calibration = reader->lines.calibration;
    combining.alternatives = reader->lines.alternatives;
    combining.cost = options.stop.cost;
  }

  /// Reads a frame and puts it where it belongs; its picture has been decoded in so many ms.
  ClipFrame read(ClipFrame frame, const Image& picture, double decode_ms,
                 const std::optional<Quad>& quad) {
    Stopwatch watch;
    frame.quality = score_frame(picture);
    if (frame.quality.sharpness < options.min_sharpness) {
      frame.use = Use::unreadable;
      frame.reason = frame.quality.sharpness > 0 ? "not sharp enough to be read" : "blank";
    } else {
      read_sharp(frame, picture, decode_ms, quad);
    }
    frame.ms = decode_ms + watch.lap();
    return keep(std::move(frame));
  }

  ClipFrame keep(ClipFrame frame) {
    frames.push_back(frame);
    combined.reset();
    groups.tell(frames);
    return frames.back();
  }

  void read_sharp(ClipFrame& frame, const Image& picture, double decode_ms,
                  const std::optional<Quad>& quad) {
    FrameLook look;
    look.frame = static_cast<int>(frames.size());
    look.width = picture.width;
    look.height = picture.height;
    Document document;
    document.path = frame.path;
    document.page = frame.page;
    document.width = picture.width;
    document.height = picture.height;
    document.timing.decode = decode_ms;
    document.reader = reader->info;
    guarded(document, frame.path.empty() ? "picture" : printable_path(frame.path), [&] {
      if (!quad) return read_picture(lines, prepared, picture, document, &look);
      PreparedRequest placed = prepared;
      placed.request.quad = quad;
      read_picture(lines, placed, picture, document, &look);
    });
    add_times(document.timing, times);
    if (document.placement && document.placement->source != Placement::Source::whole)
      frame.quality.cut_off = cut_off(document.placement->quad, picture.width, picture.height);
    if (!document.ok()) {
      frame.use = use_of(document.error);
      frame.error = document.error;
      frame.reason = document.message;
    } else if (!has_text(look)) {
      frame.use = Use::no_document;
      frame.reason = kNoText;
    } else {
      groups.add(std::move(look), std::move(document), picture);
    }
  }

  const CombinedLook& combination() const {
    if (!combined) combined = combine_looks(groups.main_looks(), combining, today());
    return *combined;
  }

  Document result() const {
    if (groups.empty()) return nothing();
    const CombinedLook& all = combination();
    const std::vector<const FrameLook*> looks = groups.main_looks();
    Document document = groups.main_document();
    document.best_frame = looks[all.best]->frame;
    document.frames = frames;
    document.gain = all.gain;
    document.timing = times;
    document.reader = info(looks.size());
    set_zone(all.mrz, document);
    take_texts(all, *looks[all.best], document);
    std::string text = left_out(frames);
    if (!text.empty()) document.warnings.push_back(std::move(text));
    return document;
  }

  void take_texts(const CombinedLook& all, const FrameLook& best, Document& document) const {
    using Type = Request::Type;
    document.fields.clear();
    document.lines.clear();
    for (FieldResult line : all.lines) document.lines.push_back(to_line(std::move(line)));
    const Type type = prepared.request.type;
    if (type == Type::text || (type == Type::automatic && best.kind.empty())) {
      // The zone's lines are among all others.
      const Mrz* zone = all.mrz ? &all.mrz->mrz : nullptr;
      add_named(named_fields(lines, all.lines, zone, best.width, best.height), document);
    } else {
      for (FieldResult field : all.fields) document.fields.push_back(to_field(std::move(field)));
    }
  }

  Document nothing() const {
    Document document;
    document.frames = frames;
    document.reader = reader->info;
    document.status = Document::Status::error;
    document.error = ErrorCode::no_document;
    document.message = "a clip without frames";
    if (frames.empty()) return document;
    const ClipFrame& first = frames.front();
    const std::string name = first.path == "-"    ? "standard input"
                             : first.path.empty() ? "clip"
                                                  : printable_path(first.path);
    document.path = first.path;
    if (first.use == Use::failed) document.error = first.error;
    document.message = first.reason;
    if (frames.size() > 1)
      document.message = "none of " + std::to_string(frames.size()) +
                         " frames can be read, the first: " + first.reason;
    if (document.message.find(name) == std::string::npos)
      document.message = name + ": " + document.message;
    return document;
  }

  /// Several frames together have a calibration of their own.
  std::shared_ptr<const ReaderInfo> info(std::size_t used) const {
    const Calibration* single = reader->lines.calibration;
    if (used < 2 || single == nullptr || !single->clip) return reader->info;
    ReaderInfo told = *reader->info;
    told.accept = single->clip->accept;
    told.review = single->clip->review;
    told.error_rate = single->clip->error_rate;
    return std::make_shared<const ReaderInfo>(std::move(told));
  }

  bool enough() const {
    if (groups.empty()) return false;
    const auto used = static_cast<int>(groups.main_looks().size());
    if (options.stop.max_frames > 0 && used >= options.stop.max_frames) return true;
    return used >= options.stop.min_frames && combination().gain <= options.stop.cost;
  }

  std::shared_ptr<const Reader::Impl> reader;
  PreparedRequest prepared;
  ClipOptions options;
  LineReader lines;
  CombineOptions combining;
  ClipGroups groups;
  std::vector<ClipFrame> frames;
  Timing times;
  mutable std::optional<CombinedLook> combined;  ///< of the frames so far, once asked for
};

Clip::Clip(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Clip::Clip(Clip&&) noexcept = default;
Clip& Clip::operator=(Clip&&) noexcept = default;
Clip::~Clip() = default;

ClipFrame Clip::add(const ImageView& picture, const std::string& name,
                    const std::optional<Quad>& quad) {
  const Image image = to_image(picture, impl_->reader->limits);
  ClipFrame frame;
  frame.path = name;
  return impl_->read(std::move(frame), image, 0, quad);
}

void Clip::add_file(const FileSource& file, const FrameCallback& each) {
  const std::string name = file_name(file);
  ClipFrame blank;
  blank.path = file.path;
  const auto failed = [&](const Error& error) {
    ClipFrame frame = blank;
    frame.use = ClipFrame::Use::failed;
    frame.error = error.code();
    frame.reason = error.what();
    frame = impl_->keep(std::move(frame));
    return !each || each(frame);
  };
  try {
    std::vector<std::byte> bytes;
    std::span<const std::byte> all = std::as_bytes(std::span(file.bytes));
    const bool is_stream = file.bytes.empty() && file.path == "-";
    if (file.bytes.empty() && !is_stream) all = bytes = read_file_bytes(file.path);
    PictureStream stream(is_stream ? standard_input() : bytes_in_memory(all), name,
                         decode_options(impl_->reader->limits));
    Stopwatch watch;
    while (std::optional<SourcePage> page = stream.next()) {
      blank.page = page->number;
      const double decode_ms = watch.lap();
      if (page->error) {
        if (!failed(*page->error)) return;
      } else {
        const ClipFrame frame = impl_->read(blank, page->image, decode_ms, std::nullopt);
        if (each && !each(frame)) return;
      }
      watch.lap();
    }
    if (blank.page == 1 && impl_->frames.empty())
      failed(Error(ErrorCode::decode_failed, printable_path(name) + ": an empty file"));
  } catch (const Error& error) {
    failed(error);
  }
}

Document Clip::result() const { return impl_->result(); }

bool Clip::enough() const { return impl_->enough(); }

ImageView Clip::best_picture() const {
  if (impl_->groups.empty()) return {};
  return view_of(impl_->groups.main_picture());
}

Clip Reader::clip(const Request& request, const ClipOptions& options) const {
  check(options);
  if (request.locate_only) throw Error(ErrorCode::usage, "a clip is read, not only located");
  return Clip(std::make_unique<Clip::Impl>(impl_, impl_->prepare(request), options));
}

}  // namespace nibble
