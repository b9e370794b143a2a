#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "app/support/read_pages.h"
#include "app/template/template_check.h"
#include "app/template/template_import.h"
#include "app/template/template_new.h"
#include "include/nibble/nibble.hpp"
#include "nn/atomic_file.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"
#include "recognizer/kinds/index_store.h"
#include "recognizer/kinds/template.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {

namespace {

struct ImportArguments {
  CommonOptions common;
  TemplateImport import;
};

ExitCode run_import(const ImportArguments& arguments) {
  const ImportReport report = import_templates(arguments.import);
  for (const std::string& warning : report.warnings) report_warning(arguments.common, warning);
  for (const std::string& error : report.errors) report_error(error);
  for (const ImportedTemplate& made : report.made) {
    std::printf("%s  %s, %d x %d, %zu fields\n", printable_path(made.path).c_str(),
                printable_text(made.document.name).c_str(), made.document.width,
                made.document.height, made.document.fields.size());
  }
  return report.errors.empty() ? kExitOk : kExitSomeFailed;
}

void add_languages_option(CLI::App& command, std::vector<std::string>& languages) {
  command
      .add_option(
          "--languages", languages,
          "Languages of the documents, as cs,de: only their letters may stand in the fields "
          "(default: any)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("CODES");
}

void add_import(CLI::App& parent, int& exit_code) {
  CLI::App* command = parent.add_subcommand(
      "import", "Templates from a data set in MIDV-500's or MIDV-2020's layout");
  const auto arguments = std::make_shared<ImportArguments>();
  command->footer(
      "Each document type needs its template picture: its size is taken and a copy is put beside the template.\n"
      "What a field holds (date, docnum, latin, mrz, other) is guessed from its value. In MIDV-2020 a type's first specimen is taken.\n"
      "\n"
      "Examples:\n"
      "  nibble template import midv500/43_tur_id -o tur_id.json\n"
      "  nibble template import midv500/10_cze_id -o cze_id.json --languages cs,sk\n"
      "  nibble template import midv500 -o templates/\n"
      "  nibble template import midv2020 -o templates/");
  command
      ->add_option("FOLDER", arguments->import.folder,
                   "A document type's folder, or a tree of them")
      ->required()
      ->type_name(" ");
  command
      ->add_option("-o,--output", arguments->import.output,
                   "FILE.json for one type, a folder for several")
      ->required()
      ->type_name("FILE|FOLDER");
  command
      ->add_option("--name", arguments->import.name, "Name of the template (default: the type's)")
      ->type_name("NAME");
  add_languages_option(*command, arguments->import.languages);
  add_output_options(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_import(*arguments); });
}

ExitCode run_list() {
  ExitCode code = kExitOk;
  const std::vector<std::string> known = known_templates();
  if (known.empty()) {
    throw Error(
        ErrorCode::bad_template,
        printable_path(data_folder()) +
            "/templates: no templates here; set NIBBLE_DATA, or make some (see nibble template import --help)");
  }
  for (const std::string& name : known) {
    try {
      const Template document = load_template(name);
      std::printf("%-24s %5d x %-5d %3zu fields\n", printable_text(name).c_str(), document.width,
                  document.height, document.fields.size());
    } catch (const Error& error) {
      report_error(error.what());
      code = kExitResource;
    }
  }
  return code;
}

struct NewArguments {
  CommonOptions common;
  NewTemplate request;
};

ExitCode run_new(const NewArguments& arguments) {
  const std::vector<Precision> precisions = chosen_precisions(arguments.common);
  const Reader reader =
      make_reader(arguments.common, reader_options(arguments.common, precisions.front()));
  const NewTemplateReport report = make_new_template(arguments.request, reader);
  for (const std::string& warning : report.warnings) report_warning(arguments.common, warning);
  std::printf("%s, %d x %d, %zu fields\n", printable_text(report.document.name).c_str(),
              report.document.width, report.document.height, report.document.fields.size());
  for (const std::string& file : report.files) std::printf("%s\n", printable_path(file).c_str());
  return kExitOk;
}

void add_new(CLI::App& parent, int& exit_code) {
  CLI::App* command =
      parent.add_subcommand("new", "A template from a photograph of one document of the kind");
  const auto arguments = std::make_shared<NewArguments>();
  command->footer(
      "Finds the document, makes it upright and proposes its fields. KIND.json is the template, KIND.jpg its picture without\n"
      "what is the holder's, and KIND.html a page on which a person checks the proposals; it holds what the document says.\n"
      "Photographs of other documents of the kind tell which print is common. What the page saves goes to --corrected.\n"
      "\n"
      "Examples:\n"
      "  nibble template new photo.jpg -o residence_permit.json\n"
      "  nibble template new photo.jpg other.jpg -o residence_permit.json --languages de\n"
      "  nibble template new photo.jpg --corrected residence_permit.corrected.json -o residence_permit.json");
  command
      ->add_option("PHOTO", arguments->request.photos,
                   "Photographs, each of another document of the kind")
      ->required()
      ->type_name(" ");
  command->add_option("-o,--output", arguments->request.output, "The template, FILE.json")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--name", arguments->request.name,
                   "Name of the template (default: that of the file)")
      ->type_name("NAME");
  command
      ->add_option("--corrected", arguments->request.corrected,
                   "Take the fields of this template, which the page saved")
      ->check(not_empty())
      ->type_name("FILE");
  add_languages_option(*command, arguments->request.languages);
  add_model_options(*command, arguments->common);
  add_output_options(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_new(*arguments); });
}

