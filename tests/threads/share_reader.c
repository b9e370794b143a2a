/* Threads that share a reader read pictures at the same time, each several, and read the same as
 * one thread alone; then they ask one document at the same time, and each has the message of its
 * own error: share_reader FILE... */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/nibble/nibble.h"

enum { kThreads = 2, kMaxFiles = 8, kMaxText = 65536 };

typedef struct {
  const nibble_reader* reader;
  char** files;
  int count;
  int first; /* the file to begin with */
  char* texts[kMaxFiles];
  const nibble_document* shared;
  int failed;
} Work;

/* All fields and lines of a file, in one text that the caller frees; NULL when a call fails. */
static char* read_texts(const nibble_reader* reader, const char* file) {
  nibble_document* document = NULL;
  nibble_field field = {.size = sizeof field};
  char* text = calloc(1, kMaxText);
  size_t length = 0;
  size_t i = 0;
  if (text == NULL || nibble_read_file(reader, file, NULL, &document) != NIBBLE_OK) {
    free(text);
    return NULL;
  }
  for (i = 0; nibble_document_field(document, i, &field) == NIBBLE_OK; ++i)
    length += (size_t)snprintf(text + length, kMaxText - length, "%s=%s %.6f\n", field.name,
                               field.text, field.confidence);
  for (i = 0; nibble_document_line(document, i, &field) == NIBBLE_OK && length < kMaxText / 2; ++i)
    length += (size_t)snprintf(text + length, kMaxText - length, "%s %.6f\n", field.text,
                               field.confidence);
  nibble_document_free(document);
  return text;
}

static void ask_shared(Work* work) {
  const char* json = NULL;
  size_t length = 0;
  nibble_field field = {.size = sizeof field};
  char missing[32];
  if (nibble_document_render(work->shared, "json", &json, &length) != NIBBLE_OK ||
      strlen(json) != length || length == 0)
    work->failed = 1;
  snprintf(missing, sizeof missing, "missing_%d", work->first);
  if (nibble_document_find(work->shared, missing, &field) != NIBBLE_NO_SUCH_ITEM) work->failed = 1;
  if (strstr(nibble_error_message(), missing) == NULL) work->failed = 1;
}

static void* read_all(void* argument) {
  Work* work = argument;
  int i = 0;
  for (i = 0; i < work->count; ++i) {
    const int file = (work->first + i) % work->count;
    work->texts[file] = read_texts(work->reader, work->files[file]);
    if (work->texts[file] == NULL) work->failed = 1;
  }
  ask_shared(work);
  return NULL;
}

static int compare(const Work* work, char** alone) {
  int failed = work->failed;
  int i = 0;
  for (i = 0; i < work->count; ++i) {
    if (work->texts[i] == NULL || strcmp(work->texts[i], alone[i]) != 0) {
      fprintf(stderr, "%s: alone:\n%stogether:\n%s", work->files[i], alone[i],
              work->texts[i] == NULL ? "(nothing)" : work->texts[i]);
      failed = 1;
    }
    free(work->texts[i]);
  }
  return failed;
}

int main(int argc, char** argv) {
  nibble_reader* reader = NULL;
  nibble_document* shared = NULL;
  pthread_t threads[kThreads];
  Work works[kThreads];
  char* alone[kMaxFiles] = {NULL};
  const int count = argc - 1;
  int failed = 0;
  int i = 0;
  if (count < 1 || count > kMaxFiles) return 2;
  if (nibble_reader_new(NULL, &reader) != NIBBLE_OK ||
      nibble_read_file(reader, argv[1], NULL, &shared) != NIBBLE_OK) {
    fprintf(stderr, "%s\n", nibble_error_message());
    return 1;
  }
  memset(works, 0, sizeof works);
  for (i = 0; i < kThreads; ++i) {
    works[i].reader = reader;
    works[i].files = argv + 1;
    works[i].count = count;
    works[i].first = i;
    works[i].shared = shared;
    if (pthread_create(&threads[i], NULL, read_all, &works[i]) != 0) return 1;
  }
  for (i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  for (i = 0; i < count; ++i) {
    alone[i] = read_texts(reader, argv[i + 1]);
    if (alone[i] == NULL || strlen(alone[i]) == 0) {
      fprintf(stderr, "%s: nothing was read: %s\n", argv[i + 1], nibble_error_message());
      return 1;
    }
  }
  for (i = 0; i < kThreads; ++i) failed |= compare(&works[i], alone);
  for (i = 0; i < count; ++i) free(alone[i]);
  nibble_document_free(shared);
  nibble_reader_free(reader);
  return failed;
}
