#include "recognizer/kinds/index_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "nn/atomic_file.h"
#include "nn/error.h"
#include "recognizer/base/mapped_file.h"
#include "recognizer/base/text.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

std::optional<SourceStamp> stamp_of(const std::string& folder, const std::string& name) {
  struct stat info = {};
  if (::stat((folder + "/" + name).c_str(), &info) != 0) return std::nullopt;
  return SourceStamp{name, static_cast<std::uint64_t>(info.st_size),
                     std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

[[noreturn]] void fail(const std::string& path, const std::string& problem) {
  throw Error(ErrorCode::bad_template, printable_path(path) + ": " + problem);
}

/// The files of templates as they are now; of those with a picture that too.
class Stamper {
 public:
  explicit Stamper(std::string folder) { source_.folder = std::move(folder); }

  void add(const std::string& name) {
    if (const auto stamp = stamp_of(source_.folder, name)) source_.stamps.push_back(*stamp);
  }

  IndexSource finish() {
    std::sort(source_.stamps.begin(), source_.stamps.end(),
              [](const SourceStamp& a, const SourceStamp& b) { return a.name < b.name; });
    return std::move(source_);
  }

 private:
  IndexSource source_;
};

std::string absolute(const std::string& folder) {
  std::error_code error;
  const fs::path path = fs::canonical(folder, error);
  return error ? folder : path.string();
}

bool is_json(const std::string& name) { return name.ends_with(".json"); }

/// Keeps an index beside its templates, where that is allowed.
bool write_index(const std::string& path, std::span<const std::byte> bytes) {
  try {
    write_file(path, bytes, FileAccess::everyone);
    return true;
  } catch (const Error&) {
    return false;  // a folder of others: the index lives as long as the process
  }
}

}  // namespace

std::vector<std::byte> build_index(const std::string& folder) {
  KindIndexBuilder builder;
  Stamper stamper(absolute(folder));
  for (const std::string& file : template_files(folder)) {
    // Before the file is read: what changes meanwhile is seen as a change the next time.
    stamper.add(fs::path(file).filename().string());
    const Template document = load_template(file);
    if (document.picture.empty()) continue;
    stamper.add(document.picture);
    builder.add(load_with_picture(file));
  }
  if (builder.size() == 0) return {};
  return builder.finish(stamper.finish());
}

std::shared_ptr<const KindIndex> open_index(const std::string& path) {
  try {
    const auto file = map_file(path);
    return std::make_shared<const KindIndex>(file->bytes(), file, printable_path(path));
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_template, error.what());
  }
}

std::string index_staleness(const KindIndex& index) {
  const IndexSource& source = index.source();
  std::error_code error;
  if (source.folder.empty() || !fs::is_directory(source.folder, error)) return {};
  std::size_t templates = 0;
  for (const SourceStamp& stamp : source.stamps) {
    const auto now = stamp_of(source.folder, stamp.name);
    if (!now) return printable_path(stamp.name) + " is gone";
    if (*now != stamp) return printable_path(stamp.name) + " has changed";
    if (is_json(stamp.name)) ++templates;
  }
  // None is gone, so that as many are the same ones.
  if (template_files(source.folder).size() != templates) return "templates were added";
  return {};
}

FolderIndex index_of_folder(const std::string& folder, KeepIndex keep) {
  const std::string path = folder + "/" + kIndexName;
  FolderIndex found;
  std::error_code error;
  if (fs::exists(path, error)) {
    std::string problem;
    try {
      found.index = open_index(path);
      if (found.index->source().folder != absolute(folder)) problem = "made in another folder";
      if (problem.empty()) problem = index_staleness(*found.index);
    } catch (const Error& damage) {
      problem = damage.what();
    }
    if (problem.empty()) return found;
    found.note = std::string(kIndexMadeAnew) + " was made anew: " + problem;
  }
  std::vector<std::byte> bytes = build_index(folder);
  if (bytes.empty()) return {};
  if (keep == KeepIndex::yes && write_index(path, bytes)) {
    found.index = open_index(path);
  } else {
    found.index = index_of(std::move(bytes), printable_path(folder));
  }
  return found;
}

std::shared_ptr<const KindIndex> index_of_file(const std::string& path) {
  auto index = open_index(path);
  if (const std::string problem = index_staleness(*index); !problem.empty()) {
    fail(path, "the templates in " + printable_path(index->source().folder) +
                   " are not those that this index was made of (" + problem +
                   "): make it anew with nibble template index");
  }
  return index;
}

}  // namespace nibble
