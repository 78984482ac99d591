// OpenBLAS and LAPACKE, loaded when the first product is asked for: mapping the library takes longer than the whole
// start of `tw`, and most lines at the prompt need no matrix.
#pragma once
#include <cblas.h>

/// Loads the library if it is not loaded yet. Returns NULL, or why it cannot be loaded. Safe from any thread.
const char *tw_blas_load(void);

/// Threads that one BLAS call may use. Our kernels cut work into fixed tiles and give each call one thread.
void tw_blas_set_threads(int count);
/// What the library says of itself: kernel family, version, threading.
const char *tw_blas_description(void);

/// C[m,n] = alpha * op(A) op(B) + beta * C, row-major or column-major as cblas_sgemm. Call `tw_blas_load` first.
void tw_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              float alpha, const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);
/// The same in double precision.
void tw_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              double alpha, const double *A, int lda, const double *B, int ldb, double beta, double *C, int ldc);
/// y = alpha * op(A) x + beta * y.
void tw_sgemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE trans, int m, int n, float alpha, const float *A, int lda,
              const float *x, int incx, float beta, float *y, int incy);
