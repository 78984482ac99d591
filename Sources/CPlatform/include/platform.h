// What Swift cannot say by itself: the machine's stack pointer, C's number formatting, flags that a signal handler may set.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The address of the current stack frame. The stack grows down; `tw_stack_limit` holds the lowest address that is safe.
static inline __attribute__((always_inline)) uintptr_t tw_frame_address(void) { return (uintptr_t)__builtin_frame_address(0); }

/// Lowest stack address that recursive code may reach, for the thread that `tw_run_on_big_stack` started; 0 elsewhere.
extern uintptr_t tw_stack_limit;

/// True when less than a safety margin of machine stack is left: recursive code must stop with an error.
static inline __attribute__((always_inline)) bool tw_stack_is_low(void) { return tw_frame_address() < tw_stack_limit; }

/// Runs `body(context)` on a thread whose stack has `bytes` (or as much as the system grants) and waits for it. Returns 0, or errno.
int tw_run_on_big_stack(size_t bytes, void (*body)(void *), void *context);

/// printf of one double: `conversion` is one of e E f F g G; `precision` < 0 leaves it out; `alternate` is the # flag.
/// Returns the length that the whole text needs, like snprintf.
int tw_format_double(char *buffer, size_t size, double value, char conversion, int precision, bool alternate);

/// The shortest text that reads back as `value` is Swift's own; this reads one: returns false unless all of `text` is a number.
bool tw_parse_double(const char *text, double *value);

/// Whether `needle` occurs in `haystack` (memmem, which is hidden from Swift).
bool tw_contains(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

/// Set by Ctrl-C (SIGINT); polled by the interpreter and by long kernels.
extern volatile int tw_interrupt_flag;
/// Installs the SIGINT handler that sets the flag, and ignores SIGPIPE so that a closed pipe is an error we can see.
void tw_install_signal_handlers(void);

/// Watches the memory that this process holds for itself (mapped files do not count) from a thread of its own, and raises the
/// interrupt flag when it grows past `bytes`: lists and texts of many small pieces are not counted one by one.
void tw_watch_memory(size_t bytes);

/// Loads without tearing, for flags written by signal handlers.
static inline bool tw_interrupted(void) { return __atomic_load_n(&tw_interrupt_flag, __ATOMIC_RELAXED) != 0; }
static inline bool tw_memory_is_short(void) { return __atomic_load_n(&tw_interrupt_flag, __ATOMIC_RELAXED) == 2; }
static inline void tw_clear_interrupt(void) { __atomic_store_n(&tw_interrupt_flag, 0, __ATOMIC_RELAXED); }
static inline void tw_request_interrupt(void) { __atomic_store_n(&tw_interrupt_flag, 1, __ATOMIC_RELAXED); }
