// PNG by libpng: every kind of pixel becomes 8 bits of red, green and blue.

#include "image.h"
#include <dlfcn.h>
#include <png.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libpng16.so.16"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;

#define EACH_FUNCTION(_) \
  _(create_read_struct) _(create_info_struct) _(destroy_read_struct) _(set_read_fn) _(get_io_ptr) _(get_error_ptr) \
  _(set_keep_unknown_chunks) _(read_info) _(get_image_width) _(get_image_height) _(get_rowbytes) _(set_palette_to_rgb) \
  _(set_expand_gray_1_2_4_to_8) _(set_strip_16) _(set_strip_alpha) _(set_gray_to_rgb) _(set_interlace_handling) \
  _(read_update_info) _(read_row) _(read_end) _(error)

#define DECLARE(name) static __typeof__(png_##name) *lib_##name;
EACH_FUNCTION(DECLARE)

static void load(void) {
  void *library = dlopen(LIBRARY, RTLD_NOW);
  if (!library) {
    failure = LIBRARY " cannot be loaded";
    return;
  }
#define FIND(name)                                                    \
  lib_##name = (__typeof__(lib_##name))dlsym(library, "png_" #name); \
  if (!lib_##name) failure = LIBRARY " has no png_" #name;
  EACH_FUNCTION(FIND)
}

const char *tw_png_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct png {
  struct tw_image image;
  png_structp reader;
  png_infop info;
  // The passes of an interlaced image, and where they are.
  int passes, pass;
  size_t row;
};

static void fail(png_structp reader, png_const_charp reason) {
  struct tw_image *image = lib_get_error_ptr(reader);
  snprintf(image->reason, sizeof image->reason, "%s", reason);
  longjmp(image->trouble, 1);
}

static void ignore(png_structp reader, png_const_charp warning) {
  (void)reader;
  (void)warning;
}

static void take(png_structp reader, png_bytep target, size_t wanted) {
  struct tw_image *image = lib_get_io_ptr(reader);
  if (wanted > image->count - image->used) {
    image->is_cut_off = true;
    lib_error(reader, "the file ends too early");
  }
  memcpy(target, image->bytes + image->used, wanted);
  image->used += wanted;
}

struct tw_image *tw_png_make(void) {
  struct png *png = calloc(1, sizeof *png);
  return png ? &png->image : NULL;
}

bool tw_png_open(struct tw_image *image) {
  struct png *png = (struct png *)image;
  if (setjmp(image->trouble)) return false;
  png->reader = lib_create_read_struct(PNG_LIBPNG_VER_STRING, image, fail, ignore);
  if (png->reader) png->info = lib_create_info_struct(png->reader);
  if (!png->info) {
    snprintf(image->reason, sizeof image->reason, "there is no memory for libpng, or it is of another version");
    return false;
  }
  lib_set_read_fn(png->reader, image, take);
  // Only what makes the pixels is read, no profiles, texts or times.
  lib_set_keep_unknown_chunks(png->reader, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  lib_read_info(png->reader, png->info);
  image->width = lib_get_image_width(png->reader, png->info);
  image->height = lib_get_image_height(png->reader, png->info);
  // Each does nothing where the image is not of that kind. Of 16 bits the upper 8 are taken, as Pillow does.
  lib_set_strip_16(png->reader);
  lib_set_palette_to_rgb(png->reader);
  lib_set_expand_gray_1_2_4_to_8(png->reader);
  lib_set_strip_alpha(png->reader);
  lib_set_gray_to_rgb(png->reader);
  png->passes = lib_set_interlace_handling(png->reader);
  lib_read_update_info(png->reader, png->info);
  if (lib_get_rowbytes(png->reader, png->info) != 3 * image->width) lib_error(png->reader, "its pixels cannot be made red, green and blue");
  // Two rows of at most 8 bytes a pixel, and the 32 kB window of zlib.
  image->working_bytes = 32 * image->width + (1 << 17);
  return true;
}

int tw_png_step(struct tw_image *image, uint8_t *pixels) {
  struct png *png = (struct png *)image;
  if (setjmp(image->trouble)) return TW_IMAGE_BAD;
  for (size_t left = tw_image_rows_of_a_step(image); left > 0; left--) {
    // A later pass fills in what the earlier ones left.
    lib_read_row(png->reader, pixels + 3 * image->width * png->row, NULL);
    if (++png->row < image->height) continue;
    png->row = 0;
    if (++png->pass < png->passes) continue;
    lib_read_end(png->reader, NULL);
    return TW_IMAGE_DONE;
  }
  return TW_IMAGE_MORE;
}

void tw_png_close(struct tw_image *image) {
  struct png *png = (struct png *)image;
  if (png->reader && !setjmp(image->trouble)) lib_destroy_read_struct(&png->reader, &png->info, NULL);
  free(png);
}
