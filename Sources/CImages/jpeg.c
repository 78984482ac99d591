// JPEG by libjpeg-turbo: grey, colour and CMYK become 8 bits of red, green and blue. Accurate arithmetic and smooth chroma, which
// are the library's defaults and Pillow's.

#include "image.h"
#include "platform.h"
#include <dlfcn.h>
#include <jpeglib.h>
#include <jerror.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The library's structs, which this file is compiled with, are of one version or the other: Debian's, or Ubuntu's.
#if JPEG_LIB_VERSION >= 80
#define LIBRARY "libjpeg.so.8"
#else
#define LIBRARY "libjpeg.so.62"
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;

#define EACH_FUNCTION(_) \
  _(std_error) _(CreateDecompress) _(read_header) _(has_multiple_scans) _(start_decompress) _(read_scanlines) \
  _(finish_decompress) _(destroy_decompress) _(resync_to_restart)

#define DECLARE(name) static __typeof__(jpeg_##name) *lib_##name;
EACH_FUNCTION(DECLARE)

static void load(void) {
  void *library = dlopen(LIBRARY, RTLD_NOW);
  if (!library) {
    failure = LIBRARY " cannot be loaded";
    return;
  }
#define FIND(name)                                                     \
  lib_##name = (__typeof__(lib_##name))dlsym(library, "jpeg_" #name); \
  if (!lib_##name) failure = LIBRARY " has no jpeg_" #name;
  EACH_FUNCTION(FIND)
}

const char *tw_jpeg_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct jpeg {
  struct tw_image image;
  struct jpeg_decompress_struct reader;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  bool is_made, is_started;
  // One row of cyan, magenta, yellow and black.
  JSAMPARRAY inks;
};

static struct jpeg *owner(j_common_ptr reader) { return reader->client_data; }

static void fail(j_common_ptr reader) {
  struct tw_image *image = &owner(reader)->image;
  char text[JMSG_LENGTH_MAX];
  reader->err->format_message(reader, text);
  snprintf(image->reason, sizeof image->reason, "%s", text);
  longjmp(image->trouble, 1);
}

// Level -1 is a warning: the library goes on with something. Where that is made up, the image is damaged.
static void hear(j_common_ptr reader, int level) {
  if (level >= 0) return;
  switch (reader->err->msg_code) {
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_JPEG_EOF: fail(reader);
  default: break;
  }
}

// Scans of a progressive image. Cameras and programs write some ten; each costs a walk over the whole image, and may be some bytes long.
enum { MOST_SCANS = 500 };

// Called now and then by the passes over a whole progressive image.
static void look_on(j_common_ptr reader) {
  struct jpeg *jpeg = owner(reader);
  jpeg->image.is_stopped = tw_must_stop();
  if (!jpeg->image.is_stopped && jpeg->reader.input_scan_number <= MOST_SCANS) return;
  snprintf(jpeg->image.reason, sizeof jpeg->image.reason, "it has more than %d scans", MOST_SCANS);
  longjmp(jpeg->image.trouble, 1);
}

// MARK: The source: all bytes at once

static void start_source(j_decompress_ptr reader) { (void)reader; }

static boolean fill(j_decompress_ptr reader) {
  struct tw_image *image = &owner((j_common_ptr)reader)->image;
  image->is_cut_off = true;
  snprintf(image->reason, sizeof image->reason, "the file ends too early");
  longjmp(image->trouble, 1);
}

static void skip(j_decompress_ptr reader, long count) {
  if (count <= 0) return;
  if ((size_t)count > reader->src->bytes_in_buffer) fill(reader);
  reader->src->next_input_byte += count;
  reader->src->bytes_in_buffer -= (size_t)count;
}

struct tw_image *tw_jpeg_make(void) {
  struct jpeg *jpeg = calloc(1, sizeof *jpeg);
  return jpeg ? &jpeg->image : NULL;
}

bool tw_jpeg_open(struct tw_image *image) {
  struct jpeg *jpeg = (struct jpeg *)image;
  struct jpeg_decompress_struct *reader = &jpeg->reader;
  reader->err = lib_std_error(&jpeg->errors);
  reader->client_data = jpeg;
  jpeg->errors.error_exit = fail;
  jpeg->errors.emit_message = hear;
  if (setjmp(image->trouble)) return false;
  // Keeps `err` and `client_data`.
  lib_CreateDecompress(reader, JPEG_LIB_VERSION, sizeof *reader);
  jpeg->is_made = true;
  jpeg->source = (struct jpeg_source_mgr){image->bytes, image->count, start_source, fill, skip, lib_resync_to_restart, start_source};
  reader->src = &jpeg->source;
  jpeg->progress.progress_monitor = look_on;
  reader->progress = &jpeg->progress;
  lib_read_header(reader, TRUE);
  image->width = reader->image_width;
  image->height = reader->image_height;
  switch (reader->num_components) {
  case 1:
  case 3: reader->out_color_space = JCS_RGB; break;
  case 4: reader->out_color_space = JCS_CMYK; break;
  default:
    snprintf(image->reason, sizeof image->reason, "it has %d colour channels, neither 1, 3 nor 4", reader->num_components);
    return false;
  }
  // Rows for the filters, and for an image of several passes all its coefficients of two bytes.
  size_t row = 4 * image->width;
  image->working_bytes = 64 * row + (1 << 18);
  if (lib_has_multiple_scans(reader)) image->working_bytes += 2 * row * image->height;
  return true;
}

// Adobe's inks are stored upside down, 255 for none. As Pillow converts them: (255 - ink) (255 - black) / 255, rounded.
static void mix_inks(const uint8_t *inks, uint8_t *target, size_t width) {
  for (size_t i = 0; i < width; i++, inks += 4, target += 3) {
    for (int colour = 0; colour < 3; colour++) {
      int product = (255 - inks[colour]) * inks[3] + 128;
      int value = inks[3] - (((product >> 8) + product) >> 8);
      target[colour] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

int tw_jpeg_step(struct tw_image *image, uint8_t *pixels) {
  struct jpeg *jpeg = (struct jpeg *)image;
  struct jpeg_decompress_struct *reader = &jpeg->reader;
  if (setjmp(image->trouble)) return TW_IMAGE_BAD;
  if (!jpeg->is_started) {
    lib_start_decompress(reader);
    jpeg->is_started = true;
    if (reader->output_width != image->width || reader->output_components != (reader->out_color_space == JCS_CMYK ? 4 : 3)) {
      snprintf(image->reason, sizeof image->reason, "libjpeg decodes it to another size");
      return TW_IMAGE_BAD;
    }
    if (reader->out_color_space == JCS_CMYK)
      jpeg->inks = reader->mem->alloc_sarray((j_common_ptr)reader, JPOOL_IMAGE, (JDIMENSION)(4 * image->width), 1);
  }
  for (size_t left = tw_image_rows_of_a_step(image); left > 0 && reader->output_scanline < reader->output_height; left--) {
    uint8_t *target = pixels + 3 * image->width * reader->output_scanline;
    JSAMPROW row = jpeg->inks ? jpeg->inks[0] : target;
    lib_read_scanlines(reader, &row, 1);
    if (jpeg->inks) mix_inks(row, target, image->width);
  }
  if (reader->output_scanline < reader->output_height) return TW_IMAGE_MORE;
  lib_finish_decompress(reader);
  return TW_IMAGE_DONE;
}

void tw_jpeg_close(struct tw_image *image) {
  struct jpeg *jpeg = (struct jpeg *)image;
  if (jpeg->is_made && !setjmp(image->trouble)) lib_destroy_decompress(&jpeg->reader);
  free(jpeg);
}