void add_list(CLI::App& parent, int& exit_code) {
  CLI::App* command = parent.add_subcommand(
      "list", "The kinds of document that nibble read --template knows by name");
  command->callback([&exit_code] { exit_code = run_list(); });
}

ExitCode run_check(const std::vector<std::string>& files) {
  ExitCode code = kExitOk;
  for (const std::string& file : files) {
    const std::vector<std::string> problems = check_template(file);
    for (const std::string& problem : problems) report_error(problem);
    if (!problems.empty()) {
      code = kExitResource;
      continue;
    }
    const Template document = load_template(file);
    std::printf("%s  ok: %s, %d x %d, %zu fields\n", printable_path(file).c_str(),
                printable_text(document.name).c_str(), document.width, document.height,
                document.fields.size());
  }
  return code;
}

void add_check(CLI::App& parent, int& exit_code) {
  CLI::App* command =
      parent.add_subcommand("check", "What is wrong with a template, a line a problem");
  const auto files = std::make_shared<std::vector<std::string>>();
  command->footer("Exit codes: 0 usable, 3 not usable.");
  command->add_option("FILE", *files, "Template files, or names of known templates")
      ->required()
      ->type_name(" ");
  command->callback([files, &exit_code] { exit_code = run_check(*files); });
}

struct IndexArguments {
  std::string folder;
  std::string output;
};

ExitCode run_index(const IndexArguments& arguments) {
  const std::string path =
      arguments.output.empty() ? arguments.folder + "/" + kIndexName : arguments.output;
  const std::vector<std::byte> bytes = build_index(arguments.folder);
  if (bytes.empty())
    throw Error(ErrorCode::bad_template,
                printable_path(arguments.folder) +
                    ": no templates with a picture here (see nibble template import --help)");
  write_file(path, bytes, FileAccess::everyone);
  const auto index = open_index(path);
  std::printf("%s  %zu kinds, %zu features, %.1f MB\n", printable_path(path).c_str(), index->size(),
              index->entry_count(), static_cast<double>(bytes.size()) / 1e6);
  return kExitOk;
}

void add_index(CLI::App& parent, int& exit_code) {
  CLI::App* command = parent.add_subcommand(
      "index", "Make an index of all templates in a folder, by which they are found");
  const auto arguments = std::make_shared<IndexArguments>();
  command->footer(
      "The index holds what the kinds are recognised by, and their templates: give it to --templates instead of the folder.\n"
      "One beside the templates (kinds.idx) is used when the folder is given, and made anew by itself when they changed.\n"
      "\n"
      "Examples:\n"
      "  nibble template index templates/ -o kinds.idx\n"
      "  nibble read photo.jpg --templates kinds.idx");
  command->add_option("FOLDER", arguments->folder, "Folder of templates and their pictures")
      ->required()
      ->check(not_empty())
      ->type_name(" ");
  command
      ->add_option("-o,--output", arguments->output, "The index (default: kinds.idx in the folder)")
      ->check(not_empty())
      ->type_name("FILE");
  command->callback([arguments, &exit_code] { exit_code = run_index(*arguments); });
}

}  // namespace

void add_template_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("template", "Kinds of document: new, import, list, check, index");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n"
      "  nibble template list\n"
      "  nibble template new photo.jpg -o residence_permit.json\n"
      "  nibble template import midv500/43_tur_id -o tur_id.json\n"
      "  nibble template check tur_id.json\n"
      "  nibble template index templates/ -o kinds.idx");
  add_new(*command, exit_code);
  add_import(*command, exit_code);
  add_list(*command, exit_code);
  add_check(*command, exit_code);
  add_index(*command, exit_code);
}

}  // namespace nibble
