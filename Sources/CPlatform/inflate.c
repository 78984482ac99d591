// Deflated bytes, by zlib. The library is loaded when the first of them is met or made: `tw -e 1+1` must not pay for it.

#include "platform.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;
static int (*begin)(z_streamp, int, const char *, int);
static int (*step)(z_streamp, int);
static int (*end)(z_streamp);
static int (*whole)(Bytef *, uLongf *, const Bytef *, uLong, int);

static void load(void) {
  void *library = dlopen("libz.so.1", RTLD_NOW);
  if (!library) {
    failure = "libz.so.1 cannot be loaded";
    return;
  }
  begin = (__typeof__(begin))dlsym(library, "inflateInit2_");
  step = (__typeof__(step))dlsym(library, "inflate");
  end = (__typeof__(end))dlsym(library, "inflateEnd");
  whole = (__typeof__(whole))dlsym(library, "compress2");
  if (!begin || !step || !end) failure = "libz.so.1 has no inflate";
}

const char *tw_inflate_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct tw_inflater {
  z_stream stream;
};

struct tw_inflater *tw_inflate_begin(void) {
  struct tw_inflater *inflater = calloc(1, sizeof *inflater);
  // Negative: no zlib header around the data, and a window of 32 kB, the largest.
  if (inflater && begin(&inflater->stream, -15, ZLIB_VERSION, (int)sizeof inflater->stream) == Z_OK) return inflater;
  free(inflater);
  return NULL;
}

int tw_inflate_step(struct tw_inflater *inflater, const uint8_t *source, size_t *source_size, uint8_t *target, size_t *target_size) {
  z_stream *stream = &inflater->stream;
  const uInt most = 1u << 20;
  uInt given = *source_size < most ? (uInt)*source_size : most, room = *target_size < most ? (uInt)*target_size : most;
  stream->next_in = (Bytef *)source;
  stream->avail_in = given;
  stream->next_out = target;
  stream->avail_out = room;
  int status = step(stream, Z_NO_FLUSH);
  *source_size = given - stream->avail_in;
  *target_size = room - stream->avail_out;
  if (status == Z_STREAM_END) return TW_INFLATE_DONE;
  return status == Z_OK || status == Z_BUF_ERROR ? TW_INFLATE_MORE : TW_INFLATE_BAD;
}

void tw_inflate_end(struct tw_inflater *inflater) {
  end(&inflater->stream);
  free(inflater);
}

int tw_deflate(const uint8_t *source, size_t source_size, uint8_t *target, size_t *target_size) {
  if (tw_inflate_load() || !whole) return 0;
  uLongf size = *target_size;
  if (whole(target, &size, source, source_size, 9) != Z_OK) return 0;
  *target_size = size;
  return 1;
}
