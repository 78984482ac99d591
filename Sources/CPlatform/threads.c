// Threads for work on all cores. A system that grants fewer of them, or none, makes the work slower and nothing else; the
// stacks are of our own size, whatever `ulimit -s` says.
#define _GNU_SOURCE
#include "platform.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define STACK_BYTES (2u << 20)

int tw_start_thread(size_t stack_bytes, void *(*body)(void *), void *context) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  // Signals are for the thread that reads the terminal, but for those that a thread brings upon itself.
  sigfillset(&all);
  static const int own[] = {SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) sigdelset(&all, own[i]);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  int result = pthread_create(&thread, &attributes, body, context);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

// One region of work at a time, all of it under `lock`.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER, ended = PTHREAD_COND_INITIALIZER;
static void (*work)(void *, int);
static void *work_context;
// The region's number; workers that may still join it; workers that are in it.
static unsigned long region;
static int places, inside, helpers;
static bool is_busy;

static void *help(void *unused) {
  (void)unused;
  unsigned long last = 0;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (places == 0 || region == last) pthread_cond_wait(&begun, &lock);
    last = region;
    int worker = places--;
    void (*body)(void *, int) = work;
    void *context = work_context;
    inside++;
    pthread_mutex_unlock(&lock);
    body(context, worker);
    pthread_mutex_lock(&lock);
    if (--inside == 0) pthread_cond_signal(&ended);
  }
  return NULL;
}

void tw_work_together(int count, void (*body)(void *, int), void *context) {
  pthread_mutex_lock(&lock);
  bool is_mine = !is_busy && count > 1;
  if (is_mine) {
    while (helpers < count - 1 && tw_start_thread(STACK_BYTES, help, NULL) == 0) helpers++;
    is_busy = true;
    work = body;
    work_context = context;
    places = count - 1;
    region++;
    pthread_cond_broadcast(&begun);
  }
  pthread_mutex_unlock(&lock);
  body(context, 0);
  if (!is_mine) return;
  pthread_mutex_lock(&lock);
  // Who has not come yet need not come any more.
  places = 0;
  while (inside > 0) pthread_cond_wait(&ended, &lock);
  is_busy = false;
  pthread_mutex_unlock(&lock);
}

struct tw_latch {
  pthread_mutex_t lock;
  pthread_cond_t opened;
  bool is_open;
};

struct tw_latch *tw_latch_make(void) {
  struct tw_latch *latch = calloc(1, sizeof *latch);
  if (!latch) return NULL;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&latch->lock, NULL);
  pthread_cond_init(&latch->opened, &attributes);
  pthread_condattr_destroy(&attributes);
  return latch;
}

void tw_latch_open(struct tw_latch *latch) {
  pthread_mutex_lock(&latch->lock);
  latch->is_open = true;
  pthread_cond_broadcast(&latch->opened);
  pthread_mutex_unlock(&latch->lock);
}

bool tw_latch_wait(struct tw_latch *latch, int milliseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += (long)milliseconds * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&latch->lock);
  int result = 0;
  while (!latch->is_open && result == 0) result = pthread_cond_timedwait(&latch->opened, &latch->lock, &until);
  bool is_open = latch->is_open;
  pthread_mutex_unlock(&latch->lock);
  return is_open;
}

void tw_latch_free(struct tw_latch *latch) {
  pthread_cond_destroy(&latch->opened);
  pthread_mutex_destroy(&latch->lock);
  free(latch);
}

void **tw_thread_slot(enum tw_slot slot) {
  static _Thread_local void *slots[TW_SLOT_PROGRESS + 1];
  return &slots[slot];
}
