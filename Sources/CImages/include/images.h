// PNG and JPEG by libpng and libjpeg-turbo, which are loaded when the first image is read. Both report errors by longjmp: it stays within
// these functions, which give back a reason instead.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum tw_image_format { TW_IMAGE_PNG = 0, TW_IMAGE_JPEG = 1 };

/// Loads the library of a format. NULL when it is there, else why it is not; call it before the others. Safe from any thread.
const char *tw_image_load(enum tw_image_format format);

struct tw_image;

/// Reads the header of the image in `bytes`, which must stay until `tw_image_close`. NULL when there is no memory. When the header cannot
/// be read `tw_image_reason` says why, and nothing else may be asked.
struct tw_image *tw_image_open(enum tw_image_format format, const uint8_t *bytes, size_t count);
void tw_image_close(struct tw_image *image);

/// What went wrong, or NULL. `tw_image_is_cut_off`: the file ends too early.
const char *tw_image_reason(const struct tw_image *image);
int tw_image_is_cut_off(const struct tw_image *image);

/// Sizes in pixels, above 0.
size_t tw_image_width(const struct tw_image *image);
size_t tw_image_height(const struct tw_image *image);
/// Bytes that the library takes to decode it, at most, beside the pixels.
size_t tw_image_working_bytes(const struct tw_image *image);

enum { TW_IMAGE_DONE = 0, TW_IMAGE_MORE = 1, TW_IMAGE_BAD = 2 };
/// Decodes a few rows more into `pixels` [height, width, 3], the same each time: red, green, blue. BAD when the image is damaged, which
/// `tw_image_reason` explains, and after Ctrl-C, without a reason. A step takes some milliseconds, but for the first one of a progressive
/// JPEG, which reads the whole file and looks for Ctrl-C itself.
int tw_image_step(struct tw_image *image, uint8_t *pixels);
