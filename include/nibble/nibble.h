/**
 * @file nibble.h
 * Nibble reads the fields of identity documents from photographs and scans. This is the whole C
 * interface of the library; it needs C99 and nothing but the standard library.
 *
 *     nibble_reader* reader = NULL;
 *     nibble_document* document = NULL;
 *     nibble_field field = {.size = sizeof field};
 *     if (nibble_reader_new(NULL, &reader) != NIBBLE_OK ||
 *         nibble_read_file(reader, "photo.jpg", NULL, &document) != NIBBLE_OK)
 *       return puts(nibble_error_message());
 *     for (size_t i = 0; nibble_document_field(document, i, &field) == NIBBLE_OK; ++i)
 *       printf("%s: %s\n", field.name, field.text);
 *     nibble_document_free(document);
 *     nibble_reader_free(reader);
 *
 * Codes. Every function that can fail returns a ::nibble_code. A bad document is a result: the call
 * returns NIBBLE_OK and nibble_document_info::status says what could not be read. A bad call,
 * model, template or device is a code, and nibble_error_message() the line that says why. A handle
 * that could not be made is set to NULL.
 *
 * Text is UTF-8, in and out. Positions are pixels of the picture as it stands upright; (0, 0) is
 * the centre of its top-left pixel. Four corners are eight numbers x, y in the order top-left,
 * top-right, bottom-right, bottom-left of what stands in them upright, so that their order tells
 * the direction of a text.
 *
 * Memory. What a function takes is only read, and only during the call. What it gives belongs to
 * the document (or reader) that it was asked of and lasts until that is freed; callers free nothing
 * but documents and readers.
 *
 * Threads. Any number of threads may share a reader, and ask a document at the same time. Each has
 * a line of nibble_error_message() of its own.
 *
 * Structures grow at their end in later versions: `size` tells the library how much of one there
 * is, and is set by the caller: `nibble_request request = {.size = sizeof request};`. The rest may
 * be zero, which is the default, but for ::nibble_options, which nibble_options_init() fills.
 */
#ifndef NIBBLE_NIBBLE_H
#define NIBBLE_NIBBLE_H

#include <stddef.h>
#include <stdint.h>

/** What the shared library shows. */
#if defined(__GNUC__)
#define NIBBLE_C_API __attribute__((visibility("default")))
#else
#define NIBBLE_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What a call came to. */
typedef enum nibble_code {
  NIBBLE_OK = 0,
  NIBBLE_USAGE = 1,           /**< a call that cannot be meant */
  NIBBLE_FILE_NOT_FOUND = 2,  /**< an input does not exist or cannot be opened */
  NIBBLE_DECODE_FAILED = 3,   /**< a picture that cannot be decoded */
  NIBBLE_TOO_LARGE = 4,       /**< a picture or file beyond a limit */
  NIBBLE_BAD_QUAD = 5,        /**< corners without an area, or that cross */
  NIBBLE_NO_DOCUMENT = 6,     /**< a picture in which no document was found */
  NIBBLE_BAD_TEMPLATE = 7,    /**< a template that cannot be used */
  NIBBLE_BAD_MODEL = 8,       /**< a model file that cannot be trusted */
  NIBBLE_BAD_DEVICE = 9,      /**< an instruction set or device that is not here */
  NIBBLE_WRITE_FAILED = 10,   /**< an output that cannot be written */
  NIBBLE_INTERNAL_ERROR = 11, /**< a fault of the library, or no memory */
  NIBBLE_NO_SUCH_ITEM = 12    /**< an index or a name that is not there: the end of a list */
} nibble_code;

/** A text in words: "decode_failed"; "unknown" for a number that is no code. */
NIBBLE_C_API const char* nibble_code_name(nibble_code code);

/** One line on the last call of this thread that returned another code than NIBBLE_OK; empty before
 * the first one. Lasts until the next such call of this thread. */
NIBBLE_C_API const char* nibble_error_message(void);

/** The library's version, e.g. "0.2.0". */
NIBBLE_C_API const char* nibble_version(void);

/** @name Readers
 * @{ */

/** Reads documents; immutable. */
typedef struct nibble_reader nibble_reader;

/** A file on disk, or its bytes in memory. All zero: the default. */
typedef struct nibble_file {
  const char* path;  /**< with bytes, only what messages call it */
  const void* bytes; /**< taken instead of the path unless NULL */
  size_t byte_count;
} nibble_file;

