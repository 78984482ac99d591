#include "czeromq.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

// What zmq.h says of libzmq.so.5. Its own header would be one more package to build with; this much is fixed by the library's version.
struct message {
  _Alignas(16) unsigned char opaque[64];
};
struct poll_item {
  void *socket;
  int descriptor;
  short events;
  short happened;
};
enum { POLL_IN = 1, DO_NOT_WAIT = 1, SEND_MORE = 2 };
enum { LINGER = 17, SEND_LIMIT = 23, RECEIVE_LIMIT = 24, ROUTER_HANDOVER = 56 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure = NULL;
static void *context = NULL;
static void *(*new_context)(void);
static int (*end_context)(void *);
static void *(*new_socket)(void *, int);
static int (*close_socket)(void *);
static int (*set_option)(void *, int, const void *, size_t);
static int (*bind_socket)(void *, const char *);
static int (*poll_sockets)(struct poll_item *, int, long);
static int (*begin_message)(struct message *);
static int (*receive_message)(struct message *, void *, int);
static void *(*message_bytes)(struct message *);
static size_t (*message_size)(const struct message *);
static int (*message_has_more)(const struct message *);
static int (*close_message)(struct message *);
static int (*send_bytes)(void *, const void *, size_t, int);
static int (*error_number)(void);
static const char *(*error_words)(int);

static void load(void) {
  void *library = dlopen("libzmq.so.5", RTLD_NOW);
  if (!library) {
    failure = "libzmq.so.5 cannot be loaded";
    return;
  }
#define TAKE(target, name) (target = (__typeof__(target))dlsym(library, name))
  if (!TAKE(new_context, "zmq_ctx_new") || !TAKE(end_context, "zmq_ctx_term") || !TAKE(new_socket, "zmq_socket") ||
      !TAKE(close_socket, "zmq_close") || !TAKE(set_option, "zmq_setsockopt") || !TAKE(bind_socket, "zmq_bind") ||
      !TAKE(poll_sockets, "zmq_poll") || !TAKE(begin_message, "zmq_msg_init") || !TAKE(receive_message, "zmq_msg_recv") ||
      !TAKE(message_bytes, "zmq_msg_data") || !TAKE(message_size, "zmq_msg_size") ||
      !TAKE(message_has_more, "zmq_msg_more") || !TAKE(close_message, "zmq_msg_close") || !TAKE(send_bytes, "zmq_send") ||
      !TAKE(error_number, "zmq_errno") || !TAKE(error_words, "zmq_strerror"))
    failure = "libzmq.so.5 lacks functions of ZeroMQ 4";
  else if (!(context = new_context()))
    failure = "libzmq does not start";
#undef TAKE
}

const char *tw_zmq_load(void) {
  pthread_once(&once, load);
  return failure;
}

static void set(void *socket, int option, int value) { set_option(socket, option, &value, sizeof value); }

void *tw_zmq_open(enum tw_zmq_kind kind, const char *address, const char **reason) {
  void *socket = new_socket(context, kind);
  if (socket) {
    set(socket, LINGER, 1000);
    // Beyond a limit messages would be dropped. What waits counts as this process's memory, which has a budget.
    set(socket, SEND_LIMIT, 0);
    set(socket, RECEIVE_LIMIT, 0);
    // A client that comes back under its old name takes its place.
    if (kind == TW_ZMQ_ROUTER) set(socket, ROUTER_HANDOVER, 1);
    if (bind_socket(socket, address) == 0) return socket;
  }
  *reason = error_words(error_number());
  if (socket) close_socket(socket);
  return NULL;
}

void tw_zmq_close(void *socket) { close_socket(socket); }

void tw_zmq_end(void) {
  while (end_context(context) != 0 && error_number() == EINTR) {
  }
}

unsigned tw_zmq_wait(void *const *sockets, int count, int descriptor, int milliseconds) {
  struct poll_item items[9];
  if (count > 8) count = 8;
  for (int index = 0; index < count; index++) items[index] = (struct poll_item){sockets[index], -1, POLL_IN, 0};
  items[count] = (struct poll_item){NULL, descriptor, POLL_IN, 0};
  int total = descriptor >= 0 ? count + 1 : count;
  unsigned ready = 0;
  if (poll_sockets(items, total, milliseconds) > 0)
    for (int index = 0; index < total; index++)
      if (items[index].happened) ready |= 1u << index;
  return ready;
}

bool tw_zmq_receive(void *socket, void *target, void (*take)(void *context, const uint8_t *bytes, size_t size, bool has_more)) {
  struct message message;
  begin_message(&message);
  int size;
  do {
    size = receive_message(&message, socket, DO_NOT_WAIT);
  } while (size < 0 && error_number() == EINTR);
  if (size >= 0) take(target, message_bytes(&message), message_size(&message), message_has_more(&message) != 0);
  close_message(&message);
  return size >= 0;
}

bool tw_zmq_send(void *socket, const uint8_t *bytes, size_t size, bool has_more) {
  int sent;
  do {
    sent = send_bytes(socket, bytes, size, has_more ? SEND_MORE : 0);
  } while (sent < 0 && error_number() == EINTR);
  return sent >= 0;
}
