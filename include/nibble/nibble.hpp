/// Nibble reads the fields of identity documents from photographs and scans. This header is the
/// whole C++ interface of the library; it needs C++17 and nothing but the standard library.
///
///     nibble::Reader reader;  // immutable: any number of threads may share one
///     nibble::Document document = reader.read(nibble::ImageView{pixels, width, height});
///     for (const nibble::Field& field : document.fields)
///       use(field.name, field.text, field.value, field.confidence, field.decision);
///
/// A bad document is a result: what could not be read says so in its Document. A bad call, model,
/// template or device throws nibble::Error. All text is UTF-8. Positions are pixels of the picture
/// as it stands upright; (0, 0) is the centre of its top-left pixel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__GNUC__)
#define NIBBLE_API __attribute__((visibility("default")))
#else
#define NIBBLE_API
#endif

namespace nibble {

/// The library's version, e.g. "0.2.0".
NIBBLE_API const char* version();

// ---- Errors -------------------------------------------------------------------------------------

/// What went wrong, in the terms that decide the program's exit code and the `error.code` of its
/// JSON.
enum class ErrorCode {
  usage,           ///< a call that cannot be meant
  file_not_found,  ///< an input does not exist or cannot be opened
  decode_failed,   ///< an image, dataset file or list that cannot be decoded
  too_large,       ///< an image whose dimensions exceed the limit
  bad_quad,        ///< a quadrilateral without area or that crosses itself
  no_document,     ///< a picture in which no document was found
  bad_template,    ///< a template that cannot be used
  bad_model,       ///< a model file that cannot be trusted
  bad_device,      ///< an instruction set or device that is not here
  write_failed,    ///< an output that cannot be written
  internal_error,  ///< a fault of the library or of one that it uses
};

/// The name of a code as it stands in JSON, e.g. "decode_failed".
NIBBLE_API const char* error_code_name(ErrorCode code);

/// The one exception of the library: thrown for a bad call or a bad file, never for an unreadable
/// document. `what()` is a single line that names the file, what is wrong with it and, where it
/// helps, what to do.
class NIBBLE_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

// ---- Pictures and places ------------------------------------------------------------------------

/// A position in pixels; (0, 0) is the centre of the top-left pixel.
struct Point {
  double x = 0;
  double y = 0;
};
inline bool operator==(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }
inline bool operator!=(const Point& a, const Point& b) { return !(a == b); }

/// Corners in the order top-left, top-right, bottom-right, bottom-left of what stands in it
/// upright: the order tells the direction of a text. Corners may lie outside the picture.
using Quad = std::array<Point, 4>;

/// How a pixel is stored: 8 bits a channel, interleaved. Alpha is laid over white.
enum class PixelFormat { grey8, rgb8, bgr8, rgba8, bgra8 };

/// A picture in the caller's memory, which is only read and only during the call.
struct ImageView {
  const std::uint8_t* pixels = nullptr;  ///< of the top-left pixel
  int width = 0;                         ///< pixels, 1 or more
  int height = 0;                        ///< pixels, 1 or more
  std::ptrdiff_t stride = 0;             ///< bytes from a row to the next one; 0: rows without gaps
  PixelFormat format = PixelFormat::rgb8;
};

/// A picture of the library's.
struct Picture {
  int width = 0;
  int height = 0;
  PixelFormat format = PixelFormat::rgb8;
  std::vector<std::uint8_t> pixels;  ///< rows from the top, without gaps

