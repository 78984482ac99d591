// Other processes: started, waited for, and gone when we are.
#define _GNU_SOURCE
#include "platform.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Between fork and exec: only what a signal handler may call.
static void become(const char *const *arguments, const char *const *environment, const char *folder, int output, pid_t parent) {
  struct sigaction action = {0};
  action.sa_handler = SIG_DFL;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGPIPE, &action, NULL);
  // A parent that is killed takes its children along; it may have been so just now.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(127);
  if (folder && chdir(folder) != 0) _exit(127);
  execve(arguments[0], (char *const *)arguments, (char *const *)environment);
  _exit(127);
}

int tw_spawn(const char *const *arguments, const char *const *environment, const char *folder, int output) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) become(arguments, environment, folder, output, parent);
  return child;
}

bool tw_wait(const int *children, int count, int milliseconds, int *which, int *status) {
  struct pollfd watched[64];
  if (count > 64) count = 64;
  int opened = 0;
#ifdef SYS_pidfd_open
  for (; opened < count; opened++) {
    int descriptor = (int)syscall(SYS_pidfd_open, children[opened], 0);
    if (descriptor < 0) break;
    watched[opened] = (struct pollfd){.fd = descriptor, .events = POLLIN};
  }
#endif
  // An old kernel has no such descriptors: looked at often, then.
  if (opened == count) poll(watched, (nfds_t)count, milliseconds);
  else poll(NULL, 0, milliseconds < 5 ? milliseconds : 5);
  for (int index = 0; index < opened; index++) close(watched[index].fd);
  for (int index = 0; index < count; index++)
    if (waitpid(children[index], status, WNOHANG) == children[index]) {
      *which = index;
      return true;
    }
  return false;
}

void tw_catch_termination(void) {
  struct sigaction action;
  // As Ctrl-C: what is under way ends, and nothing is left half.
  sigaction(SIGINT, NULL, &action);
  sigaction(SIGTERM, &action, NULL);
}

int tw_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return count;
  }
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
