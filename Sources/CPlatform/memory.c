#define _GNU_SOURCE
#include "platform.h"
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int64_t tw_memory_limit = INT64_MAX;

// The number of kB behind a name in /proc/self/status, 0 without such a line.
static int64_t field(const char *status, const char *name) {
  const char *found = strstr(status, name);
  return found ? strtoll(found + strlen(name), NULL, 10) * 1024 : 0;
}

int64_t tw_memory_in_use(void) {
  char status[4096];
  int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, status, sizeof status - 1);
  close(file);
  if (count <= 0) return -1;
  status[count] = 0;
  int64_t own = field(status, "\nRssAnon:");
  return own > 0 ? own + field(status, "\nVmSwap:") : -1;
}

// No program fills memory faster than this, in bytes a nanosecond.
static const int64_t fastest = 4;
static const int64_t shortest_pause = 2000000, longest_pause = 100000000;

static void *watch(void *unused) {
  (void)unused;
  for (;;) {
    int64_t used = tw_memory_in_use();
    int64_t room = __atomic_load_n(&tw_memory_limit, __ATOMIC_RELAXED) - used;
    if (used >= 0 && room < 0) tw_request_memory_interrupt();
    // Not known where no descriptor is left: there may be one again.
    int64_t pause = used < 0 ? shortest_pause : room / fastest;
    if (pause < shortest_pause) pause = shortest_pause;
    if (pause > longest_pause) pause = longest_pause;
    struct timespec time = {0, pause};
    nanosleep(&time, NULL);
  }
}

static void start_watch(void) { tw_start_thread(64 * 1024, watch, NULL); }

void tw_watch_memory(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start_watch);
}

void tw_discard_pages(void *start, void *end) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)start + page - 1) / page * page, last = (uintptr_t)end / page * page;
  if (first < last) madvise((void *)first, last - first, MADV_DONTNEED);
}

void tw_trim_memory(bool stack) {
  malloc_trim(0);
  // Only our own large stack is worth it, and safe: the system's first thread has a stack that grows by itself.
  if (!stack || !tw_is_on_big_stack()) return;
  pthread_attr_t attributes;
  void *lowest = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  // A margin below this frame is still in use by what it calls.
  tw_discard_pages(lowest, (void *)(tw_frame_address() - 64 * 1024));
}
