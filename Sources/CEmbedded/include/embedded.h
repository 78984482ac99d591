// Files compiled into the binary: the default model, the standard library, the data that the recipes read.
#pragma once
#include <stddef.h>

struct tw_embedded_file {
  const char *path;  // relative to the repository, e.g. "Models/mini/config.json"
  const unsigned char *bytes;
  size_t count;
};

extern const struct tw_embedded_file tw_embedded_files[];
extern const size_t tw_embedded_file_count;

// Swift does not import arrays of unknown length.
static inline const struct tw_embedded_file *tw_embedded_file_at(size_t index) {
  return index < tw_embedded_file_count ? &tw_embedded_files[index] : NULL;
}
