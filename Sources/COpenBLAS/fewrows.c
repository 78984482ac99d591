// Products of a few rows with a large matrix are bound by the memory: what counts is that the matrix streams by once.
#include "copenblas.h"
#include "elements.h"

INLINE float sum(lanes x) {
  float part[LANES];
  memcpy(part, &x, sizeof part);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) part[i] += part[i + half];
  return part[0];
}

// C += A B for four rows of B and 4 LANES of its columns, which stay in registers for all rows of A. The next four rows are
// asked for meanwhile: rows lie too far apart for the machine to foresee.
INLINE void block_of_b(enum tw_type type, int m, const float *a, int lda, struct tw_numbers b, int ldb, float *c, int ldc) {
  lanes w[4][4];
  for (int r = 0; r < 4; r++)
    for (int v = 0; v < 4; v++) {
      size_t at = b.first + (size_t)r * (size_t)ldb + (size_t)(v * LANES);
      w[r][v] = load_of(type, b.bytes, at);
      prefetch(type, b.bytes, at + 4 * (size_t)ldb);
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

// Numbers `first` and after of B, seen from element `ahead`.
INLINE struct tw_numbers moved(struct tw_numbers B, size_t ahead) {
  B.first += ahead;
  return B;
}

// C += A B, B [k, n]: four rows of B at a time, from left to right. C's rows may lie a power of two apart, where they would
// drive each other out of the cache; so they are summed up side by side. Blocks (`widen` is there) become float32 four rows at a time.
INLINE void rows_of_b(enum tw_type type, widener *widen, int m, int n, int k, const float *A, int lda, struct tw_numbers B,
                      int ldb, float *C, int ldc) {
  int wide = n / (4 * LANES) * (4 * LANES), deep = k / 4 * 4;
  float sums[MOST_ROWS][WIDTH + LANES], rows[4][WIDTH];
  for (int left = 0; left < wide; left += WIDTH) {
    int width = least(wide - left, WIDTH);
    for (int top = 0; top < deep; top += DEPTH) {
      int bottom = least(deep, top + DEPTH);
      memset(sums, 0, m * sizeof sums[0]);
      for (int d = top; d < bottom; d += 4) {
        struct tw_numbers b = moved(B, (size_t)d * (size_t)ldb + (size_t)left);
        int step = ldb;
        if (widen) {
          for (int r = 0; r < 4; r++) widen(b.type, b.bytes, b.first + (size_t)r * (size_t)ldb, (size_t)width, rows[r]);
          b = (struct tw_numbers){rows, TW_F32, 0};
          step = WIDTH;
        }
        for (int j = 0; j < width; j += 4 * LANES)
          block_of_b(type, m, A + d, lda, moved(b, (size_t)j), step, sums[0] + j, WIDTH + LANES);
      }
      for (int i = 0; i < m; i++)
        for (int j = 0; j < width; j++) C[(size_t)i * ldc + left + j] += sums[i][j];
    }
  }
  // The edges: columns behind the last block, rows behind the last four.
  for (int d = 0; d < k; d++) {
    int first = d < deep ? wide : 0;
    for (int j = first; j < n; j += WIDTH) {
      int width = least(n - j, WIDTH);
      size_t at = B.first + (size_t)d * (size_t)ldb + (size_t)j;
      if (widen) widen(B.type, B.bytes, at, (size_t)width, rows[0]);
      for (int i = 0; i < m; i++)
        for (int e = 0; e < width; e++)
          C[(size_t)i * ldc + j + e] +=
              A[(size_t)i * lda + d] * (widen ? rows[0][e] : element_of(type, B.bytes, at + (size_t)e));
    }
  }
}

// C += A B^T for `rows` of A and `columns` rows of B [n, k], both known to the compiler. The columns after these are asked for
// meanwhile. An element's sum depends on neither number.
INLINE void dots(enum tw_type type, int rows, int columns, int k, const float *a, int lda, struct tw_numbers b, int ldb, float *c,
                 int ldc) {
  lanes total[4][8];
  for (int j = 0; j < columns; j++)
    for (int i = 0; i < rows; i++) total[j][i] = (lanes){0};
  int d = 0;
  // Whole blocks: a scale is read once.
  const int block = block_sizes[TW_Q8_0].elements, bytes = block_sizes[TW_Q8_0].bytes;
  if (type == TW_Q8_0 && b.first % (size_t)block == 0 && ldb % block == 0) {
    const uint8_t *at = (const uint8_t *)b.bytes + b.first / (size_t)block * (size_t)bytes;
    size_t step = (size_t)(ldb / block) * (size_t)bytes;
    for (; d + block <= k; d += block, at += bytes)
      for (int j = 0; j < columns; j++) {
        const uint8_t *p = at + (size_t)j * step;
        __builtin_prefetch(p + (size_t)columns * step);
        lanes low = load_of(TW_Q8_0, p, 0), high = load_of(TW_Q8_0, p, LANES);
        for (int i = 0; i < rows; i++) {
          total[j][i] += low * load(a + (size_t)i * lda + d);
          total[j][i] += high * load(a + (size_t)i * lda + d + LANES);
        }
      }
  }
  for (; d + LANES <= k; d += LANES) {
    lanes x[8];
    for (int i = 0; i < rows; i++) x[i] = load(a + (size_t)i * lda + d);
    for (int j = 0; j < columns; j++) {
      size_t at = b.first + (size_t)j * (size_t)ldb + (size_t)d;
      lanes w = load_of(type, b.bytes, at);
      prefetch(type, b.bytes, at + (size_t)columns * (size_t)ldb);
      for (int i = 0; i < rows; i++) total[j][i] += w * x[i];
    }
  }
  for (int j = 0; j < columns; j++)
    for (int i = 0; i < rows; i++) {
      float rest = sum(total[j][i]);
      for (int e = d; e < k; e++) 
        rest += element_of(type, b.bytes, b.first + (size_t)j * (size_t)ldb + (size_t)e) * a[(size_t)i * lda + e];
      c[(size_t)i * ldc + j] += rest;
    }
}

// C += A B^T for `columns` rows of B, known to the compiler, with at most `tall` rows of A at a time.
INLINE void dots_of_columns(enum tw_type type, int tall, int columns, int m, int k, const float *A, int lda, struct tw_numbers b,
                            int ldb, float *c, int ldc) {
  for (int i = 0; i < m;) {
    // As even as can be: the numbers of B are read once for each.
    int parts = (m - i + tall - 1) / tall, rows = (m - i + parts - 1) / parts;
#define DOTS(ROWS) \
  if (ROWS <= tall && rows == ROWS) dots(type, ROWS, columns, k, A + (size_t)i * lda, lda, b, ldb, c + (size_t)i * ldc, ldc);
    DOTS(1)
    DOTS(2)
    DOTS(3)
    DOTS(4)
    DOTS(5)
    DOTS(6)
    DOTS(7)
    DOTS(8)
    i += rows;
  }
}

#define MOST_COLUMNS 4

// C += A B^T, B [n, k]: `wide` rows of B at a time with all rows of A. Blocks (`widen` is there) become float32 so many rows at a time.
INLINE void columns_of_b(enum tw_type type, widener *widen, int tall, int wide, int m, int n, int k, const float *A, int lda,
                         struct tw_numbers B, int ldb, float *C, int ldc) {
  float rows[MOST_COLUMNS * (TW_FEW_ROWS_DEPTH + 2 * LANES)];
  for (int j = 0; j < n;) {
    int columns = j + wide <= n ? wide : 1, step = ldb;
    struct tw_numbers b = moved(B, (size_t)j * (size_t)ldb);
    if (widen) {
      // Rows a power of two apart would drive each other out of the cache.
      step = k / LANES * LANES + 2 * LANES;
      for (int r = 0; r < columns; r++)
        widen(b.type, b.bytes, b.first + (size_t)r * (size_t)ldb, (size_t)k, rows + r * step);
      b = (struct tw_numbers){rows, TW_F32, 0};
    }
    if (columns == wide) dots_of_columns(type, tall, wide, m, k, A, lda, b, step, C + j, ldc);
    else dots_of_columns(type, tall, 1, m, k, A, lda, b, step, C + j, ldc);
    j += columns;
  }
}

// `tall` and `wide`: the block of sums that fills the machine's registers.
INLINE void few_rows_of(enum tw_type type, widener *widen, int tall, int wide, bool trans, int m, int n, int k, const float *A,
                        int lda, struct tw_numbers B, int ldb, float *C, int ldc) {
  // More rows and fewer columns: a number of B is read and widened once for eight rows.
  if (trans && tall == 6 && m > tall) {
    columns_of_b(type, widen, 8, 3, m, n, k, A, lda, B, ldb, C, ldc);
  } else if (trans) {
    columns_of_b(type, widen, tall, wide, m, n, k, A, lda, B, ldb, C, ldc);
  } else {
    rows_of_b(type, widen, m, n, k, A, lda, B, ldb, C, ldc);
  }
}

INLINE void few_rows(widener *widen, int tall, int wide, bool trans, int m, int n, int k, const float *A, int lda,
                     struct tw_numbers B, int ldb, float *C, int ldc) {
  switch (B.type) {
  case TW_F32: return few_rows_of(TW_F32, NULL, tall, wide, trans, m, n, k, A, lda, B, ldb, C, ldc);
  case TW_F16: return few_rows_of(TW_F16, NULL, tall, wide, trans, m, n, k, A, lda, B, ldb, C, ldc);
  case TW_BF16: return few_rows_of(TW_BF16, NULL, tall, wide, trans, m, n, k, A, lda, B, ldb, C, ldc);
  case TW_Q8_0:
    // More rows would read the blocks several times.
    if (m <= (tall == 6 ? 8 : tall)) return few_rows_of(TW_Q8_0, NULL, tall, wide, trans, m, n, k, A, lda, B, ldb, C, ldc);
    // Fall through.
  default: return few_rows_of(TW_F32, widen, tall, wide, trans, m, n, k, A, lda, B, ldb, C, ldc);
  }
}

#define ARGUMENTS \
  bool trans, int m, int n, int k, const float *A, int lda, struct tw_numbers B, int ldb, float *C, int ldc

typedef void kernel(ARGUMENTS);

static void few_rows_plain(ARGUMENTS) { few_rows(tw_widen_plain, 1, 2, trans, m, n, k, A, lda, B, ldb, C, ldc); }

FOR_AVX2 static void few_rows_avx2(ARGUMENTS) { few_rows(tw_widen_avx2, 3, 2, trans, m, n, k, A, lda, B, ldb, C, ldc); }

FOR_AVX512 static void few_rows_avx512(ARGUMENTS) {
  few_rows(tw_widen_avx512, 6, MOST_COLUMNS, trans, m, n, k, A, lda, B, ldb, C, ldc);
}

int tw_few_rows_most(bool trans) {
  int most[][2] = {[PLAIN] = {8, 8}, [AVX2] = {16, 16}, [AVX512] = {MOST_ROWS, 16}};
  return most[this_machine()][trans];
}

void tw_few_rows(enum CBLAS_TRANSPOSE transB, int m, int n, int k, const float *A, int lda, struct tw_numbers B, int ldb,
                 float *C, int ldc) {
  tw_blas_count(m, n, k);
  kernel *kernels[] = {[PLAIN] = few_rows_plain, [AVX2] = few_rows_avx2, [AVX512] = few_rows_avx512};
  kernels[this_machine()](transB != CblasNoTrans, m, n, k, A, lda, B, ldb, C, ldc);
}
