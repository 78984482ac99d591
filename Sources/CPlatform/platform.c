#define _GNU_SOURCE
#include "platform.h"
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local uintptr_t tw_stack_limit = UINTPTR_MAX;
volatile int tw_interrupt_flag = 0;

// Room that code past the check may still use: a BLAS call, a libedit call, the error path itself.
#define STACK_MARGIN (512 * 1024)

bool tw_stack_is_below_limit(uintptr_t address) {
  if (tw_stack_limit != UINTPTR_MAX) return address < tw_stack_limit;
  pthread_attr_t attributes;
  void *lowest = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
  }
  // A stack that the system says nothing of has no limit, a small one keeps half of it.
  tw_stack_limit = (uintptr_t)lowest + (size < 2 * STACK_MARGIN ? size / 2 : STACK_MARGIN);
  return address < tw_stack_limit;
}

struct start {
  void (*body)(void *);
  void *context;
};

static pthread_t program_thread;
static volatile bool has_program_thread = false;

static void *run(void *argument) {
  program_thread = pthread_self();
  has_program_thread = true;
  struct start *start = argument;
  start->body(start->context);
  has_program_thread = false;
  return NULL;
}

bool tw_is_on_big_stack(void) { return has_program_thread && pthread_equal(pthread_self(), program_thread); }

int tw_run_on_big_stack(size_t bytes, void (*body)(void *), void *context) {
  struct start start = {body, context};
  int result = EAGAIN;
  // A machine with little address space (ulimit -v) refuses the large stack; half of it will do, and so on.
  for (; bytes >= 2 * STACK_MARGIN; bytes /= 2) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, bytes);
    result = pthread_create(&thread, &attributes, run, &start);
    pthread_attr_destroy(&attributes);
    if (result == 0) return pthread_join(thread, NULL);
  }
  return result;
}

int tw_format_double(char *buffer, size_t size, double value, char conversion, int precision, bool alternate) {
  char format[8] = {'%'};
  int at = 1;
  if (alternate) format[at++] = '#';
  if (precision >= 0) {
    format[at++] = '.';
    format[at++] = '*';
  }
  format[at] = conversion;
  return precision >= 0 ? snprintf(buffer, size, format, precision, value) : snprintf(buffer, size, format, value);
}

bool tw_parse_double(const char *text, double *value) {
  char *end = NULL;
  *value = strtod(text, &end);
  return end != text && *end == 0;
}

ptrdiff_t tw_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size) {
  if (needle_size == 0) return 0;
  if (!haystack || !needle) return -1;
  const char *found = memmem(haystack, haystack_size, needle, needle_size);
  return found ? found - (const char *)haystack : -1;
}

static void on_interrupt(int signal) {
  tw_request_interrupt();
  // The system gives the signal to any thread; a call that the program's own thread waits in returns only when that one gets it.
  if (has_program_thread && !tw_is_on_big_stack()) pthread_kill(program_thread, signal);
}

void tw_install_signal_handlers(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);  // no SA_RESTART: a blocked read returns so that the prompt can notice
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
  // A file beyond the user's limit (ulimit -f) is an error of the write, too.
  sigaction(SIGXFSZ, &action, NULL);
}
