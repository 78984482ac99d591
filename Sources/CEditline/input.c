// Bytes from the person, and the signals that matter while somebody types. Their handler only writes the number to a pipe; the
// reader acts on it.
#define _GNU_SOURCE
#include "internal.h"
#include "platform.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The terminal, opened a second time: Ctrl-C throws away what has been typed, and a read that was to take it must not wait then.
// On standard input itself O_NONBLOCK would also hold for the shell that we came from.
static int keys = STDIN_FILENO;

static int signal_pipe[2] = {-1, -1};
static const int caught[] = {SIGINT, SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
#define CAUGHT_COUNT (sizeof caught / sizeof caught[0])
static struct sigaction saved[CAUGHT_COUNT];

static void on_signal(int number) {
  int error = errno;
  // For what Tab looks up; the reader takes the key itself from the pipe.
  if (number == SIGINT) tw_request_interrupt();
  unsigned char byte = (unsigned char)number;
  if (write(signal_pipe[1], &byte, 1) < 0) {
    // The pipe is full: a signal is waiting already.
  }
  errno = error;
}

static void catch_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < CAUGHT_COUNT; i++) {
    sigaction(caught[i], NULL, &saved[i]);
    // What the parent switched off (nohup) stays off.
    if (saved[i].sa_handler != SIG_IGN) sigaction(caught[i], &action, NULL);
  }
}

static void restore_signals(void) {
  for (size_t i = 0; i < CAUGHT_COUNT; i++) sigaction(caught[i], &saved[i], NULL);
}

/// Stops or ends the process as `number` asks, with the terminal as we found it; returns when a stopped process goes on.
static void yield_to_signal(tw_editor *editor, int number) {
  if (editor->line_editor) el_set(editor->line_editor, EL_PREP_TERM, 0);
  tw_terminal_restore();
  restore_signals();
  struct sigaction standard, before;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigemptyset(&standard.sa_mask);
  sigaction(number, &standard, &before);
  kill(getpid(), number);
  // The signal may be taken by another thread a moment later; when this returns from poll the process has stopped and gone on.
  poll(NULL, 0, 20);
  sigaction(number, &before, NULL);
  catch_signals();
  tw_terminal_resume();
  if (editor->line_editor) {
    el_set(editor->line_editor, EL_PREP_TERM, 1);
    el_set(editor->line_editor, EL_REFRESH);
  }
}

bool tw_input_open(void) {
  if (signal_pipe[0] >= 0) return true;
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  const char *name = ttyname(STDIN_FILENO);
  int terminal = name ? open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
  if (terminal >= 0) keys = terminal;
  return true;
}

void tw_input_begin(void) {
  unsigned char stale;
  while (read(signal_pipe[0], &stale, 1) == 1) {
  }
  catch_signals();
}

void tw_input_end(void) { restore_signals(); }

int tw_read_byte(tw_editor *editor, unsigned char *byte) {
  if (editor->has_unread) {
    editor->has_unread = false;
    *byte = editor->unread;
    return 1;
  }
  bool is_idle = false;
  for (;;) {
    struct pollfd sources[2] = {{.fd = keys, .events = POLLIN}, {.fd = signal_pipe[0], .events = POLLIN}};
    int ready = poll(sources, 2, is_idle ? -1 : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return -1;
    if (ready == 0) {
      is_idle = !editor->hooks.idle || !editor->hooks.idle(editor->hooks.context);
      continue;
    }
    unsigned char number = 0;
    if ((sources[1].revents & POLLIN) && read(signal_pipe[0], &number, 1) == 1) {
      switch (number) {
      case SIGINT:
        editor->cancelled = true;
        errno = EINTR;
        return -1;
      case SIGWINCH:
        if (editor->line_editor) tw_redraw(editor);
        break;
      case SIGQUIT:
        // Ctrl-\ ends a line that Ctrl-C cannot end. Here there is none, and a slip of the finger must not cost the session.
        break;
      default: yield_to_signal(editor, number);
      }
      continue;
    }
    if (sources[0].revents == 0) continue;
    ssize_t count = read(keys, byte, 1);
    if (count >= 0) return (int)count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

int tw_read_typed(EditLine *el, wchar_t *character) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  unsigned char byte = 0;
  int count = tw_read_byte(editor, &byte);
  if (count == 1) {
    int following = byte < 0x80 ? 0 : byte >= 0xF0 && byte < 0xF5 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC2 ? 1 : -1;
    unsigned value = following <= 0 ? byte : byte & (0x3Fu >> following);
    for (int i = 0; i < following; i++) {
      if ((count = tw_read_byte(editor, &byte)) != 1) break;
      if ((byte & 0xC0) != 0x80) {
        // Not the rest of this character, but the next key.
        editor->unread = byte;
        editor->has_unread = true;
        following = -1;
        break;
      }
      value = value << 6 | (byte & 0x3F);
    }
    if (count == 1) {
      bool valid = following >= 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
      *character = valid ? (wchar_t)value : 0xFFFD;
      return 1;
    }
  }
  if (editor->cancelled) tw_leave_line(editor);
  *character = 0;
  return count;
}

int tw_read_character(EditLine *el, wchar_t *character) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  int count = tw_read_typed(el, character);
  if (count != 1 || *character < 0x300) return count;
  const LineInfoW *line = el_wline(el);
  if (editor->joins_marks && line->cursor > line->buffer && tw_joins(line->cursor[-1], *character)) {
    editor->mark = *character;
    *character = TW_MARK_KEY;
  } else {
    *character = tw_collapsed(*character);
  }
  return 1;
}
