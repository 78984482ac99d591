// Deflated bytes, by zlib. The library is loaded when the first of them is met or made: `tw -e 1+1` must not pay for it.

#include "platform.h"
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;
static int (*begin)(z_streamp, int, const char *, int);
static int (*step)(z_streamp, int);
static int (*end)(z_streamp);
static int (*begin_deflate)(z_streamp, int, const char *, int);
static int (*step_deflate)(z_streamp, int);
static int (*end_deflate)(z_streamp);

static void load(void) {
  void *library = dlopen("libz.so.1", RTLD_NOW);
  if (!library) {
    failure = "libz.so.1 cannot be loaded";
    return;
  }
  begin = (__typeof__(begin))dlsym(library, "inflateInit2_");
  step = (__typeof__(step))dlsym(library, "inflate");
  end = (__typeof__(end))dlsym(library, "inflateEnd");
  begin_deflate = (__typeof__(begin_deflate))dlsym(library, "deflateInit_");
  step_deflate = (__typeof__(step_deflate))dlsym(library, "deflate");
  end_deflate = (__typeof__(end_deflate))dlsym(library, "deflateEnd");
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

struct tw_deflater {
  z_stream stream;
};

struct tw_deflater *tw_deflate_begin(uint8_t *target, size_t room) {
  if (tw_inflate_load() || !begin_deflate || !step_deflate || !end_deflate || room > UINT_MAX) return NULL;
  struct tw_deflater *deflater = calloc(1, sizeof *deflater);
  if (!deflater) return NULL;
  if (begin_deflate(&deflater->stream, Z_BEST_COMPRESSION, ZLIB_VERSION, (int)sizeof deflater->stream) != Z_OK) {
    free(deflater);
    return NULL;
  }
  deflater->stream.next_out = target;
  deflater->stream.avail_out = (uInt)room;
  return deflater;
}

int tw_deflate_add(struct tw_deflater *deflater, const uint8_t *source, size_t size, int is_last) {
  z_stream *stream = &deflater->stream;
  stream->next_in = (Bytef *)source;
  stream->avail_in = (uInt)size;
  int status = step_deflate(stream, is_last ? Z_FINISH : Z_NO_FLUSH);
  return is_last ? status == Z_STREAM_END : status == Z_OK && stream->avail_in == 0;
}

size_t tw_deflate_end(struct tw_deflater *deflater) {
  size_t written = deflater->stream.total_out;
  end_deflate(&deflater->stream);
  free(deflater);
  return written;
}
