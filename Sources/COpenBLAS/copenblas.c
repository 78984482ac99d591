#include "copenblas.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;

static __typeof__(cblas_dgemm) *dgemm;
static __typeof__(openblas_set_num_threads) *set_threads;
static __typeof__(openblas_get_config) *get_config;
// How the library gets and drops the buffer that every call works in; exported, but in no header.
static void *(*memory_alloc)(int);
static void (*memory_free)(void *);

#define FIND(pointer, name)                                   \
  do {                                                        \
    pointer = (__typeof__(pointer))dlsym(library, name);      \
    if (!pointer) failure = "libopenblas.so.0 has no " name; \
  } while (0)

// OpenBLAS tries for ever to get a buffer that the system refuses, deaf to everything. So buffers are got here, one for every call
// that runs at the same time, after a look whether there is room; a call that has none waits until another one is done.
// Measured with 0.3.21 on x86-64: 128 MB of address space each, touched as far as a product needs it.
static const size_t buffer_bytes = (size_t)160 << 20;
enum { MOST_BUFFERS = 256 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
// Buffers that the library has got; calls that run.
static void *known[MOST_BUFFERS];
static int buffers, running;

static bool has_room(size_t bytes) {
  void *trial = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return false;
  munmap(trial, bytes);
  return true;
}

static bool is_known(void *buffer) {
  for (int i = 0; i < buffers; i++)
    if (known[i] == buffer) return true;
  return false;
}

// Makes the library get one more buffer: it gives out those that it has before.
static bool add_buffer(void) {
  // A call that runs but has not taken its buffer yet may have to get one itself, when ours are held here.
  if (buffers == MOST_BUFFERS || !has_room(running > 0 ? 2 * buffer_bytes : buffer_bytes)) return false;
  void *taken[MOST_BUFFERS];
  int count = 0;
  bool is_new = false;
  while (!is_new && count < MOST_BUFFERS && (taken[count] = memory_alloc(0)) != NULL) is_new = !is_known(taken[count++]);
  if (is_new) known[buffers++] = taken[count - 1];
  for (int i = 0; i < count; i++) memory_free(taken[i]);
  return is_new;
}

void tw_blas_begin(void) {
  pthread_mutex_lock(&lock);
  while (running >= buffers && !add_buffer()) pthread_cond_wait(&released, &lock);
  running++;
  pthread_mutex_unlock(&lock);
}

void tw_blas_end(void) {
  pthread_mutex_lock(&lock);
  running--;
  pthread_cond_signal(&released);
  pthread_mutex_unlock(&lock);
}

// The kernels for this processor. The library looks for models that it knows; one that is newer gets those for processors
// of 2004, several times slower, or those of an older relative, and other digits. What the processor can do says it better, and the same on all
// that can do it. NULL leaves the choice to the library.
static const char *kernels(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return NULL;
}

static void load(void) {
  // Our kernels share the work among threads of their own. The library would start threads when it is loaded, on stacks as large as
  // `ulimit -s` says, and end the process when it cannot.
  const char *before = getenv("OPENBLAS_NUM_THREADS");
  setenv("OPENBLAS_NUM_THREADS", "1", true);
  const char *chosen = getenv("OPENBLAS_CORETYPE");
  bool chooses = (!chosen || !*chosen) && kernels();
  if (chooses) setenv("OPENBLAS_CORETYPE", kernels(), true);
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_GLOBAL);
  if (!before) unsetenv("OPENBLAS_NUM_THREADS");
  if (chooses) unsetenv("OPENBLAS_CORETYPE");
  if (!library) {
    failure = dlerror();
    if (!failure) failure = "libopenblas.so.0 cannot be loaded";
    return;
  }
  FIND(dgemm, "cblas_dgemm");
  FIND(set_threads, "openblas_set_num_threads");
  FIND(get_config, "openblas_get_config");
  FIND(memory_alloc, "blas_memory_alloc");
  FIND(memory_free, "blas_memory_free");
  if (!failure) set_threads(1);
}

const char *tw_blas_load(void) {
  pthread_once(&once, load);
  return failure;
}

bool tw_blas_has_room(void) {
  pthread_mutex_lock(&lock);
  bool has_one = buffers > 0 || add_buffer();
  pthread_mutex_unlock(&lock);
  return has_one;
}

const char *tw_blas_description(void) { return get_config ? get_config() : NULL; }

static struct tw_blas_work work;

struct tw_blas_work tw_blas_work(void) {
  struct tw_blas_work copy = {__atomic_load_n(&work.calls, __ATOMIC_RELAXED),
                              __atomic_load_n(&work.operations, __ATOMIC_RELAXED),
                              __atomic_load_n(&work.decompositions, __ATOMIC_RELAXED)};
  return copy;
}

void tw_blas_count(int m, int n, int k) {
  __atomic_fetch_add(&work.calls, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&work.operations, 2 * (uint64_t)m * (uint64_t)n * (uint64_t)k, __ATOMIC_RELAXED);
}

void tw_lapack_count(int lwork) {
  // -1 only asks for the size of the work space.
  if (lwork != -1) __atomic_fetch_add(&work.decompositions, 1, __ATOMIC_RELAXED);
}

void tw_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              double alpha, const double *A, int lda, const double *B, int ldb, double beta, double *C, int ldc) {
  tw_blas_count(m, n, k);
  tw_blas_begin();
  dgemm(order, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
  tw_blas_end();
}
