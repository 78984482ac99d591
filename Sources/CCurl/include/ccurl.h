// Requests over HTTP by libcurl, loaded when the first of them is made: `tw -e 1+1` must not pay for it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Loads the library if it is not loaded yet. Returns NULL, or why it cannot be loaded. Safe from any thread.
const char *tw_curl_load(void);

/// A request, for one thread at a time; connections are kept for the next one to the same host. NULL when there is no memory.
struct tw_curl *tw_curl_make(void);
void tw_curl_free(struct tw_curl *curl);

/// What a request asks for, and who hears the answer.
struct tw_curl_request {
  const char *url;
  /// HEAD in place of GET.
  bool is_head;
  /// "Name: value", `header_count` of them.
  const char *const *headers;
  size_t header_count;
  const char *user_agent;
  /// A file or a folder of certificates; NULL for the system's.
  const char *certificates;
  bool certificates_are_folder;
  /// Seconds until there is a connection, and seconds in which not a byte comes.
  long connect_seconds, silent_seconds;
  void *context;
  /// A line of the answer's head without its end, the status line included; false ends the request.
  bool (*head)(void *context, const char *line, size_t size);
  /// A piece of the answer's body; false ends the request.
  bool (*body)(void *context, const uint8_t *bytes, size_t size);
};

/// How a request ended.
enum tw_curl_end {
  TW_CURL_DONE,
  /// `head`, `body` or Ctrl-C ended it.
  TW_CURL_STOPPED,
  /// Another try may help: no connection, a connection that was cut, silence.
  TW_CURL_BROKEN,
  /// It would not: no such host, a certificate that nobody vouches for, an address that is none.
  TW_CURL_REFUSED,
};

/// Makes the request. `reason` gets the library's words where it did not end well; they name hosts, and no header.
enum tw_curl_end tw_curl_perform(struct tw_curl *curl, const struct tw_curl_request *request, char *reason, size_t reason_size);

/// Seconds since 1970 of a date as HTTP writes it, -1 for another text.
int64_t tw_curl_date(const char *text);
