// A limit in time for what runs: the flag that Ctrl-C raises, raised by the clock.
#include "platform.h"
#include <signal.h>
#include <sys/time.h>

static void on_alarm(int signal) {
  (void)signal;
  int expected = 0;
  __atomic_compare_exchange_n(&tw_interrupt_flag, &expected, TW_INTERRUPT_BY_TIME, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

void tw_set_deadline(int seconds) {
  struct sigaction action = {0};
  action.sa_handler = on_alarm;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {{0, 0}, {seconds, 0}};
  setitimer(ITIMER_REAL, &timer, NULL);
}
