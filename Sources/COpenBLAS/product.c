// The product of two matrices of float32. An element's sum runs along the inner size in even blocks of at most DEPTH, one element after the other, with
// fused multiplications: it depends neither on the machine's registers nor on how rows and columns are shared out. OpenBLAS chooses by
// models of processors that it knows; it takes new ones for old ones, several times slower and with other digits (docs/decisions.md).
#include "copenblas.h"
#include "elements.h"

// Rows of B that are copied at most at a time; columns, in vectors. The copy of 72 KB stays in the second cache, half of it in the first.
#define DEPTH 384
#define MOST_WIDE 3

// r becomes its transpose: exchanges blocks of 8, 4, 2 and 1.
INLINE void transpose(lanes r[LANES]) {
#define EXCHANGE(SIZE, LOW, HIGH)                     \
  for (int g = 0; g < LANES; g += 2 * SIZE)           \
    for (int i = g; i < g + SIZE; i++) {              \
      lanes a = r[i], b = r[i + SIZE];                \
      r[i] = __builtin_shufflevector(a, b, LOW);      \
      r[i + SIZE] = __builtin_shufflevector(a, b, HIGH); \
    }
#define LIST(...) __VA_ARGS__
  EXCHANGE(8, LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
           LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  EXCHANGE(4, LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
           LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
           LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(1, LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
           LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
}

// panel [k][wide vectors] = n columns of B [k, n], zeros behind them. The rows after these are asked for meanwhile: they lie too far
// apart for the machine to foresee.
INLINE void copy_columns(enum tw_type type, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  for (int d = 0; d < k; d++, B.first += (size_t)ldb, panel += wide * LANES) {
    if (d + 8 < k)
      for (int v = 0; v < wide; v++) prefetch(type, B.bytes, B.first + 8 * (size_t)ldb + (size_t)(v * LANES));
    for (int v = 0; v < wide; v++) {
      if (n >= (v + 1) * LANES) store(panel + v * LANES, load_of(type, B.bytes, B.first + (size_t)(v * LANES)));
      else
        for (int j = v * LANES; j < (v + 1) * LANES; j++)
          panel[j] = j < n ? element_of(type, B.bytes, B.first + (size_t)j) : 0;
    }
  }
}

// The same of n rows of B [n, k].
INLINE void copy_rows(enum tw_type type, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  int step = wide * LANES;
  for (int v = 0; v < wide; v++, B.first += LANES * (size_t)ldb, n -= LANES) {
    int d = 0;
    // Two neighbours of bfloat16 are turned as one word.
    for (; type == TW_BF16 && n >= LANES && d + 2 * LANES <= k; d += 2 * LANES) {
      lanes r[LANES];
      for (int j = 0; j < LANES; j++)
        memcpy(r + j, (const char *)B.bytes + 2 * (B.first + (size_t)j * (size_t)ldb + (size_t)d), sizeof r[j]);
      transpose(r);
      for (int j = 0; j < LANES; j++) {
        float *to = panel + (size_t)(d + 2 * j) * step + v * LANES;
        store(to, (lanes)((words)r[j] << 16));
        store(to + step, (lanes)((words)r[j] & 0xFFFF0000u));
      }
    }
    for (; n >= LANES && d + LANES <= k; d += LANES) {
      lanes r[LANES];
      for (int j = 0; j < LANES; j++) r[j] = load_of(type, B.bytes, B.first + (size_t)j * (size_t)ldb + (size_t)d);
      transpose(r);
      for (int j = 0; j < LANES; j++) store(panel + (size_t)(d + j) * step + v * LANES, r[j]);
    }
    for (; d < k; d++)
      for (int j = 0; j < LANES; j++)
        panel[(size_t)d * step + v * LANES + j] =
            j < n ? element_of(type, B.bytes, B.first + (size_t)j * (size_t)ldb + (size_t)d) : 0;
  }
}

INLINE void copy(enum tw_type type, bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  if (transB) copy_rows(type, wide, n, k, B, ldb, panel);
  else copy_columns(type, wide, n, k, B, ldb, panel);
}

// For types that the kernel does not know. Blocks become rows of float32 before they are turned.
INLINE void copy_any(widener *widen, bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  if (B.type == TW_F16) return copy(TW_F16, transB, wide, n, k, B, ldb, panel);
  if (B.type == TW_BF16) return copy(TW_BF16, transB, wide, n, k, B, ldb, panel);
  float rows[LANES * DEPTH];
  size_t elements = (size_t)block_sizes[B.type].elements, bytes = (size_t)block_sizes[B.type].bytes;
  if (!transB) {
    for (int d = 0; d < k; d++, B.first += (size_t)ldb, panel += wide * LANES) {
      widen(B.type, B.bytes, B.first, (size_t)n, panel);
      for (int j = n; j < wide * LANES; j++) panel[j] = 0;
    }
    return;
  }
  for (int v = 0; v < wide; v++, n -= LANES) {
    int count = n < 0 ? 0 : least(n, LANES);
    for (int j = 0; j < count; j++, B.first += (size_t)ldb) {
      // The row that is copied sixteen rows later.
      const char *next = (const char *)B.bytes + (B.first + LANES * (size_t)ldb) / elements * bytes;
      for (size_t i = 0; i < (size_t)k / elements * bytes; i += 64) __builtin_prefetch(next + i);
      widen(B.type, B.bytes, B.first, (size_t)k, rows + j * DEPTH);
    }
    for (int d = 0; d < k; d += LANES) {
      lanes r[LANES];
      for (int j = 0; j < LANES; j++) r[j] = j < count ? load(rows + j * DEPTH + d) : (lanes){0};
      transpose(r);
      for (int j = 0; j < least(LANES, k - d); j++) store(panel + ((size_t)(d + j) * wide + v) * LANES, r[j]);
    }
  }
}

typedef void copier(bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel);

FOR_AVX512 static void copy_avx512(bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  copy_any(tw_widen_avx512, transB, wide, n, k, B, ldb, panel);
}

FOR_AVX2 static void copy_avx2(bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  copy_any(tw_widen_avx2, transB, wide, n, k, B, ldb, panel);
}

static void copy_plain(bool transB, int wide, int n, int k, struct tw_numbers B, int ldb, float *panel) {
  copy_any(tw_widen_plain, transB, wide, n, k, B, ldb, panel);
}

// C = alpha A panel, or added to what is there, for `rows` of A, known to the compiler, whose elements lie `down` and `along` apart.
INLINE void rows_of_c(int rows, int wide, int n, int k, float alpha, const float *A, size_t down, size_t along,
                      const float *panel, bool adds, float *C, int ldc) {
  lanes total[8][MOST_WIDE];
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < wide; v++) {
      total[i][v] = (lanes){0};
      __builtin_prefetch(C + (size_t)i * ldc + v * LANES, 1);
    }
  for (int d = 0; d < k; d++) {
    lanes w[MOST_WIDE];
    for (int v = 0; v < wide; v++) w[v] = load(panel + ((size_t)d * wide + v) * LANES);
    for (int i = 0; i < rows; i++) {
      float x = A[i * down + d * along];
      for (int v = 0; v < wide; v++) total[i][v] += w[v] * x;
    }
  }
  for (int i = 0; i < rows; i++, C += ldc)
    for (int v = 0; v < wide; v++) {
      lanes sum = total[i][v] * alpha;
      float *c = C + v * LANES;
      if (n >= (v + 1) * LANES) {
        store(c, adds ? load(c) + sum : sum);
      } else {
        float part[LANES];
        store(part, sum);
        for (int j = 0; j < n - v * LANES; j++) c[j] = adds ? c[j] + part[j] : part[j];
      }
    }
}

// All rows of C in the panel's columns: `tall` at a time, then 4, 2 and 1.
INLINE void columns_of_c(int tall, int wide, int m, int n, int k, float alpha, const float *A, size_t down, size_t along,
                         const float *panel, bool adds, float *C, int ldc) {
  int i = 0;
#define BLOCK(ROWS) \
  for (; i + ROWS <= m; i += ROWS) \
    rows_of_c(ROWS, wide, n, k, alpha, A + i * down, down, along, panel, adds, C + (size_t)i * ldc, ldc);
  BLOCK(tall)
  BLOCK(4)
  BLOCK(2)
  BLOCK(1)
}

INLINE void panel_of_c(int tall, copier *copy_stored, int wide, bool transB, int m, int n, int k, float alpha, const float *A,
                       size_t down, size_t along, struct tw_numbers B, int ldb, bool adds, float *C, int ldc, float *panel) {
  if (B.type == TW_F32) copy(TW_F32, transB, wide, n, k, B, ldb, panel);
  else copy_stored(transB, wide, n, k, B, ldb, panel);
  // A step that the compiler knows to be 1 costs no multiplication.
  if (along == 1) columns_of_c(tall, wide, m, n, k, alpha, A, down, 1, panel, adds, C, ldc);
  else columns_of_c(tall, wide, m, n, k, alpha, A, 1, along, panel, adds, C, ldc);
}

INLINE void product(int tall, int most_wide, copier *copy_stored, bool transA, bool transB, int m, int n, int k, float alpha,
                    const float *A, int lda, struct tw_numbers B, int ldb, bool adds, float *C, int ldc) {
  _Alignas(64) float panel[DEPTH * MOST_WIDE * LANES];
  size_t down = transA ? 1 : (size_t)lda, along = transA ? (size_t)lda : 1;
  int parts = (k + DEPTH - 1) / DEPTH, depth = ((k + parts - 1) / parts + LANES - 1) / LANES * LANES;
  for (int top = 0; top < k; top += depth) {
    int deep = least(k - top, depth);
    for (int left = 0; left < n;) {
      int vectors = (n - left + LANES - 1) / LANES;
      // Four vectors are two and two: a panel of one would leave the machine waiting for its own sums.
      int wide = vectors == 4 ? least(most_wide, 2) : least(vectors, most_wide);
      int count = least(n - left, wide * LANES);
      const float *a = A + top * along;
      struct tw_numbers b = B;
      b.first += transB ? (size_t)left * (size_t)ldb + (size_t)top : (size_t)top * (size_t)ldb + (size_t)left;
      float *c = C + left;
      bool more = adds || top > 0;
#define PANEL_ARGUMENTS(WIDE) \
  tall, copy_stored, WIDE, transB, m, count, deep, alpha, a, down, along, b, ldb, more, c, ldc, panel
      if (wide == 1) panel_of_c(PANEL_ARGUMENTS(1));
      else if (wide == 2) panel_of_c(PANEL_ARGUMENTS(2));
      else panel_of_c(PANEL_ARGUMENTS(3));
      left += count;
    }
  }
}

#define ARGUMENTS                                                                                             \
  bool transA, bool transB, int m, int n, int k, float alpha, const float *A, int lda, struct tw_numbers B, int ldb, \
      bool adds, float *C, int ldc

typedef void kernel(ARGUMENTS);

// Sums that fill the machine's registers: 24 of 32, 12 of 16.
FOR_AVX512 static void product_avx512(ARGUMENTS) {
  product(8, 3, copy_avx512, transA, transB, m, n, k, alpha, A, lda, B, ldb, adds, C, ldc);
}

FOR_AVX2 static void product_avx2(ARGUMENTS) {
  product(6, 1, copy_avx2, transA, transB, m, n, k, alpha, A, lda, B, ldb, adds, C, ldc);
}

static void product_plain(ARGUMENTS) {
  product(2, 1, copy_plain, transA, transB, m, n, k, alpha, A, lda, B, ldb, adds, C, ldc);
}

void tw_product_stored(enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k, float alpha,
                       const float *A, int lda, struct tw_numbers B, int ldb, bool adds, float *C, int ldc) {
  tw_blas_count(m, n, k);
  if (k <= 0) {
    for (int i = 0; i < m && !adds; i++) memset(C + (size_t)i * ldc, 0, (size_t)n * sizeof *C);
    return;
  }
  kernel *kernels[] = {[PLAIN] = product_plain, [AVX2] = product_avx2, [AVX512] = product_avx512};
  kernels[this_machine()](transA != CblasNoTrans, transB != CblasNoTrans, m, n, k, alpha, A, lda, B, ldb, adds, C, ldc);
}

void tw_product(enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k, float alpha,
                const float *A, int lda, const float *B, int ldb, bool adds, float *C, int ldc) {
  tw_product_stored(transA, transB, m, n, k, alpha, A, lda, (struct tw_numbers){B, TW_F32, 0}, ldb, adds, C, ldc);
}
