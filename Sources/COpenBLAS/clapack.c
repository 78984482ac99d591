#include "copenblas.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;

// Fortran passes everything by reference, and the lengths of its strings behind the other arguments.
static void (*dgeqrf)(int *, int *, double *, int *, double *, double *, int *, int *);
static void (*dorgqr)(int *, int *, int *, double *, int *, const double *, double *, int *, int *);
static void (*dormqr)(const char *, const char *, int *, int *, int *, double *, int *, const double *, double *, int *,
                      double *, int *, int *, size_t, size_t);
static void (*dgesdd)(const char *, int *, int *, double *, int *, double *, double *, int *, double *, int *, double *,
                      int *, int *, int *, size_t);
static void (*dgesvd)(const char *, const char *, int *, int *, double *, int *, double *, double *, int *, double *,
                      int *, double *, int *, int *, size_t, size_t);
static void (*dsyevd)(const char *, const char *, int *, double *, int *, double *, double *, int *, int *, int *, int *,
                      size_t, size_t);
static void (*dgeev)(const char *, const char *, int *, double *, int *, double *, double *, double *, int *, double *,
                     int *, double *, int *, int *, size_t, size_t);
static void (*dgesv)(int *, int *, double *, int *, int *, double *, int *, int *);
static void (*dgecon)(const char *, int *, const double *, int *, double *, double *, double *, int *, int *, size_t);
static void (*dgelsd)(int *, int *, int *, double *, int *, double *, int *, double *, double *, int *, double *, int *,
                      int *, int *);

#define FIND(name)                                              \
  do {                                                          \
    name = (__typeof__(name))dlsym(library, #name "_");         \
    if (!name) failure = "the LAPACK library has no " #name;    \
  } while (0)

static void load(void) {
  failure = tw_blas_load();
  if (failure) return;
  // OpenBLAS brings its own LAPACK; where it was built without, the reference library sits on top of it.
  void *library = dlopen("libopenblas.so.0", RTLD_NOW);
  if (!library || !dlsym(library, "dgesdd_")) library = dlopen("liblapack.so.3", RTLD_NOW);
  if (!library) {
    failure = "OpenBLAS was built without LAPACK, and liblapack.so.3 cannot be loaded";
    return;
  }
  FIND(dgeqrf);
  FIND(dorgqr);
  FIND(dormqr);
  FIND(dgesdd);
  FIND(dgesvd);
  FIND(dsyevd);
  FIND(dgeev);
  FIND(dgesv);
  FIND(dgecon);
  FIND(dgelsd);
}

const char *tw_lapack_load(void) {
  pthread_once(&once, load);
  return failure;
}

int tw_dgeqrf(int m, int n, double *a, int lda, double *tau, double *work, int lwork) {
  tw_lapack_count(lwork);
  int info = 0;
  tw_blas_begin();
  dgeqrf(&m, &n, a, &lda, tau, work, &lwork, &info);
  tw_blas_end();
  return info;
}

int tw_dorgqr(int m, int n, int k, double *a, int lda, const double *tau, double *work, int lwork) {
  int info = 0;
  tw_blas_begin();
  dorgqr(&m, &n, &k, a, &lda, tau, work, &lwork, &info);
  tw_blas_end();
  return info;
}

int tw_dormqr(int m, int n, int k, double *a, int lda, const double *tau, double *c, int ldc, double *work, int lwork) {
  int info = 0;
  tw_blas_begin();
  dormqr("L", "N", &m, &n, &k, a, &lda, tau, c, &ldc, work, &lwork, &info, 1, 1);
  tw_blas_end();
  return info;
}

int tw_dgesdd(char job, int m, int n, double *a, int lda, double *s, double *u, int ldu, double *vt, int ldvt,
              double *work, int lwork, int *iwork) {
  tw_lapack_count(lwork);
  int info = 0;
  tw_blas_begin();
  dgesdd(&job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);
  tw_blas_end();
  return info;
}

int tw_dgesvd(char job, int m, int n, double *a, int lda, double *s, double *u, int ldu, double *vt, int ldvt,
              double *work, int lwork) {
  tw_lapack_count(lwork);
  int info = 0;
  tw_blas_begin();
  dgesvd(&job, &job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, &info, 1, 1);
  tw_blas_end();
  return info;
}

int tw_dsyevd(int n, double *a, int lda, double *w, double *work, int lwork, int *iwork, int liwork) {
  tw_lapack_count(lwork);
  int info = 0;
  tw_blas_begin();
  dsyevd("V", "U", &n, a, &lda, w, work, &lwork, iwork, &liwork, &info, 1, 1);
  tw_blas_end();
  return info;
}

int tw_dgeev(int n, double *a, int lda, double *wr, double *wi, double *work, int lwork) {
  tw_lapack_count(lwork);
  int info = 0, one = 1;
  tw_blas_begin();
  dgeev("N", "N", &n, a, &lda, wr, wi, NULL, &one, NULL, &one, work, &lwork, &info, 1, 1);
  tw_blas_end();
  return info;
}

int tw_dgesv(int n, int nrhs, double *a, int lda, int *ipiv, double *b, int ldb) {
  tw_lapack_count(0);
  int info = 0;
  tw_blas_begin();
  dgesv(&n, &nrhs, a, &lda, ipiv, b, &ldb, &info);
  tw_blas_end();
  return info;
}

int tw_dgecon(int n, const double *a, int lda, double norm, double *rcond, double *work, int *iwork) {
  int info = 0;
  tw_blas_begin();
  dgecon("1", &n, a, &lda, &norm, rcond, work, iwork, &info, 1);
  tw_blas_end();
  return info;
}

int tw_dgelsd(int m, int n, int nrhs, double *a, int lda, double *b, int ldb, double *s, double rcond, int *rank,
              double *work, int lwork, int *iwork) {
  tw_lapack_count(lwork);
  int info = 0;
  tw_blas_begin();
  dgelsd(&m, &n, &nrhs, a, &lda, b, &ldb, s, &rcond, rank, work, &lwork, iwork, &info);
  tw_blas_end();
  return info;
}
