// The kernels of one operation, for AVX-512, AVX2 and plain machines, give the same bits: products but for the plain one, which cannot fuse, and the
// exponentials all three, and what reads stored numbers. equal.c is compiled with the sources of the kernels; it prints what differs and ends with 1.
#include "product.c"
#undef ARGUMENTS
#undef DEPTH
#define kernel kernel_of_few_rows
#include "fewrows.c"
#include "exponentials.c"
#include "elements.c"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static float *numbers(long count) {
  float *made = malloc((size_t)count * sizeof *made);
  for (long i = 0; i < count; i++) made[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  return made;
}

static int products(void) {
  int differ = 0;
  for (int round = 0; round < 300; round++) {
    int m = 1 + rand() % 40, n = 1 + rand() % 120, k = 1 + rand() % 900;
    bool transA = rand() % 2, transB = rand() % 2, adds = rand() % 2;
    float *A = numbers((long)m * k), *B = numbers((long)n * k), *C = numbers((long)m * n);
    size_t size = (size_t)m * (size_t)n * sizeof *C;
    float *D = malloc(size), *E = malloc(size);
    memcpy(D, C, size);
    memcpy(E, C, size);
    struct tw_numbers b = {B, TW_F32, 0};
    int ldb = transB ? k : n;
    product_avx512(transA, transB, m, n, k, 0.5f, A, transA ? m : k, b, ldb, adds, C, n);
    product_avx2(transA, transB, m, n, k, 0.5f, A, transA ? m : k, b, ldb, adds, D, n);
    product_plain(transA, transB, m, n, k, 0.5f, A, transA ? m : k, b, ldb, adds, E, n);
    differ += memcmp(C, D, size) != 0;
    for (long i = 0; i < (long)m * n; i++) differ += fabsf(C[i] - E[i]) > 1e-4f;
    if (m <= MOST_ROWS) {
      memset(C, 0, size);
      memset(D, 0, size);
      few_rows_avx512(transB, m, n, k, A, k, b, ldb, C, n);
      few_rows_avx2(transB, m, n, k, A, k, b, ldb, D, n);
      differ += memcmp(C, D, size) != 0;
    }
    free(A), free(B), free(C), free(D), free(E);
  }
  return differ;
}

static int elements(void) {
  enum { COUNT = 1003 };
  static float x[COUNT], a[COUNT], b[COUNT], c[COUNT];
  int differ = 0;
  for (int round = 0; round < 50; round++) {
    for (int i = 0; i < COUNT; i++) x[i] = ((float)rand() / (float)RAND_MAX - 0.5f) * (float)(round * 4 + 1);
    int count = COUNT - round;
    softmax_avx512(x, a, count), softmax_avx2(x, b, count), softmax_plain(x, c, count);
    differ += memcmp(a, b, (size_t)count * sizeof *a) != 0 || memcmp(a, c, (size_t)count * sizeof *a) != 0;
    for (enum tw_activation kind = TW_GELU_TANH; kind <= TW_SILU_SLOPE; kind++) {
      activate_avx512(kind, x, a, COUNT), activate_avx2(kind, x, b, COUNT), activate_plain(kind, x, c, COUNT);
      differ += memcmp(a, b, sizeof a) != 0 || memcmp(a, c, sizeof a) != 0;
    }
  }
  return differ;
}

