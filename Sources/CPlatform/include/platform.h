// What Swift cannot say by itself: the machine's stack pointer, C's number formatting, flags that a signal handler may set.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The address of the current stack frame. The stack grows down.
static inline __attribute__((always_inline)) uintptr_t tw_frame_address(void) { return (uintptr_t)__builtin_frame_address(0); }

/// Lowest stack address that recursive code of the calling thread may reach; above all addresses until that was looked up.
extern _Thread_local uintptr_t tw_stack_limit;
/// The same question as `tw_stack_is_low`, after the limit was looked up.
bool tw_stack_is_below_limit(uintptr_t address);

/// True when less than a safety margin of the calling thread's stack is left: recursive code must stop with an error.
static inline __attribute__((always_inline)) bool tw_stack_is_low(void) {
  return tw_frame_address() < tw_stack_limit && tw_stack_is_below_limit(tw_frame_address());
}

/// Runs `body(context)` on a thread whose stack has `bytes` (or as much as the system grants) and waits for it. Returns 0, or errno.
int tw_run_on_big_stack(size_t bytes, void (*body)(void *), void *context);
/// Whether the calling thread is the one that this started.
bool tw_is_on_big_stack(void);

/// printf of one double: `conversion` is one of e E f F g G; `precision` < 0 leaves it out; `alternate` is the # flag.
/// Returns the length that the whole text needs, like snprintf.
int tw_format_double(char *buffer, size_t size, double value, char conversion, int precision, bool alternate);

/// The shortest text that reads back as `value` is Swift's own; this reads one: returns false unless all of `text` is a number.
bool tw_parse_double(const char *text, double *value);

/// Where `needle` first occurs in `haystack`, or -1 (memmem, which is hidden from Swift).
ptrdiff_t tw_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

/// Whether a terminal acts on a code point instead of showing it, or shows nothing: control characters (C0, DEL, C1), bidirectional
/// controls (UAX #9), line and paragraph separators, zero-width spaces, invisible operators, annotations and tags. ZWJ and ZWNJ, which
/// emoji and Persian are made with, are none of them.
static inline bool tw_terminal_obeys(uint32_t value) {
  if (value < 0xA0) return value < 0x20 || value >= 0x7F;
  if (value < 0x200B) return value == 0x61C || value == 0x180E;
  return value == 0x200B || value == 0x200E || value == 0x200F || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2060 && value <= 0x206F) || value == 0xFEFF || (value >= 0xFFF9 && value <= 0xFFFB) ||
         (value >= 0xE0000 && value <= 0xE007F);
}

/// Opens a file for writing that has no name in `folder` (a descriptor) yet, and is gone when the process ends before it has got one.
/// -1 where the file system does not know such files.
int tw_open_nameless(int folder);
/// Gives it a name that nothing else has: 0, or -1 with errno.
int tw_name_file(int descriptor, int folder, const char *name);
/// rename that fails with EEXIST where `to` is there, as far as the file system can do that.
int tw_rename_new(const char *from, const char *to);

/// Set by Ctrl-C (SIGINT); polled by the interpreter and by long kernels.
extern volatile int tw_interrupt_flag;
/// Installs the SIGINT handler that sets the flag, and ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a file that grows
/// too large are errors we can see.
void tw_install_signal_handlers(void);

/// What the flag says: Ctrl-C, more memory in use than `tw_memory_limit`, or the end of the time that `tw_set_deadline` gave.
enum { TW_INTERRUPT_BY_USER = 1, TW_INTERRUPT_BY_MEMORY = 2, TW_INTERRUPT_BY_TIME = 3 };

/// Raises the flag after so many seconds, unless it is called again before; 0 takes the limit back.
void tw_set_deadline(int seconds);

/// Bytes of this process's own memory, in the machine's memory or swapped out; mapped files do not count. -1 where the system
/// does not say.
int64_t tw_memory_in_use(void);

/// Starts a thread that raises the flag when more than `tw_memory_limit` bytes are in use: it looks the more often the less is
/// left. Later calls do nothing.
void tw_watch_memory(void);
extern int64_t tw_memory_limit;
static inline void tw_set_memory_limit(int64_t bytes) { __atomic_store_n(&tw_memory_limit, bytes, __ATOMIC_RELAXED); }

/// Prepares malloc for programs that make and drop values by the million, and for a limit of the system's (ulimit -v, -d), under
/// which it holds memory back for the way out. Called once, before anything is allocated.
void tw_tune_allocator(void);
/// Bytes of address space that the system allows the process (the lower of ulimit -v and -d); INT64_MAX without a limit.
int64_t tw_system_memory_limit(void);
/// `wanted` bytes, or one of `parts` parts of what the system allows where that is less.
size_t tw_address_share(size_t wanted, size_t parts);
/// Whether malloc could give `bytes` now. Cheap: nothing is touched.
bool tw_has_room(size_t bytes);
/// malloc with an alignment, for callers that can do without: NULL when there is no memory, and nothing else happens.
void *tw_try_allocate(size_t alignment, size_t bytes);
/// Holds back again what malloc has used up in need; false while there is no room for it.
bool tw_restore_reserve(void);

/// Starts a detached thread that gets no signals. Returns 0, or errno.
int tw_start_thread(size_t stack_bytes, void *(*body)(void *), void *context);
/// Runs `body(context, worker)` on up to `count` threads at once, with different workers from 0 ..< `count`, and waits for all
/// that have begun. The caller is worker 0; it may be the only one: within such work, beside that of another thread, and where the
/// system gives no threads. So `body` takes work until there is none, and does not count on others.
void tw_work_together(int count, void (*body)(void *context, int worker), void *context);

