// The kernels of one operation, for AVX-512, AVX2 and plain machines, give the same bits: products but for the plain one, which cannot fuse, and the
// exponentials all three. equal.c is compiled with the sources of the kernels; it prints what differs and ends with 1.
#include "product.c"
#undef ARGUMENTS
#undef DEPTH
#define kernel kernel_of_few_rows
#include "fewrows.c"
#include "exponentials.c"
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
    product_avx512(transA, transB, m, n, k, 0.5f, A, transA ? m : k, B, transB ? k : n, adds, C, n);
    product_avx2(transA, transB, m, n, k, 0.5f, A, transA ? m : k, B, transB ? k : n, adds, D, n);
    product_plain(transA, transB, m, n, k, 0.5f, A, transA ? m : k, B, transB ? k : n, adds, E, n);
    differ += memcmp(C, D, size) != 0;
    for (long i = 0; i < (long)m * n; i++) differ += fabsf(C[i] - E[i]) > 1e-4f;
    if (m <= MOST_ROWS) {
      memset(C, 0, size);
      memset(D, 0, size);
      few_rows_avx512(transB, m, n, k, A, k, B, transB ? k : n, C, n);
      few_rows_avx2(transB, m, n, k, A, k, B, transB ? k : n, D, n);
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

int main(void) {
  if (this_machine() != AVX512) {
    printf("left out: this machine has no AVX-512\n");
    return 0;
  }
  int of_products = products(), of_elements = elements();
  printf("%d products and %d rows differ\n", of_products, of_elements);
  return of_products + of_elements > 0;
}