  ImageView view() const { return {pixels.data(), width, height, 0, format}; }
};

// ---- What is read -------------------------------------------------------------------------------

/// What to do with a text: take it, have a person look at it, or not use it. See Reader::info for
/// the rate that "accept" states.
enum class Decision { accept, review, reject };

/// "accept", "review" or "reject".
NIBBLE_API const char* decision_name(Decision decision);

/// Another character that could stand at a place, with its probability.
struct Alternative {
  std::string text;  ///< one character, UTF-8; empty for "no character here"
  double confidence = 0;
};

/// A character that a rule changed.
struct RuleChange {
  int position = 0;  ///< in what was read (`raw`), in characters
  std::string from;  ///< empty: nothing was read here, and `to` goes before this position
  std::string to;    ///< empty: what was read here is no character
  double cost = 0;   ///< log(probability as read / probability of the change), or a fixed price
                     ///< where the alternatives say nothing
};

/// What a rule says of a field.
struct RuleCheck {
  std::string rule;  ///< e.g. "date:dd.mm.yyyy", "alphabet", "mrz:document_number"
  bool ok = false;   ///< the text, as changed, is what the rule asks for
  std::vector<RuleChange> changes;
};

/// One character as the network read it, before any rule.
struct TextChar {
  std::string text;                       ///< one character, UTF-8
  double confidence = 0;                  ///< 0 to 1
  Quad quad{};                            ///< as high as the line
  std::vector<Alternative> alternatives;  ///< best first, at most ReaderOptions::alternatives
};

/// What one frame of a clip says of a text.
struct FrameText {
  int frame = 0;          ///< position in Document::frames
  std::string text;       ///< after rules, from this frame alone
  double confidence = 0;  ///< that it is right, from this frame alone
};

/// A line of text that was read.
struct TextLine {
  std::string text;               ///< after rules
  std::string raw;                ///< before rules
  double confidence = 0;          ///< probability that `text` is right, 0 to 1
  double network_confidence = 0;  ///< the network's own, of `raw`
  Decision decision = Decision::reject;
  Quad quad{};   ///< in the picture, without a margin
  Quad place{};  ///< of a field of a known kind in the upright document, Placement::width x height;
                 ///< else as `quad`
  std::vector<TextChar> chars;    ///< of `raw`, in its order
  std::vector<RuleCheck> checks;  ///< in the order in which the rules were applied
  double ms = 0;                  ///< milliseconds that reading it took
  std::vector<FrameText> said;    ///< of a clip: what each frame says that is used and shows it
  double gain = 1;       ///< of a clip: how much of the text another frame is expected to change
  bool decided = false;  ///< of a clip: that is no more than StopRule::cost
};

/// A line that was found on the picture, not asked for by name.
struct FoundLine : TextLine {
  std::string field;  ///< name of the field that it became, with nothing left over; empty for none
};

/// A field of a document: a text with a name and a meaning.
struct Field : TextLine {
  std::string name;     ///< the template's, or a standard name: surname, birth_date, ...
  std::string kind;     ///< date, docnum, latin, mrz, text, other; empty when unknown
  std::string value;    ///< what the text means: an ISO date; the text itself for other kinds
  std::string caption;  ///< without a template: the print that named it; empty for none
  std::string source;   ///< without a template: caption, number, zone or form; else empty
};

/// A machine readable zone (ICAO Doc 9303 and its national relatives).
struct Zone {
  struct Element {
    std::string name;   ///< document_number, surname, birth_date, ...
    std::string value;  ///< without fillers; dates in ISO form
  };
  struct Check {
    std::string name;  ///< of the element, or "composite"
    bool ok = false;
    char found = 0;
    char expected = 0;
  };
  struct Change {
    int line = 0;      ///< from 0
    int position = 0;  ///< in the corrected line, from 0
    std::string from;  ///< empty: nothing was read here
    std::string to;    ///< empty: what was read here is not there
    double cost = 0;   ///< as RuleChange::cost
  };
  std::string format;  ///< "TD1", "TD2", "TD3", "MRV-A", ...
  std::vector<std::string> lines;
  bool valid = false;  ///< all check digits match, all days exist, no character is in doubt
  std::vector<Element> elements;
  std::vector<Check> checks;
  std::vector<Change> changes;  ///< all that is not as it was read
  double cost = 0;              ///< sum of the changes' costs
  std::vector<std::string> warnings;
};

/// Where the document is in the picture.
struct Placement {
  enum class Source {
    given,    ///< the caller gave the corners
    located,  ///< they were found
    whole,    ///< nothing was found: the whole picture is assumed to be the document
  };
  std::string kind;       ///< name of the template; empty when it is read without one
  Quad quad{};            ///< picture pixels
  double confidence = 0;  ///< that a document of this kind is there: 1 where kind and corners were
                          ///< given, 0 where the whole picture is only assumed
  Source source = Source::given;
  int width = 0;  ///< of the template, or of the document in the picture, in pixels
  int height = 0;
};

/// "given", "located" or "whole".
NIBBLE_API const char* placement_source_name(Placement::Source source);

/// Milliseconds of the stages.
struct Timing {
  double decode = 0;
  double locate = 0;
  double rectify = 0;
  double read = 0;
  double total = 0;
};

/// What reads: it stands in every result.
struct ReaderInfo {
  std::string model;        ///< name of the model, e.g. "nibble-int4"
  std::string precision;    ///< f32, int8 or int4
  std::string isa;          ///< the instruction set that runs, e.g. "avx2"
  std::string digest;       ///< of the model, "sha256:..."
  bool calibrated = false;  ///< else confidences are the network's own and nothing is accepted
  double accept = 1;        ///< least confidence of an accepted field
  double review = 0.5;      ///< least confidence of a field that is not rejected
  double error_rate = 0;    ///< stated: the share of accepted fields that are wrong is at most this
  std::string note;         ///< why it is not calibrated, one line; empty where that was asked for
  bool doubtful = false;  ///< the note is a warning: a calibration is there, but for another model
};

/// How well a picture can be read, told before anything is read.
struct FrameQuality {
  double sharpness = 0;  ///< 0 (nothing is in focus) to 1 (edges of one pixel)
  double glare = 0;      ///< share of the picture that is white with glare, 0 to 1
  double cut_off = 0;    ///< share of the document outside of the picture, 0 to 1
};

/// A frame of a clip, and what became of it.
struct ClipFrame {
  enum class Use {
    used,              ///< it is part of the result
    unreadable,        ///< nothing in it is sharp enough to be read
    no_document,       ///< no document was found in it, or no text
    another_document,  ///< it shows another document than most frames
    surplus,           ///< frames that tell more are enough
    failed,            ///< it could not be decoded
  };
  Use use = Use::used;
  std::string reason;  ///< one line that says why it is not used; empty where it is
  std::string path;    ///< of the file, or the name of the picture
  int page = 1;        ///< of the file, or of the stream, from 1
  FrameQuality quality;
  double ms = 0;                                ///< milliseconds that it took
  ErrorCode error = ErrorCode::internal_error;  ///< where use is failed
};

/// "used", "unreadable", "no_document", "another_document", "surplus" or "failed".
NIBBLE_API const char* frame_use_name(ClipFrame::Use use);

/// All that was read on one picture, or why nothing was. Of a clip: what all its frames say, with
/// positions, path and page of the best one.
struct Document {
  enum class Status { ok, error };
  Status status = Status::ok;
  ErrorCode error = ErrorCode::internal_error;  ///< where status is error
  std::string message;                          ///< one line that says why, where status is error

