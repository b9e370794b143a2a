#include "app/eval/eval_names.h"

#include <fmt/format.h>

#include <utility>

#include "app/report/report_html.h"
#include "app/support/interrupts.h"
#include "app/support/messages.h"
#include "data/binomial.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/printable.h"

namespace nibble {
namespace {

double share(int count, int total) { return total > 0 ? static_cast<double>(count) / total : 0; }

bool is_asked_for(const EvalField& field) {
  return field.clean || field.spec.name.starts_with("extra");
}

Document read_frame(const Reader& reader, const EvalFrame& frame) {
  Request request;
  request.type = Request::Type::text;
  std::vector<Document> pages = reader.read_file(frame.frame.image, request);
  return std::move(pages.front());
}

void score_frame(const EvalFrame& frame, const FieldNames& names, const Document& document,
                 NameEvaluation& evaluation) {
  for (const EvalField& wanted : frame.fields) {
    const auto name = names.find({frame.type, wanted.spec.name});
    if (name == names.end() || !is_asked_for(wanted)) continue;
    const Field* found = document.field(name->second);
    const NameOutcome outcome =
        found == nullptr ? NameOutcome::absent : judge_named_text(wanted.truth, found->text);
    const bool accepted = found != nullptr && found->decision == Decision::accept;
    evaluation.all.add(outcome, accepted);
    evaluation.types[frame.type].add(outcome, accepted);
    evaluation.names[name->second].add(outcome, accepted);
    if (found != nullptr) evaluation.sources[found->source].add(outcome, accepted);
    if (outcome != NameOutcome::right)
      evaluation.misses.push_back({frame.type, frame.frame.id, name->second, wanted.truth,
                                   found == nullptr ? "" : found->text, accepted});
  }
}

std::vector<std::pair<std::string, const NameScore*>> rows_of(const NameEvaluation& evaluation) {
  std::vector<std::pair<std::string, const NameScore*>> rows = {{"all", &evaluation.all}};
  for (const auto& [name, score] : evaluation.types) rows.emplace_back(name, &score);
  for (const auto& [name, score] : evaluation.names) rows.emplace_back(name, &score);
  for (const auto& [name, score] : evaluation.sources) rows.emplace_back("by " + name, &score);
  return rows;
}

nlohmann::json score_json(const NameScore& score) {
  const Interval interval = binomial_interval(score.accepted_wrong, score.accepted);
  return {{"n", score.fields()},
          {"right", share(score.right, score.fields())},
          {"wrong", share(score.wrong, score.fields())},
          {"absent", share(score.absent, score.fields())},
          {"accepted", score.accepted},
          {"accepted_wrong", share(score.accepted_wrong, score.accepted)},
          {"accepted_wrong_interval", {interval.low, interval.high}}};
}

nlohmann::json scores_json(const std::map<std::string, NameScore>& scores) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, score] : scores) json[name] = score_json(score);
  return json;
}

std::string miss_line(const NameMiss& miss) {
  return miss.type + " " + miss.frame + " " + miss.name + " " + miss.truth + ": " +
         (miss.text.empty() ? "absent"
                            : miss.text + (miss.accepted ? " (wrong, accepted)" : " (wrong)"));
}

}  // namespace

NameEvaluation evaluate_names(const EvalPlan& plan, const FieldNames& names, const Reader& reader,
                              int jobs) {
  NameEvaluation evaluation;
  const auto produce = [&](std::size_t i) { return read_frame(reader, plan.frames[i]); };
  for_each_ordered(plan.frames.size(), jobs, produce, [&](std::size_t i, const Document& document) {
    if (!document.ok()) {
      report_error(document.message);
      ++evaluation.frames_failed;
    }
    score_frame(plan.frames[i], names, document, evaluation);
    evaluation.interrupted = interrupted();
    return !evaluation.interrupted;
  });
  return evaluation;
}

std::string names_text(const NameEvaluation& evaluation) {
  std::string text = "                     fields  right  wrong absent  accepted  wrong\n";
  for (const auto& [name, score] : rows_of(evaluation))
    text += fmt::format("{:<20} {:6} {:6.1f} {:6.1f} {:6.1f}  {:8} {:6.1f}\n", printable_text(name),
                        score->fields(), 100 * share(score->right, score->fields()),
                        100 * share(score->wrong, score->fields()),
                        100 * share(score->absent, score->fields()), score->accepted,
                        100 * share(score->accepted_wrong, score->accepted));
  const Interval interval =
      binomial_interval(evaluation.all.accepted_wrong, evaluation.all.accepted);
  text += fmt::format("wrong of the accepted: {:.1f} to {:.1f} % (95 % interval)\n",
                      100 * interval.low, 100 * interval.high);
  for (const NameMiss& miss : evaluation.misses) text += printable_text(miss_line(miss)) + "\n";
  return text;
}

nlohmann::json names_json(const NameEvaluation& evaluation) {
  nlohmann::json misses = nlohmann::json::array();
  for (const NameMiss& miss : evaluation.misses)
    misses.push_back({{"type", miss.type},
                      {"frame", miss.frame},
                      {"name", miss.name},
                      {"truth", miss.truth},
                      {"text", miss.text},
                      {"accepted", miss.accepted}});
  return {{"all", score_json(evaluation.all)},
          {"types", scores_json(evaluation.types)},
          {"names", scores_json(evaluation.names)},
          {"sources", scores_json(evaluation.sources)},
          {"misses", misses}};
}

std::string names_markup(const NameEvaluation& evaluation) {
  const std::vector<HtmlColumn> columns = {{"set"},
                                           {"fields", true, true},
                                           {"right %", true},
                                           {"wrong %", true},
                                           {"absent %", true},
                                           {"accepted", true, true},
                                           {"of these wrong %", true}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, score] : rows_of(evaluation))
    rows.push_back({escape_markup(name), std::to_string(score->fields()),
                    percent_text(share(score->right, score->fields())),
                    percent_text(share(score->wrong, score->fields())),
                    percent_text(share(score->absent, score->fields())),
                    std::to_string(score->accepted),
                    percent_text(share(score->accepted_wrong, score->accepted))});
  std::string misses;
  for (const NameMiss& miss : evaluation.misses) misses += html_paragraph(miss_line(miss));
  return html_section("Fields without a template", html_table(columns, rows)) +
         html_section("Fields that were missed", misses.empty() ? html_paragraph("None.") : misses);
}

}  // namespace nibble
