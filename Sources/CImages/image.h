// What the two formats have in common.
#pragma once
#include "images.h"
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>

struct tw_image {
  enum tw_image_format format;
  const uint8_t *bytes;
  size_t count, used;
  size_t width, height, working_bytes;
  /// Where an error of the library goes on. Set at each entry: nothing may jump to a function that has returned.
  jmp_buf trouble;
  bool has_failed, is_cut_off, is_stopped;
  char reason[256];
};

/// Pixels that one step decodes: some milliseconds of work.
enum { TW_IMAGE_STEP = 1 << 18 };

static inline size_t tw_image_rows_of_a_step(const struct tw_image *image) {
  size_t rows = TW_IMAGE_STEP / image->width;
  return rows > 0 ? rows : 1;
}

const char *tw_png_load(void);
struct tw_image *tw_png_make(void);
bool tw_png_open(struct tw_image *image);
int tw_png_step(struct tw_image *image, uint8_t *pixels);
void tw_png_close(struct tw_image *image);

const char *tw_jpeg_load(void);
struct tw_image *tw_jpeg_make(void);
bool tw_jpeg_open(struct tw_image *image);
int tw_jpeg_step(struct tw_image *image, uint8_t *pixels);
void tw_jpeg_close(struct tw_image *image);