  std::string path;  ///< of the file, as given; empty for pixels
  int page = 1;      ///< of the file, from 1
  int width = 0;     ///< of the picture, in pixels
  int height = 0;
  std::optional<Placement> placement;  ///< none for a single line and for a zone alone
  std::vector<Field> fields;
  std::optional<Zone> zone;
  std::vector<Zone> more_zones;       ///< of other documents on the picture
  std::vector<FoundLine> lines;       ///< without a template: every line, in reading order
  std::vector<std::string> warnings;  ///< what was assumed and what is doubtful, a line each
  Timing timing;
  std::shared_ptr<const ReaderInfo> reader;  ///< null where no model is loaded
  std::vector<ClipFrame> frames;             ///< of a clip: all that were added, in their order
  int best_frame = 0;                        ///< of a clip: the one whose positions these are
  double gain = 1;  ///< of a clip: mean of TextLine::gain over what was read

  bool ok() const { return status == Status::ok; }
  /// The first field of this name, or null.
  const Field* field(std::string_view name) const {
    for (const Field& f : fields) {
      if (f.name == name) return &f;
    }
    return nullptr;
  }
};

// ---- The reader ---------------------------------------------------------------------------------

/// A file that the library reads: on disk, or its bytes in memory. Empty: the default.
struct FileSource {
  std::string path;                   ///< with bytes, only what messages call it
  std::vector<std::uint8_t> bytes{};  ///< taken instead of the path unless empty

  bool empty() const { return path.empty() && bytes.empty(); }
};

/// A kind of document: its template (JSON, see data/templates/README.md) and its reference picture.
struct TemplateSource {
  FileSource document;
  FileSource picture{};  ///< empty: the file that a template on disk names beside itself. Without
                         ///< one the document cannot be found: its corners must be given
};

/// What is refused rather than read.
struct Limits {
  std::int64_t max_pixels = 200'000'000;           ///< of a picture
  int max_side = 40'000;                           ///< pixels of its longer side
  int max_pages = 10'000;                          ///< of a file
  std::int64_t max_bytes = std::int64_t{1} << 31;  ///< of a file
};

struct ReaderOptions {
  enum class Precision { f32, int8, int4 };

  /// Of the network: fewer bits are faster and read as well. Without `model` it chooses the
  /// library's own model of this precision; with one it must be the model's.
  Precision precision = Precision::int4;
  FileSource model;        ///< what reads lines; empty: the library's own
  FileSource calibration;  ///< what makes confidences probabilities; empty: the model's own, where
                           ///< there is one (that of x.safetensors is x.calibration.json)
  bool calibrate = true;   ///< false: confidences are the network's own and nothing is accepted
  FileSource finder;       ///< the model that finds lines; empty: the library's own
  bool load_model = true;  ///< false: no model is loaded, and the reader can only locate documents

