#include "app/commands/compare_pages.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "recognizer/result/named_text.h"

namespace nibble {
namespace {

/// A row with what tells it from others.
struct Row {
  std::string name;  ///< empty for a line, which is told by its place alone
  Quad quad{};
  ComparedText compared;
};

/// Whether a page has not filled it yet: fields of one name are paired in their order.
bool is_free(const Row& row, std::size_t page) { return row.compared.texts[page] == nullptr; }

Row& row_of(std::vector<Row>& rows, const std::string& name, const Quad& quad, std::size_t page,
            std::size_t pages) {
  // A field's place may differ by what found the document; a line has nothing but its place.
  const auto same = [&](const Row& row) {
    return is_free(row, page) && row.name == name && (!name.empty() || row.quad == quad);
  };
  const auto found = std::find_if(rows.begin(), rows.end(), same);
  if (found != rows.end()) return *found;
  rows.push_back({name, quad, {name, std::vector<const TextLine*>(pages, nullptr)}});
  return rows.back();
}

}  // namespace

bool ComparedText::differs() const {
  return std::any_of(texts.begin(), texts.end(), [&](const TextLine* text) {
    return text == nullptr || texts[0] == nullptr || text->text != texts[0]->text;
  });
}

std::vector<ComparedText> pair_texts(const std::vector<const Document*>& pages) {
  std::vector<Row> rows;
  for (std::size_t p = 0; p < pages.size(); ++p) {
    for (const Field& field : pages[p]->fields)
      row_of(rows, field.name, field.quad, p, pages.size()).compared.texts[p] = &field;
    for (const FoundLine& line : pages[p]->lines)
      row_of(rows, "", line.quad, p, pages.size()).compared.texts[p] = &line;
  }
  std::vector<ComparedText> texts;
  std::size_t lines = 0;
  for (Row& row : rows) {
    if (row.name.empty()) row.compared.name = line_name(lines++);
    texts.push_back(std::move(row.compared));
  }
  return texts;
}

}  // namespace nibble
