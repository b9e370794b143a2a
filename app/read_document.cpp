#include "app/read_document.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <new>

#include "app/common.h"
#include "app/read_artifacts.h"
#include "app/read_rules.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/text.h"
#include "recognizer/image/page_source.h"
#include "recognizer/locate/locate.h"
#include "recognizer/reader/text_lines.h"

namespace nibble {

namespace {

constexpr double kShapeTolerance = 0.03;

class Stopwatch {
 public:
  /// Milliseconds since the last call or the construction.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return ms;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::string size_text(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

/// The error with the input's name in front, unless it stands in it already.
Failure failure_of(const Error& error, const std::string& name) {
  std::string message = error.what();
  if (message.find(name) == std::string::npos) message = name + ": " + message;
  return {error.code(), message};
}

std::vector<FieldResult> read_fields_on_threads(const Network& network, const Page& page,
                                                const std::vector<FieldSpec>& fields,
                                                const ReadTask& task) {
  // A device takes all lines at once.
  if (task.threads <= 1 || network.isa() == "cuda")
    return read_fields(network, page, fields, task.options);
  struct Outcome {
    std::vector<FieldResult> results;
    std::exception_ptr error;
  };
  std::vector<FieldResult> results;
  const auto produce = [&](std::size_t i) {
    try {
      return Outcome{read_fields(network, page, {fields[i]}, task.options), nullptr};
    } catch (...) {
      return Outcome{{}, std::current_exception()};
    }
  };
  for_each_ordered(fields.size(), task.threads, produce, [&](std::size_t, Outcome outcome) {
    if (outcome.error) std::rethrow_exception(outcome.error);
    results.push_back(std::move(outcome.results.front()));
    return true;
  });
  return results;
}

/// Reads one page of an input.
void read_page(const Network& network, const Image& image, const std::string& stem,
               const ReadTask& task, DocumentResult& result) {
  Stopwatch watch;
  std::optional<Page> page;
  if (task.mrz) {
    read_mrz(network, image, task, result);
    result.times.read = watch.lap();
  } else if (task.line) {
    result.fields.push_back(read_line(network, image, task.options));
    finish_reading(task, result);
    result.times.read = watch.lap();
  } else {
    ChosenDocument chosen = choose_document(task, image, result.warnings);
    const Template& document = chosen.document;
    result.times.locate = watch.lap();
    page = rectify(image, chosen.quad, document.width, document.height, PageColor::grey);
    if (task.free_text) chosen.document.fields = find_text_lines(*page);
    result.document = FoundDocument{document.name, document.width,    document.height,
                                    chosen.quad,   chosen.confidence, chosen.located};
    result.times.rectify = watch.lap();
    result.fields = read_fields_on_threads(network, *page, document.fields, task);
    if (task.free_text)
      std::erase_if(result.fields, [](const FieldResult& line) { return !is_text(line); });
    finish_reading(task, result);
    result.times.read = watch.lap();
  }
  const std::string name = result.path == "-" ? "standard input" : result.path;
  result.output_failure = failure_in(
      name, [&] { write_artifacts(image, page ? &*page : nullptr, task, stem, result); });
}

/// The fields of --field alone. Throws Error(no_document) when the document has none of them.
void select_fields(const std::vector<std::string>& wanted, Template& document) {
  if (wanted.empty()) return;
  std::erase_if(document.fields, [&](const FieldSpec& f) {
    return std::find(wanted.begin(), wanted.end(), f.name) == wanted.end();
  });
  if (document.fields.empty())
    throw Error(ErrorCode::no_document,
                "it shows a " + document.name + ", which has no field of that name");
}

/// A document that is read without a template: as large as it is in the picture.
ChosenDocument choose_page(const ReadTask& task, const Image& image,
                           std::vector<std::string>& warnings) {
  ChosenDocument chosen{{}, rectangle(image.width, image.height), 1, false};
  if (task.quad) {
    chosen.quad = choose_quad(task, image.width, image.height, warnings);
  } else if (const auto found = locate_document(image);
             found && found->confidence >= kLeastLocateConfidence) {
    chosen.quad = found->quad;
    chosen.confidence = found->confidence;
    chosen.located = true;
  } else {
    warnings.emplace_back("no document's outline found: the whole picture is read");
  }
  const Quad& quad = chosen.quad;
  chosen.document.width = std::max(
      1, static_cast<int>(
             std::lround(std::max(distance(quad[0], quad[1]), distance(quad[3], quad[2])))));
  chosen.document.height = std::max(
      1, static_cast<int>(
             std::lround(std::max(distance(quad[0], quad[3]), distance(quad[1], quad[2])))));
  return chosen;
}

bool has_shape_of(const Template& document, int width, int height) {
  const double shape = static_cast<double>(width) / height;
  const double wanted = static_cast<double>(document.width) / document.height;
  return std::abs(shape / wanted - 1) <= kShapeTolerance;
}

}  // namespace

ChosenDocument choose_document(const ReadTask& task, const Image& image,
                               std::vector<std::string>& warnings) {
  if (task.free_text) return choose_page(task, image, warnings);
  if (task.finder) {
    try {
      const KnownDocument found = task.finder->find(image);
      ChosenDocument chosen{*found.document, found.quad, found.confidence, true};
      if (task.quad) {
        chosen.quad = choose_quad(task, image.width, image.height, warnings);
        chosen.located = false;
      }
      select_fields(task.only_fields, chosen.document);
      return chosen;
    } catch (const Error& error) {
      const bool may_be_whole =
          task.document && has_shape_of(*task.document, image.width, image.height);
      if (error.code() != ErrorCode::no_document || !may_be_whole) throw;
    }
  }
  return {*task.document, choose_quad(task, image.width, image.height, warnings), 1, false};
}

std::optional<Failure> failure_in(const std::string& name, const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return failure_of(error, printable_path(name));
  } catch (const std::bad_alloc&) {
    return Failure{ErrorCode::too_large, printable_path(name) + ": not enough memory"};
  } catch (const std::exception& error) {
    return Failure{ErrorCode::internal_error,
                   printable_path(name) + ": " + first_line(error.what())};
  }
}

Quad choose_quad(const ReadTask& task, int width, int height, std::vector<std::string>& warnings) {
  if (task.quad) {
    if (const std::string problem = quad_problem(*task.quad); !problem.empty()) {
      throw Error(ErrorCode::bad_quad,
                  "the quad of " + task.quad_origin + " " + problem + "; corners go TL TR BR BL");
    }
    return *task.quad;
  }
  const Template& document = *task.document;
  if (!has_shape_of(document, width, height)) {
    throw Error(
        ErrorCode::bad_quad,
        "its " + size_text(width, height) + " pixels have not the shape of template " +
            document.name + " (" + size_text(document.width, document.height) +
            "): give the document's corners by --quad or --quad-json" +
            (task.finder_problem.empty() ? ""
                                         : " (it cannot be found: " + task.finder_problem + ")"));
  }
  warnings.push_back("no quad given: the whole picture is taken as the upright document");
  return rectangle(width, height);
}

std::vector<DocumentResult> for_each_page(
    const ReadInput& input,
    const std::function<void(const Image&, const std::string& stem, DocumentResult&)>& work) {
  std::vector<DocumentResult> results(1);
  results[0].path = input.path;
  results[0].failure = input.failure;
  if (input.failure) return results;
  const std::string name = input.path == "-" ? "standard input" : input.path;
  const auto one_page = [&](SourcePage& page, double decode, DocumentResult& result) {
    if (page.error) throw *page.error;
    result.times.decode = decode;
    result.width = page.image.width;
    result.height = page.image.height;
    const std::string stem =
        page.number == 1 ? input.stem : input.stem + "_p" + std::to_string(page.number);
    work(page.image, stem, result);
    const StageTimes& times = result.times;
    result.times.total = times.decode + times.locate + times.rectify + times.read;
  };
  const auto all_pages = [&] {
    PageSource source(input.path == "-" ? read_standard_input() : read_file_bytes(input.path),
                      name);
    Stopwatch watch;
    while (!interrupted()) {
      watch.lap();
      std::optional<SourcePage> page = source.next();
      if (!page) break;
      const double decode = watch.lap();
      if (page->number > 1) results.emplace_back().path = input.path;
      DocumentResult& result = results.back();
      result.page = page->number;
      result.failure = failure_in(page->name, [&] { one_page(*page, decode, result); });
    }
  };
  if (const auto failure = failure_in(name, all_pages)) results.back().failure = failure;
  return results;
}

std::vector<DocumentResult> read_input(const Network& network, const ReadInput& input,
                                       const ReadTask& task) {
  return for_each_page(input,
                       [&](const Image& image, const std::string& stem, DocumentResult& result) {
                         read_page(network, image, stem, task, result);
                       });
}

}  // namespace nibble
