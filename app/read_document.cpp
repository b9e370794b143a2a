#include "app/read_document.h"

#include <chrono>
#include <cmath>
#include <exception>
#include <new>

#include "app/common.h"
#include "app/file_bytes.h"
#include "app/image_file.h"
#include "app/parallel.h"
#include "app/read_artifacts.h"
#include "app/read_rules.h"
#include "app/text.h"

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

std::string size_text(int width, int height) { return std::to_string(width) + " x " + std::to_string(height); }

/// The error with the input's name in front, unless it stands in it already.
Failure failure_of(const Error& error, const std::string& name) {
  std::string message = error.what();
  if (message.find(name) == std::string::npos) message = name + ": " + message;
  return {error.code(), message};
}

std::vector<FieldResult> read_fields_on_threads(const Network& network, const Page& page, const ReadTask& task) {
  const std::vector<FieldSpec>& fields = task.document->fields;
  if (task.threads <= 1) return read_fields(network, page, fields, task.options);
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

/// Reads one page of a picture in memory.
void read_page(const Network& network, const std::vector<std::byte>& bytes, const std::string& name, const std::string& stem,
               const ReadTask& task, DocumentResult& result) {
  Stopwatch total;
  Stopwatch watch;
  const Image image = decode_image(bytes.data(), bytes.size(), name, result.page);
  result.times.decode = watch.lap();
  result.width = image.width;
  result.height = image.height;
  std::optional<Page> page;
  if (task.mrz) {
    read_mrz(network, image, task, result);
    result.times.read = watch.lap();
  } else if (task.line) {
    result.fields.push_back(read_line(network, image, task.options));
    finish_reading(task, result);
    result.times.read = watch.lap();
  } else {
    const Template& document = *task.document;
    const Quad quad = choose_quad(task, image.width, image.height, result.warnings);
    result.document = FoundDocument{document.name, document.width, document.height, quad};
    page = rectify(image, quad, document.width, document.height);
    result.times.rectify = watch.lap();
    result.fields = read_fields_on_threads(network, *page, task);
    finish_reading(task, result);
    result.times.read = watch.lap();
  }
  result.times.total = total.lap();
  result.output_failure = failure_in(name, [&] { write_artifacts(image, page ? &*page : nullptr, task, stem, result); });
}

}  // namespace

std::optional<Failure> failure_in(const std::string& name, const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return failure_of(error, printable_path(name));
  } catch (const std::bad_alloc&) {
    return Failure{ErrorCode::too_large, printable_path(name) + ": not enough memory"};
  } catch (const std::exception& error) {
    return Failure{ErrorCode::internal_error, printable_path(name) + ": " + first_line(error.what())};
  }
}

Quad choose_quad(const ReadTask& task, int width, int height, std::vector<std::string>& warnings) {
  if (task.quad) {
    if (const std::string problem = quad_problem(*task.quad); !problem.empty()) {
      throw Error(ErrorCode::bad_quad, "the quad of " + task.quad_origin + " " + problem + "; corners go TL TR BR BL");
    }
    return *task.quad;
  }
  const Template& document = *task.document;
  const double shape = static_cast<double>(width) / height;
  const double wanted = static_cast<double>(document.width) / document.height;
  if (std::abs(shape / wanted - 1) > kShapeTolerance) {
    throw Error(ErrorCode::bad_quad, "its " + size_text(width, height) + " pixels have not the shape of template " + document.name + " (" +
                                         size_text(document.width, document.height) +
                                         "): give the document's corners by --quad or --quad-json");
  }
  warnings.push_back("no quad given: the whole picture is taken as the upright document");
  return rectangle(width, height);
}

std::vector<DocumentResult> read_input(const Network& network, const ReadInput& input, const ReadTask& task) {
  std::vector<DocumentResult> results(1);
  results[0].path = input.path;
  results[0].failure = input.failure;
  if (input.failure) return results;
  const std::string name = input.path == "-" ? "standard input" : input.path;
  const auto read_pages = [&] {
    const std::vector<std::byte> bytes = input.path == "-" ? read_standard_input() : read_file_bytes(input.path);
    const int pages = count_pages(bytes.data(), bytes.size(), name);
    for (int page = 1; page <= pages && !interrupted(); ++page) {
      if (page > 1) results.emplace_back().path = input.path;
      results.back().page = page;
      const std::string stem = page == 1 ? input.stem : input.stem + "_p" + std::to_string(page);
      DocumentResult& result = results.back();
      result.failure = failure_in(name, [&] { read_page(network, bytes, name, stem, task, result); });
    }
  };
  if (const auto failure = failure_in(name, read_pages)) results.back().failure = failure;
  return results;
}

}  // namespace nibble
