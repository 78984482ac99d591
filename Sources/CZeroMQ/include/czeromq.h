// Sockets of ZeroMQ (libzmq), which Jupyter speaks over. The library is loaded when the first of them is asked for: `tw -e 1+1` must not
// pay for it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Loads the library if it is not loaded yet. NULL, or why it cannot be loaded; call it before the others.
const char *tw_zmq_load(void);

/// ZMQ_REP, ZMQ_ROUTER, ZMQ_XPUB.
enum tw_zmq_kind { TW_ZMQ_REP = 4, TW_ZMQ_ROUTER = 6, TW_ZMQ_XPUB = 9 };

/// A socket that listens at `address` ("tcp://127.0.0.1:5555"). It keeps what its peers have not read yet, without a bound of its own. NULL with
/// the library's words in `reason`. For one thread at a time.
void *tw_zmq_open(enum tw_zmq_kind kind, const char *address, const char **reason);
/// Gives what was sent up to a second to arrive, in the background.
void tw_zmq_close(void *socket);
/// Waits for what sockets still have to send, a second at most; no socket is open any more.
void tw_zmq_end(void);

/// Waits at most so long (-1: as long as it takes) until a socket can be read, or `descriptor` (-1: none) can. Bit i says so of socket i, bit
/// `count` of the descriptor; 0 after the time, or a signal. At most 8 sockets.
unsigned tw_zmq_wait(void *const *sockets, int count, int descriptor, int milliseconds);

/// The next part of a message, if there is one: `take` gets its bytes, and whether more parts follow. False when there is none.
bool tw_zmq_receive(void *socket, void *context, void (*take)(void *context, const uint8_t *bytes, size_t size, bool has_more));
/// Sends a part of a message. False when it could not be sent.
bool tw_zmq_send(void *socket, const uint8_t *bytes, size_t size, bool has_more);