/** A kind of document: its template (JSON) and its reference picture. */
typedef struct nibble_template {
  nibble_file document;
  nibble_file picture; /**< all zero: the file that a template on disk names beside itself. Without
                            one the document cannot be found: its corners must be given */
} nibble_template;

/** How to read. Filled by nibble_options_init(). */
typedef struct nibble_options {
  size_t size;                      /**< sizeof(nibble_options) */
  const char* precision;            /**< "f32", "int8" or "int4" (default) */
  nibble_file model;                /**< what reads lines; default: the library's own */
  nibble_file calibration;          /**< default: the model's own, where there is one */
  nibble_file finder;               /**< what finds lines; default: the library's own */
  const char* data_folder;          /**< where the library's files are, models/ and templates/;
                                         NULL: NIBBLE_DATA, else those of the installation */
  const char* template_folder;      /**< all templates with a picture in it are known; NULL: the
                                         library's own */
  const nibble_template* templates; /**< known besides */
  size_t template_count;
  const char* isa;    /**< instruction set, e.g. "portable"; NULL: the best one here */
  const char* device; /**< "cpu" (default), "cuda", or "auto": CUDA where there is one */
  int calibrate;      /**< 0: confidences are the network's own and nothing is accepted */
  int winograd;       /**< 0: multiply 4-bit layers directly; slower, the same results */
  int rules;          /**< 0: text as it was read; else dates, alphabets, zones are applied */
  int threads;        /**< that share the fields of one picture, 1 or more */
  int alternatives;   /**< kept for each character */
  int beam;           /**< width of the prefix beam search; 0 decodes greedily */
  double margin;      /**< around each field, share of its height, 0 to 2 */
  int64_t max_pixels; /**< of a picture; larger ones are refused */
  int64_t max_bytes;  /**< of a file */
  int max_side;       /**< pixels of a picture's longer side */
  int max_pages;      /**< of a file */
} nibble_options;

/** Sets all options to their defaults. `size` is sizeof(nibble_options). Returns NIBBLE_USAGE for a
 * size that no version had. */
NIBBLE_C_API nibble_code nibble_options_init(nibble_options* options, size_t size);

/** Loads a model and packs it for this processor; NULL options are the defaults. Returns
 * NIBBLE_BAD_MODEL, NIBBLE_BAD_DEVICE or NIBBLE_USAGE where that fails. */
NIBBLE_C_API nibble_code nibble_reader_new(const nibble_options* options, nibble_reader** reader);

/** Frees a reader; NULL is allowed. Its documents stay. */
NIBBLE_C_API void nibble_reader_free(nibble_reader* reader);

/** What reads. */
typedef struct nibble_reader_info {
  size_t size;           /**< sizeof(nibble_reader_info) */
  const char* model;     /**< its name, e.g. "nibble-int4" */
  const char* precision; /**< "f32", "int8" or "int4" */
  const char* isa;       /**< the instruction set that runs, e.g. "portable" */
  const char* digest;    /**< of the model, "sha256:..." */
  const char* note;      /**< why it is not calibrated; empty where it is */
  double accept;         /**< least confidence of an accepted field */
  double review;         /**< least confidence of a field that is not rejected */
  double error_rate;     /**< stated: at most this share of accepted fields is wrong */
  int calibrated;        /**< 0: confidences are the network's own and nothing is accepted */
} nibble_reader_info;

/** Fills in what reads; the strings last as long as the reader. */
NIBBLE_C_API nibble_code nibble_reader_get_info(const nibble_reader* reader,
                                                nibble_reader_info* info);

/** @}
 * @name Reading
 * @{ */

/** What is to be read. */
typedef enum nibble_request_type {
  NIBBLE_AUTOMATIC = 0, /**< the fields of a known kind where one is found, else the zone and the
                             fields that captions name, else every line */
  NIBBLE_KIND = 1,      /**< the fields of one kind of document */
  NIBBLE_ZONE = 2,      /**< the machine readable zone alone, at any of the four orientations */
  NIBBLE_TEXT = 3,      /**< every line, in reading order */
  NIBBLE_LINE = 4       /**< the picture is one line of text and nothing else */
} nibble_request_type;

/** What is to be read, and what is known of the document. NULL where one is asked for: automatic.
 */
