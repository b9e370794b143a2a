#pragma once

#include <memory>
#include <optional>

#include "include/nibble/nibble.hpp"
#include "recognizer/reader/known_kinds.h"
#include "recognizer/reader/load_model.h"
#include "recognizer/reader/place.h"
#include "recognizer/reader/read_stage.h"

namespace nibble {

/// What a reader holds, which its clips share.
struct Reader::Impl {
  explicit Impl(const ReaderOptions& options) : limits(options.limits), kinds(options) {
    lines.margin = options.margin;
    lines.beam = options.beam;
    lines.rules = options.rules;
    lines.alternatives = options.alternatives;
    lines.threads = options.threads;
    if (!options.load_model) return;
    model.emplace(load_reading_model(options));
    info = std::make_shared<const ReaderInfo>(info_of(*model));
    lines.network = &model->network;
    finder.emplace(load_finder(options));
    lines.finder = &*finder;
    lines.calibration = model->calibration ? &*model->calibration : nullptr;
  }

  PreparedRequest prepare(const Request& request) const {
    if (!model && !request.locate_only)
      throw Error(ErrorCode::usage, "this reader has no model: it can only locate documents");
    return prepare_request(request, kinds);
  }

  Limits limits;
  std::optional<ReadingModel> model;
  std::optional<PictureNetwork> finder;
  std::shared_ptr<const ReaderInfo> info;  ///< null without a model
  KnownKinds kinds;
  LineReader lines;
};

}  // namespace nibble
