// The terminal while a line runs, and after us.
#include "internal.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static struct termios found, held;
static volatile sig_atomic_t is_held = 0;

// Bracketed paste (xterm, "Control Sequences"): the terminal marks where a pasted block starts and ends.
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

static void send(const char *text) {
  if (write(STDOUT_FILENO, text, strlen(text)) < 0) {
    // A terminal that is gone needs no restoring.
  }
}

void tw_terminal_restore(void) {
  if (!is_held) return;
  tcsetattr(STDIN_FILENO, TCSANOW, &found);
  send(paste_off);
}

void tw_terminal_resume(void) {
  // In the background the terminal belongs to somebody else.
  if (!is_held || tcgetpgrp(STDIN_FILENO) != getpgrp()) return;
  tcsetattr(STDIN_FILENO, TCSANOW, &held);
  send(paste_on);
}

/// Ends or stops the process as `number` does by itself, with the terminal restored.
static void on_end(int number) {
  int error = errno;
  tw_terminal_restore();
  struct sigaction standard, before;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigemptyset(&standard.sa_mask);
  sigaction(number, &standard, &before);
  sigset_t only, mask;
  sigemptyset(&only);
  sigaddset(&only, number);
  raise(number);
  pthread_sigmask(SIG_UNBLOCK, &only, &mask);
  // Only a stopped process comes here, when it goes on.
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(number, &before, NULL);
  tw_terminal_resume();
  errno = error;
}

static void catch_ends(void) {
  static const int ends[] = {SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_end;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    // What the parent switched off (nohup) stays off.
    if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL) sigaction(ends[i], &action, NULL);
  }
}

// Ctrl-C while a line runs. Whoever took it before still does; a second one that comes because the first did not help is explained.

static void (*interrupted_before)(int) = NULL;
static struct timespec first_interrupt;
static volatile sig_atomic_t interrupts = 0;

static void on_interrupt(int number) {
  int error = errno;
  if (interrupted_before) interrupted_before(number);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (interrupts == 0) {
    first_interrupt = now;
    interrupts = 1;
  } else {
    double since = (double)(now.tv_sec - first_interrupt.tv_sec) + (double)(now.tv_nsec - first_interrupt.tv_nsec) * 1e-9;
    // Two presses in a hurry are one.
    if (interrupts == 1 && since > 0.3) {
      send("\nA library call is under way that cannot be stopped; the line ends when it returns.\n"
           "Ctrl-\\ ends tw now; `:load` at the next start runs this session's lines again.\n");
      interrupts = 2;
    }
  }
  errno = error;
}

static void watch_interrupts(void) {
  struct sigaction action, before;
  if (sigaction(SIGINT, NULL, &before) != 0 || before.sa_flags & SA_SIGINFO) return;
  if (before.sa_handler == SIG_IGN || before.sa_handler == SIG_DFL) return;
  interrupted_before = before.sa_handler;
  action = before;
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
}

void tw_terminal_hold(void) {
  interrupts = 0;
  if (is_held) {
    tw_terminal_resume();
    return;
  }
  if (tcgetattr(STDIN_FILENO, &found) != 0) return;
  held = found;
  // Without lines of its own the terminal passes keys on as they are; Ctrl-C and Ctrl-Z keep their meaning.
  held.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  held.c_cc[VMIN] = 1;
  held.c_cc[VTIME] = 0;
  is_held = 1;
  catch_ends();
  watch_interrupts();
  atexit(tw_terminal_restore);
  tw_terminal_resume();
}

void tw_terminal_release(void) {
  tw_terminal_restore();
  is_held = 0;
}

int tw_terminal_run(const char *command) {
  tw_terminal_restore();
  int status = system(command);
  tw_terminal_resume();
  return status;
}

int tw_columns(int descriptor, int fallback) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return fallback;
}

int tw_terminal_columns(int fallback) { return tw_columns(STDOUT_FILENO, fallback); }

int tw_terminal_rows(int fallback) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
  return fallback;
}
