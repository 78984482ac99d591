// Products of a few rows with a large matrix are bound by the memory: what counts is that the matrix streams by once.
#include "copenblas.h"
#include "lanes.h"

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

// C += A B^T for `rows` of A and `columns` rows of B [n, k], both known to the compiler. The columns after these are asked for
// meanwhile. An element's sum depends on neither number.
INLINE void dots(int rows, int columns, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
  lanes total[4][6];
  for (int j = 0; j < columns; j++)
    for (int i = 0; i < rows; i++) total[j][i] = (lanes){0};
  int d = 0;
  for (; d + LANES <= k; d += LANES) {
    lanes x[6];
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

// C += A B^T for `columns` rows of B: `tall` rows of A at a time, then fewer.
INLINE void dots_of_columns(int tall, int columns, int m, int k, const float *A, int lda, const float *b, int ldb, float *c,
                            int ldc) {
  int i = 0;
#define DOTS(ROWS) \
  for (; i + ROWS <= m; i += ROWS) dots(ROWS, columns, k, A + (size_t)i * lda, lda, b, ldb, c + (size_t)i * ldc, ldc);
  DOTS(tall)
  if (tall > 4) { DOTS(4) }
  if (tall > 2) { DOTS(2) }
  DOTS(1)
}

// C += A B^T, B [n, k]: `wide` rows of B at a time with all rows of A.
INLINE void columns_of_b(int tall, int wide, int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C,
                         int ldc) {
  int j = 0;
  for (; j + wide <= n; j += wide) dots_of_columns(tall, wide, m, k, A, lda, B + (size_t)j * ldb, ldb, C + j, ldc);
  for (; j < n; j++) dots_of_columns(tall, 1, m, k, A, lda, B + (size_t)j * ldb, ldb, C + j, ldc);
}

// `tall` and `wide`: the block of sums that fills the machine's registers.
INLINE void few_rows(int tall, int wide, bool trans, int m, int n, int k, const float *A, int lda, const float *B, int ldb,
                     float *C, int ldc) {
  if (trans) {
    columns_of_b(tall, wide, m, n, k, A, lda, B, ldb, C, ldc);
  } else {
    rows_of_b(m, n, k, A, lda, B, ldb, C, ldc);
  }
}

#define ARGUMENTS bool trans, int m, int n, int k, const float *A, int lda, const float *B, int ldb, float *C, int ldc

typedef void kernel(ARGUMENTS);

static void few_rows_plain(ARGUMENTS) { few_rows(1, 2, trans, m, n, k, A, lda, B, ldb, C, ldc); }

FOR_AVX2 static void few_rows_avx2(ARGUMENTS) { few_rows(3, 2, trans, m, n, k, A, lda, B, ldb, C, ldc); }

FOR_AVX512 static void few_rows_avx512(ARGUMENTS) { few_rows(6, 4, trans, m, n, k, A, lda, B, ldb, C, ldc); }

int tw_few_rows_most(bool trans) {
  int most[][2] = {[PLAIN] = {8, 8}, [AVX2] = {16, 16}, [AVX512] = {MOST_ROWS, 16}};
  return most[this_machine()][trans];
}

void tw_few_rows(enum CBLAS_TRANSPOSE transB, int m, int n, int k, const float *A, int lda, const float *B, int ldb,
                 float *C, int ldc) {
  tw_blas_count(m, n, k);
  kernel *kernels[] = {[PLAIN] = few_rows_plain, [AVX2] = few_rows_avx2, [AVX512] = few_rows_avx512};
  kernels[this_machine()](transB != CblasNoTrans, m, n, k, A, lda, B, ldb, C, ldc);
}
