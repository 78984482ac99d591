// OpenBLAS and LAPACK, loaded when the first product is asked for: mapping the library takes longer than the whole
// start of `tw`, and most lines at the prompt need no matrix.
#pragma once
#include "elements.h"
#include <cblas.h>
#include <stdbool.h>
#include <stdint.h>

/// Loads the library if it is not loaded yet. Returns NULL, or why it cannot be loaded. Safe from any thread.
const char *tw_blas_load(void);

/// Whether there is memory for the buffer that a call works in, which is kept from then on. A call without one would never return.
bool tw_blas_has_room(void);
/// Around a call into the library: waits while no buffer is free and there is no room for one more.
void tw_blas_begin(void);
void tw_blas_end(void);
/// What the library says of itself: kernel family, version, threading. NULL while it is not loaded.
const char *tw_blas_description(void);

/// What the products did since the start: calls, and their additions and multiplications (2 m n k). Decompositions count what
/// they are given, not what LAPACK calls inside.
struct tw_blas_work {
  uint64_t calls, operations, decompositions;
};
struct tw_blas_work tw_blas_work(void);
void tw_blas_count(int m, int n, int k);
void tw_lapack_count(int lwork);

/// C[m,n] = alpha * op(A) op(B) + beta * C in double precision, row-major or column-major as cblas_dgemm. Call `tw_blas_load` first.
void tw_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k,
              double alpha, const double *A, int lda, const double *B, int ldb, double beta, double *C, int ldc);

/// C[m,n] = alpha * op(A) op(B), or added to what is there, in float32, all row-major. What an element's sum is depends on k alone.
/// Needs no library, and 72 KB of the stack.
void tw_product(enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k, float alpha,
                const float *A, int lda, const float *B, int ldb, bool adds, float *C, int ldc);

/// Numbers of a weights file: those from number `first` at `bytes` on.
struct tw_numbers {
  const void *bytes;
  enum tw_type type;
  size_t first;
};

/// `tw_product` with a B that is read where it lies: the same bits as with its copy in float32. Of types in blocks, `first` and `ldb`
/// are multiples of 16.
void tw_product_stored(enum CBLAS_TRANSPOSE transA, enum CBLAS_TRANSPOSE transB, int m, int n, int k, float alpha,
                       const float *A, int lda, struct tw_numbers B, int ldb, bool adds, float *C, int ldc);

/// Rows that `tw_few_rows` takes at most: as long as it is the quicker way on this machine; `transB`: as there.
int tw_few_rows_most(bool transB);

/// The depth k that `tw_few_rows` takes at most.
#define TW_FEW_ROWS_DEPTH 4096

/// C[m,n] += A[m,k] op(B) for a few rows m, all row-major; `transB`: B is [n,k]. Reads B once where it lies: `tw_product` would
/// copy it first, which takes longer than the product of so few rows. What an element's sum is does not depend on m, nor on
/// how many columns are asked for, nor on B's type. Of types in blocks, `first` and `ldb` are multiples of 16. Needs no library, and 72 KB
/// of the stack.
void tw_few_rows(enum CBLAS_TRANSPOSE transB, int m, int n, int k, const float *A, int lda, struct tw_numbers B, int ldb,
                 float *C, int ldc);

// LAPACK, by its Fortran names: column-major matrices in double precision. Call `tw_lapack_load` first. Every routine
// returns LAPACK's `info`; `lwork` -1 asks for the best size of `work`, which comes back in its first element.

/// Loads LAPACK if it is not loaded yet: OpenBLAS's own, else liblapack.so.3. Returns NULL, or why it cannot be loaded.
/// Safe from any thread.
const char *tw_lapack_load(void);

/// A = Q R: R in the upper triangle, Q as reflectors below it and in `tau`.
int tw_dgeqrf(int m, int n, double *a, int lda, double *tau, double *work, int lwork);
/// The first `n` columns of Q from `k` reflectors.
int tw_dorgqr(int m, int n, int k, double *a, int lda, const double *tau, double *work, int lwork);
/// C [m, n] = Q C, with Q from `k` reflectors.
int tw_dormqr(int m, int n, int k, double *a, int lda, const double *tau, double *c, int ldc, double *work, int lwork);
/// A = U diag(s) VT by divide and conquer; `job` 'S' (thin) or 'N' (values only); `iwork` holds 8 min(m, n).
int tw_dgesdd(char job, int m, int n, double *a, int lda, double *s, double *u, int ldu, double *vt, int ldvt,
              double *work, int lwork, int *iwork);
/// The same by QR iteration.
int tw_dgesvd(char job, int m, int n, double *a, int lda, double *s, double *u, int ldu, double *vt, int ldvt,
              double *work, int lwork);
/// Eigenvalues in rising order and eigenvectors (in `a`) of a symmetric matrix, from its upper triangle.
int tw_dsyevd(int n, double *a, int lda, double *w, double *work, int lwork, int *iwork, int liwork);
/// Eigenvalues of a general matrix.
int tw_dgeev(int n, double *a, int lda, double *wr, double *wi, double *work, int lwork);
/// A X = B by LU with row exchanges; X in `b`.
int tw_dgesv(int n, int nrhs, double *a, int lda, int *ipiv, double *b, int ldb);
/// 1 / condition number in the 1-norm, from the LU factors that `tw_dgesv` leaves and the norm of A.
int tw_dgecon(int n, const double *a, int lda, double norm, double *rcond, double *work, int *iwork);
/// Minimises |A X - B|, of least norm where A has not full rank; X in the first rows of `b` (max(m, n) rows).
int tw_dgelsd(int m, int n, int nrhs, double *a, int lda, double *b, int ldb, double *s, double rcond, int *rank,
              double *work, int lwork, int *iwork);
