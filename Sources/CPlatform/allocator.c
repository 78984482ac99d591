// Memory under a limit of the system's (ulimit -v, ulimit -d). Swift ends the process when malloc has nothing to give, so malloc must
// not come to that: a stretch of address space is held back from the start. When malloc fails, the stretch is let go, the memory
// flag goes up, and what was asked for is served from there; the next look at the flag ends the program with an error, which frees
// what it held. Large pieces, which the stretch could not serve, are asked for beforehand (`tw_has_room`). Where all that was
// not enough, the process still ends with an error in words.
#define _GNU_SOURCE
#include "platform.h"
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static void *reserve;
static size_t reserve_size;

static size_t lowest_limit(void) {
  size_t lowest = SIZE_MAX;
  for (int i = 0; i < 2; i++) {
    struct rlimit limit;
    if (getrlimit(i == 0 ? RLIMIT_AS : RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < lowest)
      lowest = limit.rlim_cur;
  }
  return lowest;
}

int64_t tw_system_memory_limit(void) {
  size_t limit = lowest_limit();
  return limit < (size_t)INT64_MAX ? (int64_t)limit : INT64_MAX;
}

size_t tw_address_share(size_t wanted, size_t parts) {
  size_t limit = lowest_limit();
  if (limit == SIZE_MAX) return wanted;
  size_t page = (size_t)sysconf(_SC_PAGESIZE), share = limit / parts / page * page;
  return share < wanted ? share : wanted;
}

bool tw_restore_reserve(void) {
  if (reserve_size == 0 || __atomic_load_n(&reserve, __ATOMIC_ACQUIRE)) return true;
  void *memory = mmap(NULL, reserve_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  void *none = NULL;
  if (!__atomic_compare_exchange_n(&reserve, &none, memory, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    munmap(memory, reserve_size);
  return true;
}

void tw_tune_allocator(void) {
  // Programs run on a thread of their own; one arena spares it glibc's second one, which grows a page protection at a time.
  mallopt(M_ARENA_MAX, 1);
  bool is_limited = lowest_limit() != SIZE_MAX;
  // The heap grows in larger steps (of address space: untouched pages cost nothing), unless that is scarce.
  mallopt(M_TOP_PAD, is_limited ? 1 << 20 : 16 << 20);
  // Setting one of these freezes the others where they are; these are what glibc itself would come to in a long program.
  mallopt(M_MMAP_THRESHOLD, is_limited ? 1 << 20 : 32 << 20);
  mallopt(M_TRIM_THRESHOLD, is_limited ? 4 << 20 : 64 << 20);
  if (!is_limited) return;
  size_t share = lowest_limit() / 8;
  reserve_size = share < 64 << 20 ? share : 64 << 20;
  tw_restore_reserve();
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
// The names by which glibc's own functions can still be called.
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
#define system_malloc __libc_malloc
#define system_memalign __libc_memalign
#else
#define system_malloc malloc
#define system_memalign memalign
#endif

void *tw_try_allocate(size_t alignment, size_t bytes) { return system_memalign(alignment, bytes); }

bool tw_has_room(size_t bytes) {
  void *trial = system_malloc(bytes);
  free(trial);
  return trial != NULL;
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
// Whether another attempt is worth it: the reserve, which the attempt can use now, was still there, or another thread has just let it go.
static bool let_reserve_go(void) {
  tw_request_memory_interrupt();
  void *memory = __atomic_exchange_n(&reserve, NULL, __ATOMIC_ACQ_REL);
  if (memory) munmap(memory, reserve_size);
  return memory != NULL;
}

static _Noreturn void give_up(void) {
  static const char text[] =
      "error[E0602]: the memory that the system allows is used up (ulimit -v, ulimit -d)\n"
      "  = help: keep fewer values at a time, or raise the limit\n";
  ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
  (void)ignored;
  _exit(1);
}

// Sizes that no address space has are a caller's question, not a lack of memory.
static inline bool is_absurd(size_t bytes) { return bytes > (size_t)1 << 46; }

#define SERVE(bytes, attempt)                                     \
  do {                                                            \
    void *memory = attempt;                                       \
    if (__builtin_expect(memory != NULL || (bytes) == 0, 1)) return memory; \
    if (is_absurd(bytes)) return NULL;                            \
    if (let_reserve_go() && (memory = attempt) != NULL) return memory; \
    malloc_trim(0);                                               \
    if ((memory = attempt) != NULL) return memory;                \
    give_up();                                                    \
  } while (0)

void *malloc(size_t bytes) { SERVE(bytes, __libc_malloc(bytes)); }

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  SERVE(bytes, __libc_calloc(count, size));
}

void *realloc(void *old, size_t bytes) { SERVE(bytes, __libc_realloc(old, bytes)); }

static void *aligned(size_t alignment, size_t bytes) { SERVE(bytes, __libc_memalign(alignment, bytes)); }

void *memalign(size_t alignment, size_t bytes) { return aligned(alignment, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) { return aligned(alignment, bytes); }

int posix_memalign(void **result, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *memory = aligned(alignment, bytes);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}
#endif