// Stored numbers: the same float32 on every machine, wherever a reader begins and ends; and products with them are those with their copies.
static int stored(void) {
  int differ = 0;
  for (enum tw_type type = TW_F32; type <= TW_IQ4_XS; type++) {
    int block = tw_block_elements(type), step = block > 1 ? 256 : 1;
    for (int round = 0; round < 40; round++) {
      bool transB = rand() % 2;
      int m = 1 + rand() % 40, k = 1 + rand() % (round < 5 ? 4000 : 600), n = 1 + rand() % 100;
      // Rows of whole blocks, and a view that begins within them.
      int ldb = ((transB ? k : n) + 48 + step - 1) / step * step, rows = transB ? n : k;
      size_t count = (size_t)ldb * (size_t)rows, bytes = count / (size_t)block * (size_t)tw_block_bytes(type);
      unsigned char *B = malloc(bytes);
      for (size_t i = 0; i < bytes; i++) B[i] = (unsigned char)rand();
      // Scales, which could be NaN, are of the size of a weight; so are the numbers of types without blocks.
      float *wide = malloc(count * sizeof *wide), *other = malloc(count * sizeof *other);
      if (type == TW_F32) for (size_t i = 0; i < count; i++) ((float *)B)[i] = (float)(rand() % 2000) * 1e-3f - 1;
      for (size_t i = 0; type == TW_F16 && i < count; i++) B[2 * i + 1] = (B[2 * i + 1] & 0x83) | 0x30;
      for (size_t i = 0; type == TW_BF16 && i < count; i++) B[2 * i + 1] = (B[2 * i + 1] & 0x80) | 0x3C;
      static const int scales[][2] = {[TW_Q8_0] = {0, 0}, [TW_Q4_0] = {0, 0}, [TW_Q4_1] = {0, 2}, [TW_Q5_0] = {0, 0},
        [TW_Q5_1] = {0, 2}, [TW_IQ4_NL] = {0, 0}, [TW_Q2_K] = {80, 82}, [TW_Q3_K] = {108, 108}, [TW_Q4_K] = {0, 2},
        [TW_Q5_K] = {0, 2}, [TW_Q6_K] = {208, 208}, [TW_IQ4_XS] = {0, 0}};
      for (size_t i = 0; block > 1 && i < bytes; i += (size_t)tw_block_bytes(type))
        for (int s = 0; s < 2; s++) B[i + (size_t)scales[type][s] + 1] = (B[i + (size_t)scales[type][s] + 1] & 0x83) | 0x10;
      tw_widen_avx512(type, B, 0, count, wide), tw_widen_avx2(type, B, 0, count, other);
      differ += memcmp(wide, other, count * sizeof *wide) != 0;
      tw_widen_plain(type, B, 0, count, other);
      differ += memcmp(wide, other, count * sizeof *wide) != 0;
      size_t from = (size_t)rand() % count, some = (size_t)rand() % (count - from);
      tw_widen(type, B, from, some, other);
      differ += memcmp(wide + from, other, some * sizeof *wide) != 0;
      size_t first = (size_t)(rand() % 3 * LANES), size = (size_t)m * (size_t)n * sizeof(float);
      float *A = numbers((long)m * k), *C = calloc(1, size), *D = calloc(1, size);
      struct tw_numbers narrow = {B, type, first}, widened = {wide, TW_F32, first};
#define BOTH(KERNEL, ...)                                   \
  memset(C, 0, size), memset(D, 0, size);                   \
  KERNEL(__VA_ARGS__, A, k, narrow, ldb, TAIL C, n);        \
  KERNEL(__VA_ARGS__, A, k, widened, ldb, TAIL D, n);       \
  differ += memcmp(C, D, size) != 0;
#define TAIL false,
      BOTH(product_avx512, false, transB, m, n, k, 1)
      BOTH(product_avx2, false, transB, m, n, k, 1)
      BOTH(product_plain, false, transB, m, n, k, 1)
#undef TAIL
#define TAIL
      if (m <= MOST_ROWS) {
        BOTH(few_rows_avx512, transB, m, n, k)
        BOTH(few_rows_avx2, transB, m, n, k)
        BOTH(few_rows_plain, transB, m, n, k)
      }
      free(A), free(B), free(C), free(D), free(wide), free(other);
    }
  }
  return differ;
}

int main(void) {
  if (this_machine() != AVX512) {
    printf("left out: this machine has no AVX-512\n");
    return 0;
  }
  int of_products = products(), of_elements = elements(), of_stored = stored();
  printf("%d products, %d rows and %d stored matrices differ\n", of_products, of_elements, of_stored);
  return of_products + of_elements + of_stored > 0;
}