  /// Where the library's own files are, models/ and templates/; empty: see data_folder().
  std::string data_folder;
  /// The kinds of documents that are known: all templates with a picture in this folder, or in this
  /// index of one (nibble template index); empty: the library's own. And `templates` besides.
  std::string template_folder;
  std::vector<TemplateSource> templates;

  std::string isa;             ///< instruction set, e.g. "avx2"; empty: the best one here
  bool winograd = true;        ///< false: multiply 4-bit layers directly; slower, the same results
  std::string device = "cpu";  ///< cpu, cuda, or auto: cuda where there is one
  int threads = 1;             ///< that share the fields of one picture
  bool rules = true;           ///< dates, alphabets, zones, countries; false: text as it was read
  int alternatives = 3;        ///< kept for each character in the result
  double margin = 0.1;         ///< around each field, share of its height, 0 to 2
  int beam = 0;                ///< width of the prefix beam search; 0 decodes greedily
  Limits limits;
};

/// What is to be read in a picture.
struct Request {
  enum class Type {
    automatic,  ///< the fields of a known kind where one is found, else the zone and the fields
                ///< that captions name, else every line; never an error for a picture
    kind,       ///< the fields of one kind of document
    zone,       ///< the machine readable zone alone, anywhere at any of the four orientations
    text,       ///< every line, in reading order
    line,       ///< the picture is one line of text and nothing else
  };
  Type type = Type::automatic;
  /// Type::kind: name of a known template or path of a template file. Empty: any known kind, and
  /// a picture without one is Document::Status::error.
  std::string kind;
  std::optional<Quad> quad{};         ///< corners of the document, where they are known
  std::string quad_name{};            ///< what messages call them, e.g. the file that holds them
  std::vector<std::string> fields{};  ///< read these alone; empty: all
  int page = 0;                       ///< of a file: read this page alone, from 1; 0: every page
  bool locate_only = false;  ///< find the document and read nothing; without a kind its outline, of
                             ///< which there must be one and which does not tell which way is up
  double min_outline = 0.45;  ///< least confidence of an outline, 0 to 1
  /// Told each stage that is done and its milliseconds: decode, template, outline, rectify,
  /// find, crop, normalize, network, text, rules. Called by the threads that read, before the call
  /// returns.
  std::function<void(const char* stage, double ms)> observer{};
};

/// When a clip has been read enough: the expected change of the combined texts by one more frame
/// (mean of the share of their characters) is no more than what a frame costs (K. Bulatov,
/// N. Razumnyi, V. Arlazarov, "On optimal stopping strategies for text recognition in a video
/// stream", IJDAR 22, 2019; the expectation as in K. Bulatov, B. Savelyev, V. Arlazarov, "Next
/// integrated result modelling for stopping the text field recognition process in a video", ICMV
/// 2019).
struct StopRule {
  double cost = 0.03;  ///< of a frame, in shares of a text's characters, above 0
  int min_frames = 1;  ///< used before it may end
  int max_frames = 0;  ///< used at most; 0: any number
};

struct ClipOptions {
  StopRule stop;
  double min_sharpness = 0.12;  ///< frames below it are not read, 0 to 1
  int most_used = 32;           ///< frames that make the result; those that tell more are kept
  bool keep_picture = false;    ///< keep the best frame's pixels, see Clip::best_picture()
};

/// Reads frames of one document as they come and combines what they say. Frames may be sharp or
/// not, show the document elsewhere, in part, or not at all: those that show another document or
/// none are told apart and left out. Memory does not grow with the number of frames but for the
/// list of them. One thread at a time may use it; it keeps its reader's models.
class NIBBLE_API Clip {
 public:
  Clip(Clip&&) noexcept;
  Clip& operator=(Clip&&) noexcept;
  ~Clip();

  /// Reads a frame and says what became of it for now; later frames may show that it was another
  /// document. `quad`: its corners, where they are known. Throws as Reader::read() does.
  ClipFrame add(const ImageView& picture, const std::string& name = {},
                const std::optional<Quad>& quad = std::nullopt);

  /// Told each frame that was read. Returns false to read no more of the file.
  using FrameCallback = std::function<bool(const ClipFrame& frame)>;

  /// The same of a file: each page of it, or each picture of a stream of JPEG pictures one behind
  /// the other. The path "-" is standard input, of which no more is read than is asked for. Ends
  /// early when `each` returns false. A file that cannot be opened is a frame that failed.
  void add_file(const FileSource& file, const FrameCallback& each = {});

  /// What the frames so far say; status error while none of them could be read.
  Document result() const;

