#include "image.h"

const char *tw_image_load(enum tw_image_format format) {
  return format == TW_IMAGE_PNG ? tw_png_load() : tw_jpeg_load();
}

struct tw_image *tw_image_open(enum tw_image_format format, const uint8_t *bytes, size_t count) {
  struct tw_image *image = format == TW_IMAGE_PNG ? tw_png_make() : tw_jpeg_make();
  if (!image) return NULL;
  image->format = format;
  image->bytes = bytes;
  image->count = count;
  if (!(format == TW_IMAGE_PNG ? tw_png_open(image) : tw_jpeg_open(image))) image->has_failed = true;
  return image;
}

void tw_image_close(struct tw_image *image) {
  if (image->format == TW_IMAGE_PNG)
    tw_png_close(image);
  else
    tw_jpeg_close(image);
}

const char *tw_image_reason(const struct tw_image *image) {
  return image->has_failed && !image->is_stopped ? image->reason : NULL;
}

int tw_image_is_cut_off(const struct tw_image *image) { return image->is_cut_off; }

size_t tw_image_width(const struct tw_image *image) { return image->width; }
size_t tw_image_height(const struct tw_image *image) { return image->height; }
size_t tw_image_working_bytes(const struct tw_image *image) { return image->working_bytes; }

int tw_image_step(struct tw_image *image, uint8_t *pixels) {
  if (image->has_failed) return TW_IMAGE_BAD;
  int status = image->format == TW_IMAGE_PNG ? tw_png_step(image, pixels) : tw_jpeg_step(image, pixels);
  image->has_failed = status == TW_IMAGE_BAD;
  return status;
}
