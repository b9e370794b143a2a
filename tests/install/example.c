/* Reads a file through the C interface and prints its fields or lines, one a line:
 * example [--line|--text|--zone] FILE */
#include <nibble/nibble.h>
#include <stdio.h>
#include <string.h>

static int complain(const char* what, nibble_code code) {
  fprintf(stderr, "%s: %s: %s\n", what, nibble_code_name(code), nibble_error_message());
  return 1;
}

static void print_document(const nibble_document* document) {
  size_t i = 0;
  nibble_field field = {.size = sizeof field};
  for (i = 0; nibble_document_field(document, i, &field) == NIBBLE_OK; ++i)
    printf("%s\t%s\t%.2f\n", field.name, field.text, field.confidence);
  for (i = 0; nibble_document_line(document, i, &field) == NIBBLE_OK; ++i)
    printf("%s\t%s\t%.2f\n", field.name, field.text, field.confidence);
}

static int print_pages(const nibble_document* document) {
  int failed = 0;
  for (; document != NULL; document = nibble_document_next(document)) {
    nibble_document_info info = {.size = sizeof info};
    nibble_code code = nibble_document_get_info(document, &info);
    if (code != NIBBLE_OK) return complain("info", code);
    if (info.status != NIBBLE_OK) {
      fprintf(stderr, "%s, page %d: %s\n", info.path, info.page, info.message);
      failed = 1;
    }
    print_document(document);
  }
  return failed;
}

int main(int argc, char** argv) {
  nibble_reader* reader = NULL;
  nibble_document* document = NULL;
  nibble_request request = {.size = sizeof request};
  nibble_code code = NIBBLE_OK;
  int failed = 0;
  if (argc == 3 && strcmp(argv[1], "--line") == 0) request.type = NIBBLE_LINE;
  if (argc == 3 && strcmp(argv[1], "--text") == 0) request.type = NIBBLE_TEXT;
  if (argc == 3 && strcmp(argv[1], "--zone") == 0) request.type = NIBBLE_ZONE;
  if (argc < 2) return 2;

  code = nibble_reader_new(NULL, &reader);
  if (code != NIBBLE_OK) return complain("reader", code);
  code = nibble_read_file(reader, argv[argc - 1], &request, &document);
  if (code != NIBBLE_OK) failed = complain(argv[argc - 1], code);
  if (code == NIBBLE_OK) failed = print_pages(document);
  nibble_document_free(document);
  nibble_reader_free(reader);
  return failed;
}