typedef struct nibble_request {
  size_t size;               /**< sizeof(nibble_request) */
  int type;                  /**< a nibble_request_type; 0: NIBBLE_AUTOMATIC */
  const char* kind;          /**< NIBBLE_KIND: name of a known template, or path of a template file;
                                  NULL: any known kind */
  const double* quad;        /**< the document's corners, eight numbers; NULL: they are found */
  const char* const* fields; /**< read these alone */
  size_t field_count;        /**< 0: all */
  int locate_only;           /**< not 0: find the document and read nothing */
} nibble_request;

/** How a pixel is stored: 8 bits a channel, interleaved. Alpha is laid over white. */
typedef enum nibble_pixel_format {
  NIBBLE_GREY8 = 1,
  NIBBLE_RGB8 = 2,
  NIBBLE_BGR8 = 3,
  NIBBLE_RGBA8 = 4,
  NIBBLE_BGRA8 = 5
} nibble_pixel_format;

/** A picture in the caller's memory. */
typedef struct nibble_image {
  size_t size;           /**< sizeof(nibble_image) */
  const uint8_t* pixels; /**< of the top-left pixel */
  int width;             /**< pixels, 1 or more */
  int height;            /**< pixels, 1 or more */
  ptrdiff_t stride;      /**< bytes from a row to the next one; 0: rows without gaps */
  int format;            /**< a nibble_pixel_format */
} nibble_image;

/** What was read on one picture, or why nothing was. */
typedef struct nibble_document nibble_document;

/** Reads a picture. Returns NIBBLE_USAGE for an impossible picture or request, NIBBLE_TOO_LARGE,
 * or NIBBLE_BAD_TEMPLATE for a kind that is not known or a field that it has not. */
NIBBLE_C_API nibble_code nibble_read(const nibble_reader* reader, const nibble_image* image,
                                     const nibble_request* request, nibble_document** document);

/** Reads all pages of a file (JPEG, PNG, TIFF, PDF, ...) and gives the first;
 * nibble_document_next() gives the others. A file or page that cannot be opened or decoded is a
 * document whose status says so. Returns NIBBLE_USAGE or NIBBLE_BAD_TEMPLATE for a request that
 * cannot be met. */
NIBBLE_C_API nibble_code nibble_read_file(const nibble_reader* reader, const char* path,
                                          const nibble_request* request,
                                          nibble_document** document);

/** The same of a file in memory; `name` stands in messages and results. */
NIBBLE_C_API nibble_code nibble_read_bytes(const nibble_reader* reader, const void* bytes,
                                           size_t byte_count, const char* name,
                                           const nibble_request* request,
                                           nibble_document** document);

/** Receives the document of a page, which is freed when it returns. Returns 0 to stop. */
typedef int (*nibble_page_callback)(void* user, const nibble_document* document);

/** Reads a file page by page, holding one at a time, for files of many pages. */
NIBBLE_C_API nibble_code nibble_read_pages(const nibble_reader* reader, const char* path,
                                           const nibble_request* request,
                                           nibble_page_callback callback, void* user);

/** Frees what a reading call gave: the document and, of a file, those of all its pages. NULL is
 * allowed; a document of nibble_document_next() is freed with its first page and not by itself. */
NIBBLE_C_API void nibble_document_free(nibble_document* document);

/** The next page of the file, or NULL behind the last one and for a picture. */
NIBBLE_C_API const nibble_document* nibble_document_next(const nibble_document* document);

/** @}
 * @name Clips
 * @{ */

/** Frames of one document, combined as they come. One thread at a time may use it. */
typedef struct nibble_clip nibble_clip;

/** How a clip is read; all zero is the default. */
typedef struct nibble_clip_options {
  size_t size;          /**< sizeof(nibble_clip_options) */
  double cost;          /**< of a frame, in shares of a text's characters that it is expected to
                             change: below it nibble_clip_enough() says so; 0: the default, 0.03 */
  int min_frames;       /**< used before it is enough; 0: 1 */
  int max_frames;       /**< used at most; 0: any number */
  int most_used;        /**< frames that make the result; 0: 32 */
  double min_sharpness; /**< frames below it are not read, 0 to 1; 0: the default, below 0: none */
} nibble_clip_options;

/** Why a frame is not part of a clip's result. */
typedef enum nibble_frame_use {
  NIBBLE_FRAME_USED = 0,
  NIBBLE_FRAME_UNREADABLE = 1,       /**< nothing in it is sharp enough */
  NIBBLE_FRAME_NO_DOCUMENT = 2,      /**< no document was found in it, or no text */
  NIBBLE_FRAME_ANOTHER_DOCUMENT = 3, /**< it shows another document than most frames */
  NIBBLE_FRAME_SURPLUS = 4,          /**< frames that tell more are enough */
  NIBBLE_FRAME_FAILED = 5            /**< it could not be decoded */
} nibble_frame_use;

