// Products of a few rows with a large matrix are bound by the memory: what counts is that the matrix streams by once.
#include "copenblas.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// Vectors wider than the machine's are passed between functions that are all inlined: there is no convention to be changed.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 16

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const float *p) {
  lanes x;
  memcpy(&x, p, sizeof x);
  return x;
}

INLINE void store(float *p, lanes x) { memcpy(p, &x, sizeof x); }

INLINE int least(int a, int b) { return a < b ? a : b; }

INLINE float sum(lanes x) {
  float part[LANES];
  memcpy(part, &x, sizeof part);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) part[i] += part[i + half];
  return part[0];
}

// C += A B for four rows of B and 4 LANES of its columns, which stay in registers for all rows of A. The next four rows are
// asked for meanwhile: rows lie too far apart for the machine to foresee.
INLINE void block_of_b(int m, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
  lanes w[4][4];
  for (int r = 0; r < 4; r++)
    for (int v = 0; v < 4; v++) {
      const float *at = b + (size_t)r * ldb + v * LANES;
      w[r][v] = load(at);
      __builtin_prefetch(at + 4 * (size_t)ldb);
    }
  for (int i = 0; i < m; i++, a += lda, c += ldc)
    for (int v = 0; v < 4; v++) {
      lanes x = load(c + v * LANES);
      for (int r = 0; r < 4; r++) x += w[r][v] * a[r];
      store(c + v * LANES, x);
    }
}

// Columns of C that are summed up together, and rows of B whose sum is one term of C's: short sums round less.
#define WIDTH 256
#define DEPTH 256
#define MOST_ROWS 32

// C += A B, B [k, n]: four rows of B at a time, from left to right. C's rows may lie a power of two apart, where they would
// drive each other out of the cache; so they are summed up side by side.
INLINE void rows_of_b(int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C, int ldc) {
  int wide = n / (4 * LANES) * (4 * LANES), deep = k / 4 * 4;
  float sums[MOST_ROWS][WIDTH + LANES];
  for (int left = 0; left < wide; left += WIDTH) {
    int width = least(wide - left, WIDTH);
    for (int top = 0; top < deep; top += DEPTH) {
      int bottom = least(deep, top + DEPTH);
      memset(sums, 0, m * sizeof sums[0]);
      for (int d = top; d < bottom; d += 4)
        for (int j = 0; j < width; j += 4 * LANES)
          block_of_b(m, A + d, lda, B + (size_t)d * ldb + left + j, ldb, sums[0] + j, WIDTH + LANES);
      for (int i = 0; i < m; i++)
        for (int j = 0; j < width; j++) C[(size_t)i * ldc + left + j] += sums[i][j];
    }
  }
  // The edges: columns behind the last block, rows behind the last four.
  for (int d = 0; d < k; d++)
    for (int i = 0; i < m; i++)
      for (int j = d < deep ? wide : 0; j < n; j++) C[(size_t)i * ldc + j] += A[(size_t)i * lda + d] * B[(size_t)d * ldb + j];
}

// C += A B^T for `rows` of A and `columns` rows of B [n, k], both at most 4 and known to the compiler. The columns after these
// are asked for meanwhile.
INLINE void dots(int rows, int columns, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
  lanes total[4][4] = {{{0}}};
  int d = 0;
  for (; d + LANES <= k; d += LANES) {
    lanes x[4];
    for (int i = 0; i < rows; i++) x[i] = load(a + (size_t)i * lda + d);
    for (int j = 0; j < columns; j++) {
      const float *at = b + (size_t)j * ldb + d;
      lanes w = load(at);
      __builtin_prefetch(at + (size_t)columns * ldb);
      for (int i = 0; i < rows; i++) total[j][i] += w * x[i];
    }
  }
  for (int j = 0; j < columns; j++)
    for (int i = 0; i < rows; i++) {
      float rest = sum(total[j][i]);
      for (int e = d; e < k; e++) rest += b[(size_t)j * ldb + e] * a[(size_t)i * lda + e];
      c[(size_t)i * ldc + j] += rest;
    }
}

// C += A B^T, B [n, k]: four rows of B at a time with all rows of A.
INLINE void columns_of_b(int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C, int ldc) {
  for (int j = 0; j < n; j += 4)
    for (int i = 0; i < m; i += 4) {
      const float *a = A + (size_t)i * lda, *b = B + (size_t)j * ldb;
      float *c = C + (size_t)i * ldc + j;
      if (m - i >= 4 && n - j >= 4) {
        dots(4, 4, k, a, lda, b, ldb, c, ldc);
      } else {
        for (int r = i; r < m && r < i + 4; r++)
          for (int s = j; s < n && s < j + 4; s++)
            dots(1, 1, k, A + (size_t)r * lda, lda, B + (size_t)s * ldb, ldb, C + (size_t)r * ldc + s, ldc);
      }
    }
}

INLINE void few_rows(bool trans, int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C,
                     int ldc) {
  if (trans) {
    columns_of_b(m, n, k, A, lda, B, ldb, C, ldc);
  } else {
    rows_of_b(m, n, k, A, lda, B, ldb, C, ldc);
  }
}

typedef void kernel(bool, int, int, int, const float *, int, const float *, int, float *, int);

static void few_rows_plain(bool trans, int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C,
                           int ldc) {
  few_rows(trans, m, n, k, A, lda, B, ldb, C, ldc);
}

// A kernel, and how many rows it takes at most before OpenBLAS, with its copy, is the quicker one.
typedef struct {
  kernel *run;
  int rows;
} choice;

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void few_rows_avx2(bool trans, int m, int n, int k, const float *A, int lda,
                                                              const float *B, int ldb, float *C, int ldc) {
  few_rows(trans, m, n, k, A, lda, B, ldb, C, ldc);
}

__attribute__((target("avx512f,fma"))) static void few_rows_avx512(bool trans, int m, int n, int k, const float *A,
                                                                   int lda, const float *B, int ldb, float *C, int ldc) {
  few_rows(trans, m, n, k, A, lda, B, ldb, C, ldc);
}

static choice chosen(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return (choice){few_rows_avx512, MOST_ROWS};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return (choice){few_rows_avx2, 16};
  return (choice){few_rows_plain, 8};
}
#else
static choice chosen(void) { return (choice){few_rows_plain, 8}; }
#endif

int tw_few_rows_most(void) { return chosen().rows; }

void tw_few_rows(enum CBLAS_TRANSPOSE transB, int m, int n, int k, const float *A, int lda, const float *B, int ldb,
                 float *C, int ldc) {
  tw_blas_count(m, n, k);
  chosen().run(transB != CblasNoTrans, m, n, k, A, lda, B, ldb, C, ldc);
}