  /// Whether another frame is not worth its cost (ClipOptions::stop), for all texts together.
  bool enough() const;

  /// The pixels of Document::best_frame; null pixels without ClipOptions::keep_picture or before a
  /// frame was used. Lasts until the next frame is added.
  ImageView best_picture() const;

 private:
  friend class Reader;
  struct Impl;
  explicit Clip(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Reads documents. Immutable and cheap to copy; any number of threads may share one.
class NIBBLE_API Reader {
 public:
  /// Loads the model and packs it for this processor; templates are loaded when they are first
  /// asked for, and then kept. Throws Error(bad_model | bad_device | usage).
  explicit Reader(const ReaderOptions& options = {});

  /// Loads what a request needs and checks it, so that reading does not fail
  /// for it later. Throws Error(usage | bad_template).
  void prepare(const Request& request) const;

  /// Reads a picture. A picture without what was asked for, or with corners that cannot be, is a
  /// Document with status error. Throws Error(usage) for an impossible view and Error(too_large),
  /// and as prepare() does.
  Document read(const ImageView& picture, const Request& request = {}) const;

  /// Reads all pages of a file (JPEG, PNG, TIFF, PDF, ...), one Document a page, at least one; with
  /// status error for a file or a page that cannot be opened or decoded. Throws as prepare() does.
  std::vector<Document> read_file(const std::string& path, const Request& request = {}) const;

  /// The same of a file in memory, which is only read and only during the call; `name` stands in
  /// messages and results.
  std::vector<Document> read_bytes(const void* bytes, std::size_t size, const std::string& name,
                                   const Request& request = {}) const;

  /// Called with each page's picture, whose pixels are null where it could not be decoded and else
  /// last for the call (grey where a zone is asked for), and with what was read on it. Returns
  /// false to stop.
  using PageCallback = std::function<bool(const ImageView& picture, Document&& document)>;

  /// The same page by page: memory holds one page at a time. The path "-" is standard input.
  void read_pages(const FileSource& file, const Request& request, const PageCallback& each) const;

  /// Begins to read frames of one document. Throws as prepare() does, and Error(usage) for
  /// options that cannot be and for a request that only locates.
  Clip clip(const Request& request = {}, const ClipOptions& options = {}) const;

  /// What reads.
  const ReaderInfo& info() const;

 private:
  friend class Clip;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// The document taken out of the picture and made upright, at the resolution of the picture. Throws
/// Error(usage | bad_quad).
NIBBLE_API Picture upright(const ImageView& picture, const Placement& placement);

/// The picture of one text of a document as it is cut out to be read, and as the network sees it.
struct TextCrop {
  std::string name;    ///< of the field; line01, line02, ... for lines
  Picture crop;        ///< grey
  Picture normalized;  ///< grey, dark on light, of the network's height
};

/// The crops of a document's fields and lines, with the margin that they were read with. Throws
/// Error(usage | bad_quad).
NIBBLE_API std::vector<TextCrop> crop_texts(const ImageView& picture, const Document& document,
                                            double margin = 0.1);

/// One page of a file, from 1, as it stands upright: grey8 or rgb8. Throws Error(usage) for a page
/// that the file does not have, and Error(file_not_found | decode_failed | too_large).
NIBBLE_API Picture load_picture(const FileSource& file, int page = 1, const Limits& limits = {});

/// The folder with the library's own models/ and templates/: NIBBLE_DATA of the environment, else
/// that of the installation.
NIBBLE_API std::string data_folder();

// ---- Results in files ---------------------------------------------------------------------------

/// A document as one JSON object, as data/schema describes it; indented by `indent` spaces, or on
/// one line (-1).
NIBBLE_API std::string to_json(const Document& document, int indent = -1);

/// Where a renderer puts its text.
using Sink = std::function<void(std::string_view)>;

/// Writes documents in one format, one after the other.
class NIBBLE_API Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void add(const Document& document) = 0;
  /// Ends the output, e.g. closes a JSON array.
  virtual void finish() {}
};

struct RenderOptions {
  bool several = false;  ///< text: a heading before each document
  bool verbose = false;  ///< text: confidences and decisions too
};

/// `format` is text, zone (a zone's lines, elements and checks for people), json, jsonl, tsv, csv,
/// hocr or alto. Throws Error(usage) for another one.
NIBBLE_API std::unique_ptr<Renderer> make_renderer(const std::string& format, Sink sink,
                                                   const RenderOptions& options = {});

/// The picture in colour with the document's outline and, beside each text, what was read. Throws
/// Error(usage) for an impossible view.
NIBBLE_API Picture annotate(const ImageView& picture, const Document& document);

}  // namespace nibble