/** A frame of a clip. */
typedef struct nibble_frame {
  size_t size; /**< sizeof(nibble_frame) */
  nibble_frame_use use;
  const char* reason; /**< one line that says why it is not used; empty where it is */
  const char* path;   /**< of the file, or the name of the picture */
  int page;           /**< of the file or stream, from 1 */
  double sharpness;   /**< 0 to 1 */
  double glare;       /**< share of the picture */
  double cut_off;     /**< share of the document outside of the picture */
} nibble_frame;

/** Begins a clip; NULL for request and options are the defaults. Returns NIBBLE_USAGE or
 * NIBBLE_BAD_TEMPLATE for what cannot be met. The reader may be freed before the clip. */
NIBBLE_C_API nibble_code nibble_clip_new(const nibble_reader* reader, const nibble_request* request,
                                         const nibble_clip_options* options, nibble_clip** clip);

/** Frees a clip; NULL is allowed. Its documents stay. */
NIBBLE_C_API void nibble_clip_free(nibble_clip* clip);

/** Reads a frame; `name` stands in results and may be NULL. */
NIBBLE_C_API nibble_code nibble_clip_add(nibble_clip* clip, const nibble_image* image,
                                         const char* name);

/** Reads the pages of a file, or the JPEG pictures that stand in it one behind the other; "-" is
 * standard input. Ends early where it is enough and `until_enough` is not 0. A file that cannot be
 * opened is a frame that failed. */
NIBBLE_C_API nibble_code nibble_clip_add_file(nibble_clip* clip, const char* path,
                                              int until_enough);

/** The same of a file in memory, e.g. one JPEG picture. */
NIBBLE_C_API nibble_code nibble_clip_add_bytes(nibble_clip* clip, const void* bytes,
                                               size_t byte_count, const char* name);

/** Sets `enough` to 1 where another frame is not worth its cost, else to 0. */
NIBBLE_C_API nibble_code nibble_clip_enough(const nibble_clip* clip, int* enough);

/** What the frames so far say together. */
NIBBLE_C_API nibble_code nibble_clip_result(const nibble_clip* clip, nibble_document** document);

/** A frame of a clip's result, in the order in which they were added. NIBBLE_NO_SUCH_ITEM behind
 * the last one, and for a document that is no clip's. */
NIBBLE_C_API nibble_code nibble_document_frame(const nibble_document* document, size_t index,
                                               nibble_frame* frame);

/** @}
 * @name Results
 * @{ */

/** Where the corners of a document come from. */
typedef enum nibble_quad_source {
  NIBBLE_QUAD_NONE = 0,    /**< none: a single line, or a zone alone */
  NIBBLE_QUAD_GIVEN = 1,   /**< the caller gave them */
  NIBBLE_QUAD_LOCATED = 2, /**< they were found */
  NIBBLE_QUAD_WHOLE = 3    /**< nothing was found: the whole picture is taken for the document */
} nibble_quad_source;

/** A document as a whole. */
typedef struct nibble_document_info {
  size_t size;         /**< sizeof(nibble_document_info) */
  nibble_code status;  /**< NIBBLE_OK, or why nothing was read */
  const char* message; /**< one line that says why; empty where the status is OK */
  const char* path;    /**< of the file, as given; empty for a picture */
  int page;            /**< of the file, from 1 */
  int width;           /**< of the picture, in pixels */
  int height;
  nibble_quad_source quad_source; /**< NIBBLE_QUAD_NONE: there are no corners */
  double quad[8];                 /**< corners of the document */
  double confidence;              /**< that a document of this kind is there, 0 to 1 */
  const char* kind;               /**< name of the template; empty when it is read without one */
  size_t field_count;
  size_t line_count;
  size_t warning_count;
  int has_zone;        /**< not 0: nibble_document_zone() has one */
  double milliseconds; /**< that all of it took */
} nibble_document_info;

/** Fills in what is known of the document as a whole. */
NIBBLE_C_API nibble_code nibble_document_get_info(const nibble_document* document,
                                                  nibble_document_info* info);

/** One line on what was assumed or is doubtful. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_document_warning(const nibble_document* document, size_t index,
                                                 const char** warning);

/** What to do with a text. Which share of the accepted ones is wrong at most states
 * nibble_reader_info::error_rate. */
