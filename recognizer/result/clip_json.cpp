#include "recognizer/result/clip_json.h"

#include <algorithm>
#include <cmath>

namespace nibble {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json frame_json(const ClipFrame& frame) {
  const bool used = frame.use == ClipFrame::Use::used;
  Json json = {{"path", frame.path}, {"page", frame.page}, {"used", used}};
  if (!used) {
    json["why"] = frame_use_name(frame.use);
    json["reason"] = frame.reason;
  }
  if (frame.use != ClipFrame::Use::failed) {
    json["quality"] = {{"sharpness", rounded(frame.quality.sharpness)},
                       {"glare", rounded(frame.quality.glare)},
                       {"cut_off", rounded(frame.quality.cut_off)}};
  }
  json["ms"] = std::round(frame.ms * 1e3) / 1e3;
  return json;
}

}  // namespace

void add_frames(const Document& document, Json& json) {
  if (document.frames.empty()) return;
  Json frames = Json::array();
  for (const ClipFrame& frame : document.frames) frames.push_back(frame_json(frame));
  json["frames"] = frames;
  if (!document.ok()) return;
  const auto used =
      std::count_if(document.frames.begin(), document.frames.end(),
                    [](const ClipFrame& frame) { return frame.use == ClipFrame::Use::used; });
  json["clip"] = {
      {"used", used}, {"best_frame", document.best_frame}, {"gain", rounded(document.gain)}};
}

void add_said(const TextLine& line, Json& json) {
  if (line.said.empty()) return;
  Json said = Json::array();
  for (const FrameText& text : line.said)
    said.push_back(
        {{"frame", text.frame}, {"text", text.text}, {"confidence", rounded(text.confidence)}});
  json["said"] = said;
  json["gain"] = rounded(line.gain);
  json["decided"] = line.decided;
}

}  // namespace nibble