/// Something that one thread waits for and another one opens, once.
struct tw_latch *tw_latch_make(void);
void tw_latch_open(struct tw_latch *latch);
/// Whether it is open, waiting for that at most so long.
bool tw_latch_wait(struct tw_latch *latch, int milliseconds);
void tw_latch_free(struct tw_latch *latch);

/// Places of the calling thread's own, NULL at first: what it still has to release, who listens to its warnings, who looks on at its work.
enum tw_slot { TW_SLOT_RELEASE = 0, TW_SLOT_NOTICES = 1, TW_SLOT_PROGRESS = 2 };
void **tw_thread_slot(enum tw_slot slot);

/// Gives freed memory back to the system. `stack`: also what deep recursion left behind on the calling thread's stack.
void tw_trim_memory(bool stack);
/// Gives the whole pages of [start, end) back; they are zero when they are next used.
void tw_discard_pages(void *start, void *end);

/// Loads without tearing, for flags written by signal handlers.
static inline bool tw_interrupted(void) { return __atomic_load_n(&tw_interrupt_flag, __ATOMIC_RELAXED) != 0; }
static inline int tw_interrupt_reason(void) { return __atomic_load_n(&tw_interrupt_flag, __ATOMIC_RELAXED); }
/// Whether what runs ends at the next look at the flag, whatever happens until then: a shortage of memory may pass, Ctrl-C and the clock do
/// not. Work that cannot throw leaves the rest undone.
static inline bool tw_must_stop(void) {
  int reason = tw_interrupt_reason();
  return reason == TW_INTERRUPT_BY_USER || reason == TW_INTERRUPT_BY_TIME;
}
/// Takes back a flag that was raised for memory; Ctrl-C stays.
static inline void tw_clear_memory_interrupt(void) {
  int expected = TW_INTERRUPT_BY_MEMORY;
  __atomic_compare_exchange_n(&tw_interrupt_flag, &expected, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
/// Raises the flag for memory, unless it is up.
static inline void tw_request_memory_interrupt(void) {
  int expected = 0;
  __atomic_compare_exchange_n(&tw_interrupt_flag, &expected, TW_INTERRUPT_BY_MEMORY, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
static inline void tw_clear_interrupt(void) { __atomic_store_n(&tw_interrupt_flag, 0, __ATOMIC_RELAXED); }
static inline void tw_request_interrupt(void) { __atomic_store_n(&tw_interrupt_flag, TW_INTERRUPT_BY_USER, __ATOMIC_RELAXED); }

/// A mapped file whose pages may go missing while they are read: they become zeros then, the mapping is marked as broken, and the
/// flag goes up. NULL when there is no memory for the note.
struct tw_mapping *tw_guard_mapping(const void *start, size_t size);
void tw_unguard_mapping(struct tw_mapping *mapping);
void tw_break_mapping(struct tw_mapping *mapping);
bool tw_mapping_is_broken(const struct tw_mapping *mapping);
/// Whether a mapping broke that nobody has been told of; takes that back.
bool tw_take_broken_mapping(void);

/// Loads zlib. NULL when it is there, else why it is not; call it before the others.
const char *tw_inflate_load(void);
/// Raw deflated bytes, as ZIP files hold them, piece by piece; NULL when there is no memory. Released by `tw_inflate_end`.
struct tw_inflater *tw_inflate_begin(void);
enum { TW_INFLATE_DONE = 0, TW_INFLATE_MORE = 1, TW_INFLATE_BAD = 2 };
/// Unpacks up to a megabyte. The sizes say how much there is, and afterwards how much was used.
int tw_inflate_step(struct tw_inflater *inflater, const uint8_t *source, size_t *source_size, uint8_t *target, size_t *target_size);
void tw_inflate_end(struct tw_inflater *inflater);
/// Makes deflated bytes with zlib's header, piece by piece, in `target`, which stays where it is until `tw_deflate_end`. NULL: there is no zlib, or no memory.
struct tw_deflater *tw_deflate_begin(uint8_t *target, size_t room);
/// At most 4 GB at a time; 0: there was no room for what comes of them.
int tw_deflate_add(struct tw_deflater *deflater, const uint8_t *source, size_t size, int is_last);
/// How many bytes were made.
size_t tw_deflate_end(struct tw_deflater *deflater);

/// Loads OpenSSL's libcrypto. NULL when it is there, else why it is not; call it before the others.
const char *tw_digest_load(void);
enum tw_digest_kind { TW_SHA256, TW_SHA1 };
enum { TW_DIGEST_SIZE = 64 };
/// A checksum over bytes that are given piece by piece; NULL when there is no memory. Released by `tw_digest_end`.
struct tw_digest *tw_digest_begin(enum tw_digest_kind kind);
bool tw_digest_add(struct tw_digest *digest, const void *bytes, size_t size);
/// Writes the checksum and gives its size, 0 after an error; a NULL `result` only releases.
unsigned tw_digest_end(struct tw_digest *digest, uint8_t result[TW_DIGEST_SIZE]);
/// HMAC-SHA256 (RFC 2104), 32 bytes.
bool tw_hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t size, uint8_t result[TW_DIGEST_SIZE]);

/// Starts a program: `arguments` and `environment` end with NULL, the first argument is its path. Its output and errors go to `output`, it has
/// no input, it starts in `folder` (NULL: here), and is killed when this thread ends. Returns its process id, or -1 with errno.
int tw_spawn(const char *const *arguments, const char *const *environment, const char *folder, int output);
/// Waits at most so long until one of up to 64 children ends. False when none has; else which one, and its status as `waitpid` gives it.
bool tw_wait(const int *children, int count, int milliseconds, int *which, int *status);
/// SIGTERM does what Ctrl-C does, after `tw_install_signal_handlers`.
void tw_catch_termination(void);
/// Processors that this process may use.
int tw_processor_count(void);