typedef enum nibble_decision {
  NIBBLE_ACCEPT = 1, /**< take it */
  NIBBLE_REVIEW = 2, /**< have a person look at it */
  NIBBLE_REJECT = 3  /**< do not use it */
} nibble_decision;

/** A field of a document, or a line of text. */
typedef struct nibble_field {
  size_t size;               /**< sizeof(nibble_field) */
  const char* name;          /**< the template's, or a standard name: surname, birth_date, ...; of a
                                  line, the field that it became, or empty */
  const char* kind;          /**< date, docnum, latin, mrz, text, other; empty when unknown */
  const char* text;          /**< after rules */
  const char* raw;           /**< before rules */
  const char* value;         /**< what it means: an ISO date; the text itself for other kinds */
  const char* caption;       /**< without a template: the print that named it; else empty */
  const char* source;        /**< without a template: caption, number, zone or form; else empty */
  double confidence;         /**< probability that `text` is right, 0 to 1 */
  double network_confidence; /**< the network's own, of `raw` */
  nibble_decision decision;
  double quad[8];    /**< its corners in the picture */
  size_t char_count; /**< of `raw` */
  int rules_ok;      /**< not 0: all rules that apply to it hold */
  const void* item;  /**< the library's own, for nibble_field_char() */
} nibble_field;

/** A field by its place. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_document_field(const nibble_document* document, size_t index,
                                               nibble_field* field);

/** A field by its name. NIBBLE_NO_SUCH_ITEM when the document has none of this name. */
NIBBLE_C_API nibble_code nibble_document_find(const nibble_document* document, const char* name,
                                              nibble_field* field);

/** Without a template: a line in reading order. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_document_line(const nibble_document* document, size_t index,
                                              nibble_field* line);

/** One character as the network read it, before any rule. */
typedef struct nibble_char {
  size_t size;              /**< sizeof(nibble_char) */
  const char* text;         /**< one character */
  double confidence;        /**< 0 to 1 */
  double quad[8];           /**< its corners in the picture, as high as the line */
  size_t alternative_count; /**< what else could stand here, see nibble_char_alternative() */
  const void* item;         /**< the library's own */
} nibble_char;

/** A character of a field's or line's `raw`. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_field_char(const nibble_field* field, size_t index,
                                           nibble_char* character);

/** Another character that could stand there, best first; an empty text means none. `confidence` may
 * be NULL. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_char_alternative(const nibble_char* character, size_t index,
                                                 const char** text, double* confidence);

/** What a frame of a clip says of a text by itself: its position among the frames, the text, and
 * the probability that it is right; each may be NULL. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_field_said(const nibble_field* field, size_t index, size_t* frame,
                                           const char** text, double* confidence);

/** A machine readable zone (ICAO Doc 9303 and its national relatives). */
typedef struct nibble_zone {
  size_t size;        /**< sizeof(nibble_zone) */
  const char* format; /**< "TD1", "TD2", "TD3", ... */
  int valid;          /**< not 0: all check digits match, all days exist, nothing is in doubt */
  size_t line_count;
  size_t element_count;
} nibble_zone;

/** The document's zone. NIBBLE_NO_SUCH_ITEM when it has none. */
NIBBLE_C_API nibble_code nibble_document_zone(const nibble_document* document, nibble_zone* zone);

/** A line of the zone. NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_zone_line(const nibble_document* document, size_t index,
                                          const char** line);

/** An element of the zone: document_number, birth_date (ISO), ... and its value without fillers.
 * NIBBLE_NO_SUCH_ITEM behind the last one. */
NIBBLE_C_API nibble_code nibble_zone_element(const nibble_document* document, size_t index,
                                             const char** name, const char** value);

/** The document in a format: text, json, jsonl, tsv, csv, hocr or alto; JSON has all that there is.
 * The text ends with a zero byte and lasts as long as the document. `length` in bytes may be NULL.
 * NIBBLE_USAGE for another format. */
NIBBLE_C_API nibble_code nibble_document_render(const nibble_document* document, const char* format,
                                                const char** text, size_t* length);

/** Draws what was read into a copy of the picture: `rgb` gets `image->height` rows of 3 *
 * `image->width` bytes and has room for `capacity` bytes. NIBBLE_USAGE when that is too little. */
NIBBLE_C_API nibble_code nibble_annotate(const nibble_image* image, const nibble_document* document,
                                         uint8_t* rgb, size_t capacity);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
