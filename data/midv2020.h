#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/midv.h"

namespace nibble {

/// A picture as a VIA file (VGG Image Annotator 2) describes it.
struct ViaPicture {
  std::string name;                   ///< file name without folders
  std::vector<LabelledField> fields;  ///< in the file's order, in pixels of the picture
  std::optional<Quad> document;       ///< the region doc_quad
};

/// Parses a VIA project or an export of its annotations. A region is a rectangle or a polygon of
/// four points, named by its attribute field_name, with its text in the attribute value; other
/// regions, and names that a picture has twice, are left out and described in `problems`. Throws
/// Error(decode_failed) when the text is no such file. `name` stands in messages.
std::vector<ViaPicture> parse_via(const std::string& text, const std::string& name,
                                  std::vector<std::string>& problems);

/// True for a folder in MIDV-2020's layout: one that read_midv2020 takes.
bool looks_like_midv2020(const std::string& path);

/// Lists a data set of MIDV-2020's layout: folders templates, photo, scan_upright, scan_rotated and
/// clips (any of them; also nested once, or one of them as `path` with templates beside it), each
/// with images/TYPE/NN.jpg and annotations/TYPE.json, clips with images/TYPE/NN/FRAME.jpg and
/// annotations/TYPE/NN.json. Specimen NN of a type is one DocumentType with the fields of its
/// template; its frames have ids like "photo/NN" and "clips/NN/FRAME". Pictures are not opened.
/// What cannot be used is left out and listed as a problem, one for each annotation file and
/// reason. Throws Error(file_not_found), or Error(decode_failed) when there is no template.
Dataset read_midv2020(const std::string& path);

}  // namespace nibble
