#include "copenblas.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;

static __typeof__(cblas_sgemm) *sgemm;
static __typeof__(cblas_dgemm) *dgemm;
static __typeof__(cblas_sgemv) *sgemv;
static __typeof__(openblas_set_num_threads) *set_threads;
static __typeof__(openblas_get_config) *get_config;

#define FIND(pointer, name)                                   \
  do {                                                        \
    pointer = (__typeof__(pointer))dlsym(library, name);      \
    if (!pointer) failure = "libopenblas.so.0 has no " name; \
  } while (0)

static void load(void) {
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    failure = dlerror();
    if (!failure) failure = "libopenblas.so.0 cannot be loaded";
    return;
  }
  FIND(sgemm, "cblas_sgemm");
  FIND(dgemm, "cblas_dgemm");
  FIND(sgemv, "cblas_sgemv");
  FIND(set_threads, "openblas_set_num_threads");
  FIND(get_config, "openblas_get_config");
  if (!failure) set_threads(1);
}

const char *tw_blas_load(void) {
  pthread_once(&once, load);
  return failure;
}

void tw_blas_set_threads(int count) { set_threads(count); }
const char *tw_blas_description(void) { return get_config(); }

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

void tw_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              float alpha, const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc) {
  tw_blas_count(m, n, k);
  sgemm(order, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

void tw_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              double alpha, const double *A, int lda, const double *B, int ldb, double beta, double *C, int ldc) {
  tw_blas_count(m, n, k);
  dgemm(order, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

void tw_sgemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans, int m, int n, float alpha, const float *A, int lda,
              const float *x, int incx, float beta, float *y, int incy) {
  tw_blas_count(m, n, 1);
  sgemv(order, trans, m, n, alpha, A, lda, x, incx, beta, y, incy);
}
