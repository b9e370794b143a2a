#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/page/page.h"

namespace nibble {

/// A field of a document type as the data set labels it.
struct LabelledField {
  FieldSpec spec;                    ///< name, and quad in pixels of the template picture
  std::optional<std::string> value;  ///< UTF-8; none for pictures such as photo and signature
};

/// One photographed frame of a document.
struct MidvFrame {
  std::string id;  ///< "CA/CA43_01": folder and name without extension, with '/' on every system
  std::string condition;  ///< two capital letters: CA, TS, XX (unknown), MIDV-2019's DG DX LG LX,
                          ///< ...; MIDV-2020: photo, clips, ...
  int number = 0;         ///< 1, 2, ... within its clip
  std::string image;      ///< path of the picture
  Quad quad{};            ///< the document's corners in frame pixels; may lie outside the frame
  std::string
      clip{};  ///< what tells clips of the same type and condition apart; empty where there is one
};

/// A document type: its template and its frames, in the order of their ids. In MIDV-2020 one
/// specimen of a type, since each has values of its own: several share a name there.
struct DocumentType {
  std::string name;            ///< e.g. "43_tur_id"
  std::string template_image;  ///< path; empty when the data set has none
  std::vector<LabelledField> fields;
  std::vector<MidvFrame> frames;
};

/// Something in a data set that could not be used; the rest of it could.
struct DatasetProblem {
  std::string path;
  std::string message;  ///< one line that names the path
};

/// A data set. Types are sorted by name.
struct Dataset {
  std::string path;
  std::vector<DocumentType> types;
  std::vector<DatasetProblem> problems;
};

/// Lists a data set of MIDV-500's layout (MIDV-2019 has the same). A type is a folder with `images`
/// and `ground_truth`, nested up to three folders deep below `path`, or `path` itself. Pictures are
/// not opened. A frame without a usable ground truth, a ground truth without a frame and a template
/// entry that cannot be used are left out and listed as problems; other files are ignored. Throws
/// Error(file_not_found), or Error(decode_failed) when there is no document type.
Dataset read_midv500(const std::string& path);

/// Parses a frame's ground truth, {"quad": [[x, y] x 4]}, corners from the top left clockwise.
/// Other keys are ignored. `name` stands in messages. Throws Error(decode_failed).
Quad parse_frame_quad(const std::string& text, const std::string& name);

/// Parses a type's ground truth, {"field01": {"value": "...", "quad": [[x, y] x 4]}, ...}, sorted
/// by field name. An entry whose quad or value cannot be used is left out and described in
/// `problems`. Throws Error(decode_failed) when the text is no JSON object.
std::vector<LabelledField> parse_template_fields(const std::string& text, const std::string& name,
                                                 std::vector<std::string>& problems);

}  // namespace nibble
