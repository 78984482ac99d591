#include "ccurl.h"
#include "platform.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;
static CURLcode (*global_init)(long);
static CURL *(*easy_init)(void);
static CURLcode (*setopt)(CURL *, CURLoption, ...);
static CURLM *(*multi_init)(void);
static CURLMcode (*multi_add)(CURLM *, CURL *);
static CURLMcode (*multi_remove)(CURLM *, CURL *);
static CURLMcode (*multi_perform)(CURLM *, int *);
static CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
static CURLMsg *(*multi_info)(CURLM *, int *);
static CURLMcode (*multi_cleanup)(CURLM *);
static void (*reset)(CURL *);
static void (*cleanup)(CURL *);
static const char *(*describe)(CURLcode);
static struct curl_slist *(*append)(struct curl_slist *, const char *);
static void (*free_all)(struct curl_slist *);
static time_t (*read_date)(const char *, const time_t *);

static void load(void) {
  // Debian's two builds differ in who speaks TLS.
  void *library = dlopen("libcurl.so.4", RTLD_NOW);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW);
  if (!library) {
    failure = "libcurl.so.4 cannot be loaded";
    return;
  }
#define TAKE(target, name) (target = (__typeof__(target))dlsym(library, name))
  if (!TAKE(global_init, "curl_global_init") || !TAKE(easy_init, "curl_easy_init") || !TAKE(setopt, "curl_easy_setopt") ||
      !TAKE(multi_init, "curl_multi_init") || !TAKE(multi_add, "curl_multi_add_handle") ||
      !TAKE(multi_remove, "curl_multi_remove_handle") || !TAKE(multi_perform, "curl_multi_perform") ||
      !TAKE(multi_poll, "curl_multi_poll") || !TAKE(multi_info, "curl_multi_info_read") ||
      !TAKE(multi_cleanup, "curl_multi_cleanup") || !TAKE(reset, "curl_easy_reset") || !TAKE(cleanup, "curl_easy_cleanup") ||
      !TAKE(describe, "curl_easy_strerror") || !TAKE(append, "curl_slist_append") || !TAKE(free_all, "curl_slist_free_all") ||
      !TAKE(read_date, "curl_getdate"))
    failure = "libcurl.so.4 is too old: curl_multi_poll came with 7.66";
  else if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    failure = "libcurl does not start";
#undef TAKE
}

const char *tw_curl_load(void) {
  pthread_once(&once, load);
  return failure;
}

struct tw_curl {
  CURLM *connections;
  CURL *handle;
};

struct tw_curl *tw_curl_make(void) {
  struct tw_curl *curl = calloc(1, sizeof *curl);
  if (!curl) return NULL;
  curl->connections = multi_init();
  curl->handle = easy_init();
  if (curl->connections && curl->handle) return curl;
  tw_curl_free(curl);
  return NULL;
}

void tw_curl_free(struct tw_curl *curl) {
  if (curl->handle) cleanup(curl->handle);
  if (curl->connections) multi_cleanup(curl->connections);
  free(curl);
}

/// Less than `size * count` ends the transfer.
static size_t take_head(char *bytes, size_t size, size_t count, void *context) {
  const struct tw_curl_request *request = context;
  size_t length = size * count;
  while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n')) length--;
  return request->head(request->context, bytes, length) ? size * count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
  const struct tw_curl_request *request = context;
  return request->body(request->context, (const uint8_t *)bytes, size * count) ? size * count : 0;
}

/// Milliseconds between two looks at Ctrl-C. curl_easy_perform would look once a second.
static const int patience = 50;

static CURLcode run(struct tw_curl *curl) {
  if (multi_add(curl->connections, curl->handle) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  int running = 1;
  while (running && !tw_must_stop()) {
    if (multi_perform(curl->connections, &running) != CURLM_OK) break;
    if (running && multi_poll(curl->connections, NULL, 0, patience, NULL) != CURLM_OK) break;
  }
  int left;
  for (CURLMsg *message; (message = multi_info(curl->connections, &left));)
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  multi_remove(curl->connections, curl->handle);
  return code;
}

static enum tw_curl_end end_of(CURLcode code) {
  switch (code) {
  case CURLE_OK: return TW_CURL_DONE;
  case CURLE_ABORTED_BY_CALLBACK:
  case CURLE_WRITE_ERROR: return TW_CURL_STOPPED;
  case CURLE_COULDNT_CONNECT:
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM: return TW_CURL_BROKEN;
  default: return TW_CURL_REFUSED;
  }
}

enum tw_curl_end tw_curl_perform(struct tw_curl *curl, const struct tw_curl_request *request, char *reason, size_t reason_size) {
  CURL *handle = curl->handle;
  char words[CURL_ERROR_SIZE] = "";
  struct curl_slist *headers = NULL;
  for (size_t index = 0; index < request->header_count; index++) {
    struct curl_slist *longer = append(headers, request->headers[index]);
    if (!longer) {
      free_all(headers);
      snprintf(reason, reason_size, "there is no memory");
      return TW_CURL_REFUSED;
    }
    headers = longer;
  }
  // Options go, connections stay.
  reset(handle);
  CURLcode code = CURLE_OK;
#define SET(option, value) (code = code == CURLE_OK ? setopt(handle, option, value) : code)
  SET(CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
  // Ubuntu 22.04 has an older library, with the older option.
  if (setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK)
#endif
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_NOBODY, request->is_head ? 1L : 0L);
  SET(CURLOPT_HTTPHEADER, headers);
  SET(CURLOPT_USERAGENT, request->user_agent);
  SET(CURLOPT_CONNECTTIMEOUT, request->connect_seconds);
  SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
  SET(CURLOPT_LOW_SPEED_TIME, request->silent_seconds);
  SET(CURLOPT_ERRORBUFFER, words);
  SET(CURLOPT_HEADERFUNCTION, take_head);
  SET(CURLOPT_HEADERDATA, request);
  SET(CURLOPT_WRITEFUNCTION, take_body);
  SET(CURLOPT_WRITEDATA, request);
  SET(CURLOPT_BUFFERSIZE, 256L << 10);
  if (request->certificates)
    SET(request->certificates_are_folder ? CURLOPT_CAPATH : CURLOPT_CAINFO, request->certificates);
#undef SET
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without it, Ctrl-C would wait for a name server; an older library does not know it.
  setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#endif
  if (code == CURLE_OK) code = run(curl);
  free_all(headers);
  if (code != CURLE_OK) snprintf(reason, reason_size, "%s", words[0] ? words : describe(code));
  return end_of(code);
}

int64_t tw_curl_date(const char *text) { return read_date(text, NULL); }
