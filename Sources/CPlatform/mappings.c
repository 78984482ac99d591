// Files that are mapped can become shorter, or their disk can go away, while somebody reads them; the system then says SIGBUS. A
// mapping that is known here is filled with zeros from the page that is missing on, and marked: whoever reads goes on to the next
// look at the flag, where it becomes an error.
#define _GNU_SOURCE
#include "platform.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Never freed, only used again: the handler may walk the list at any moment.
struct tw_mapping {
  struct tw_mapping *next;
  // 0 while nobody uses the entry. `start` is written last and cleared first.
  uintptr_t start, end;
  bool is_broken;
};

static struct tw_mapping *mappings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int broken_count;
static uintptr_t page_size = 4096;

static void on_bus_error(int signal, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t at = (uintptr_t)info->si_addr;
  for (struct tw_mapping *m = __atomic_load_n(&mappings, __ATOMIC_ACQUIRE); m; m = m->next) {
    uintptr_t start = __atomic_load_n(&m->start, __ATOMIC_ACQUIRE);
    if (start == 0 || at < start || at >= m->end) continue;
    uintptr_t page = at & ~(page_size - 1);
    if (mmap((void *)page, m->end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
      break;
    tw_break_mapping(m);
    return;
  }
  // Not ours: the system's own way, at once, when the same access is tried again.
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

struct tw_mapping *tw_guard_mapping(const void *start, size_t size) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  pthread_mutex_lock(&lock);
  struct tw_mapping *m = mappings;
  while (m && m->start != 0) m = m->next;
  if (!m && (m = calloc(1, sizeof *m)) != NULL) {
    m->next = mappings;
    __atomic_store_n(&mappings, m, __ATOMIC_RELEASE);
  }
  if (m) {
    __atomic_store_n(&m->is_broken, false, __ATOMIC_RELAXED);
    m->end = (uintptr_t)start + size;
    __atomic_store_n(&m->start, (uintptr_t)start, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&lock);
  return m;
}

void tw_unguard_mapping(struct tw_mapping *mapping) {
  if (!mapping) return;
  pthread_mutex_lock(&lock);
  __atomic_store_n(&mapping->start, 0, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&lock);
}

void tw_break_mapping(struct tw_mapping *mapping) {
  if (!mapping || __atomic_exchange_n(&mapping->is_broken, true, __ATOMIC_ACQ_REL)) return;
  __atomic_fetch_add(&broken_count, 1, __ATOMIC_ACQ_REL);
  // Whatever the flag says already, the look at it will find the count.
  tw_request_memory_interrupt();
}

bool tw_mapping_is_broken(const struct tw_mapping *mapping) { return mapping && __atomic_load_n(&mapping->is_broken, __ATOMIC_ACQUIRE); }

bool tw_take_broken_mapping(void) {
  int count = __atomic_load_n(&broken_count, __ATOMIC_ACQUIRE);
  while (count > 0)
    if (__atomic_compare_exchange_n(&broken_count, &count, count - 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return true;
  return false;
}
