// SHA-256, SHA-1 and HMAC by OpenSSL. The library is loaded when the first of them is asked for: `tw -e 1+1` must not pay for it.

#include "platform.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;
static void *(*make)(void);
static void (*release)(void *);
static int (*begin)(void *, const void *, void *);
static int (*update)(void *, const void *, size_t);
static int (*finish)(void *, unsigned char *, unsigned *);
static const void *(*sha256)(void);
static const void *(*sha1)(void);
static unsigned char *(*hmac)(const void *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned *);

static void load(void) {
  void *library = dlopen("libcrypto.so.3", RTLD_NOW);
  if (!library) library = dlopen("libcrypto.so.1.1", RTLD_NOW);
  if (!library) {
    failure = "libcrypto.so.3 cannot be loaded";
    return;
  }
#define TAKE(target, name) (target = (__typeof__(target))dlsym(library, name))
  if (!TAKE(make, "EVP_MD_CTX_new") || !TAKE(release, "EVP_MD_CTX_free") || !TAKE(begin, "EVP_DigestInit_ex") ||
      !TAKE(update, "EVP_DigestUpdate") || !TAKE(finish, "EVP_DigestFinal_ex") || !TAKE(sha256, "EVP_sha256") ||
      !TAKE(sha1, "EVP_sha1") || !TAKE(hmac, "HMAC"))
    failure = "libcrypto.so.3 has no SHA-256";
#undef TAKE
}

const char *tw_digest_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct tw_digest *tw_digest_begin(enum tw_digest_kind kind) {
  void *digest = make();
  if (digest && begin(digest, kind == TW_SHA256 ? sha256() : sha1(), NULL) == 1) return digest;
  release(digest);
  return NULL;
}

bool tw_digest_add(struct tw_digest *digest, const void *bytes, size_t size) { return update(digest, bytes, size) == 1; }

unsigned tw_digest_end(struct tw_digest *digest, uint8_t result[TW_DIGEST_SIZE]) {
  unsigned size = 0;
  if (result && finish(digest, result, &size) != 1) size = 0;
  release(digest);
  return size;
}

bool tw_hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t size, uint8_t result[TW_DIGEST_SIZE]) {
  unsigned result_size = 0;
  return hmac(sha256(), key, (int)key_size, bytes, size, result, &result_size) && result_size == 32;
}
