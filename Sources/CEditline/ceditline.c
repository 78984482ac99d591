#define _GNU_SOURCE
#include "ceditline.h"
#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define ENTRIES_KEPT 10000

struct tw_editor {
  EditLine *line_editor;  // NULL: plain
  History *history;
  const char *prompt;
  bool cancelled;
  char *line;  // what tw_editor_read returned
  size_t length, capacity;
};

// Signals that matter while somebody types. Their handler only writes the number to a pipe; the reader below acts on it.

static int signal_pipe[2] = {-1, -1};
static const int caught[] = {SIGINT, SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
#define CAUGHT_COUNT (sizeof caught / sizeof caught[0])
static struct sigaction saved[CAUGHT_COUNT];

static void on_signal(int number) {
  int error = errno;
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
  restore_signals();
  struct sigaction standard;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigemptyset(&standard.sa_mask);
  sigaction(number, &standard, NULL);
  kill(getpid(), number);
  // The signal may be taken by another thread a moment later; when this returns from poll the process has stopped and gone on.
  poll(NULL, 0, 20);
  catch_signals();
  if (editor->line_editor) {
    el_set(editor->line_editor, EL_PREP_TERM, 1);
    el_set(editor->line_editor, EL_REFRESH);
  }
}

/// One byte of standard input: 1, 0 at its end, -1 on Ctrl-C (`cancelled`) or an error.
static int read_byte(tw_editor *editor, unsigned char *byte) {
  for (;;) {
    struct pollfd sources[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signal_pipe[0], .events = POLLIN}};
    if (poll(sources, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    unsigned char number = 0;
    if ((sources[1].revents & POLLIN) && read(signal_pipe[0], &number, 1) == 1) {
      switch (number) {
      case SIGINT:
        editor->cancelled = true;
        errno = EINTR;
        return -1;
      case SIGWINCH:
        if (editor->line_editor) el_resize(editor->line_editor);
        break;
      default: yield_to_signal(editor, number);
      }
      continue;
    }
    if (sources[0].revents == 0) continue;
    ssize_t count = read(STDIN_FILENO, byte, 1);
    if (count >= 0) return (int)count;
    if (errno != EINTR && errno != EAGAIN) return -1;
  }
}

/// Terminal row of `end`, counted from the row of the prompt.
static int row_of(const tw_editor *editor, const LineInfoW *line, const wchar_t *end) {
  int columns = tw_terminal_columns(80), row = 0, column = (int)strlen(editor->prompt);
  for (const wchar_t *character = line->buffer; character < end; character++) {
    int width = *character == L'\n' ? columns : wcwidth(*character);
    column += width > 0 ? width : 0;
    if (column >= columns) {
      row++;
      column = 0;
    }
  }
  return row;
}

/// Moves below the input: the cursor may stand inside a line of several rows, which what follows must not overwrite.
static void leave_line(tw_editor *editor) {
  const LineInfoW *line = el_wline(editor->line_editor);
  int rows = row_of(editor, line, line->lastchar) - row_of(editor, line, line->cursor);
  for (; rows > 0; rows--) fputc('\n', stdout);
}

/// One character for libedit. Bytes that are not UTF-8 become U+FFFD.
static int read_character(EditLine *el, wchar_t *character) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  unsigned char byte = 0;
  int count = read_byte(editor, &byte);
  if (count == 1) {
    int following = byte < 0x80 ? 0 : byte >= 0xF0 && byte < 0xF5 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC2 ? 1 : -1;
    unsigned value = following <= 0 ? byte : byte & (0x3Fu >> following);
    for (int i = 0; i < following; i++) {
      if ((count = read_byte(editor, &byte)) != 1) break;
      if ((byte & 0xC0) != 0x80) following = -1;
      value = value << 6 | (byte & 0x3F);
    }
    if (count == 1) {
      bool valid = following >= 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
      *character = valid ? (wchar_t)value : 0xFFFD;
      return 1;
    }
  }
  if (editor->cancelled) leave_line(editor);
  *character = 0;
  return count;
}

static char *current_prompt(EditLine *el) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  return (char *)editor->prompt;
}

static void bind(EditLine *el, const char *key, const char *command) { el_set(el, EL_BIND, key, command, NULL); }

/// libedit and the width of characters need a UTF-8 locale; C.UTF-8 is always there. Only character types: numbers keep their point.
static void use_utf8_locale(void) {
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static bool start_line_editor(tw_editor *editor) {
  use_utf8_locale();
  HistEvent event;
  editor->history = history_init();
  EditLine *el = editor->line_editor = el_init("tw", stdin, stdout, stderr);
  if (!editor->history || !el) return false;
  history(editor->history, &event, H_SETSIZE, ENTRIES_KEPT);
  history(editor->history, &event, H_SETUNIQUE, 1);
  el_set(el, EL_CLIENTDATA, editor);
  el_set(el, EL_GETCFN, read_character);
  el_set(el, EL_PROMPT, current_prompt);
  el_set(el, EL_SIGNAL, 0);
  el_set(el, EL_HIST, history, editor->history);
  el_set(el, EL_EDITOR, "emacs");
  // Keys that people expect and libedit leaves out or gives another meaning.
  bind(el, "^R", "em-inc-search-prev");
  bind(el, "^W", "ed-delete-prev-word");
  bind(el, "\\e[3~", "ed-delete-next-char");
  bind(el, "\\e[1~", "ed-move-to-beg");
  bind(el, "\\e[4~", "ed-move-to-end");
  bind(el, "\\e[H", "ed-move-to-beg");
  bind(el, "\\e[F", "ed-move-to-end");
  bind(el, "\\e[1;5C", "em-next-word");
  bind(el, "\\e[1;5D", "ed-prev-word");
  el_source(el, NULL);
  return true;
}

tw_editor *tw_editor_open(bool plain) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0) return NULL;
  tw_editor *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  if (!plain && !start_line_editor(editor)) {
    tw_editor_close(editor);
    return NULL;
  }
  return editor;
}

void tw_editor_close(tw_editor *editor) {
  if (!editor) return;
  if (editor->line_editor) el_end(editor->line_editor);
  if (editor->history) history_end(editor->history);
  free(editor->line);
  free(editor);
}

void tw_editor_remember(tw_editor *editor, const char *entry) {
  HistEvent event;
  if (editor->history) history(editor->history, &event, H_ENTER, entry);
}

static bool append(tw_editor *editor, const char *bytes, size_t count) {
  if (editor->length + count + 1 > editor->capacity) {
    size_t capacity = (editor->length + count + 1) * 2;
    char *line = realloc(editor->line, capacity);
    if (!line) return false;
    editor->line = line;
    editor->capacity = capacity;
  }
  memcpy(editor->line + editor->length, bytes, count);
  editor->length += count;
  editor->line[editor->length] = 0;
  return true;
}

static enum tw_line_status read_plain(tw_editor *editor) {
  fputs(editor->prompt, stderr);
  unsigned char byte = 0;
  int count;
  while ((count = read_byte(editor, &byte)) == 1 && byte != '\n') {
    if (!append(editor, (const char *)&byte, 1)) return TW_LINE_FAILED;
  }
  if (count == 1 || (count == 0 && editor->length > 0)) return append(editor, "", 0) ? TW_LINE : TW_LINE_FAILED;
  return count == 0 ? TW_LINE_END : TW_LINE_FAILED;
}

static enum tw_line_status read_edited(tw_editor *editor) {
  int count = 0;
  errno = 0;
  const char *text = el_gets(editor->line_editor, &count);
  if (!text) return count == 0 ? TW_LINE_END : TW_LINE_FAILED;
  size_t length = count > 0 ? (size_t)count : 0;
  bool ended = length > 0 && text[length - 1] == '\n';
  if (ended) length--;
  if (!ended && length == 0) return TW_LINE_END;
  return append(editor, text, length) ? TW_LINE : TW_LINE_FAILED;
}

enum tw_line_status tw_editor_read(tw_editor *editor, const char *prompt, const char **line) {
  unsigned char stale;
  while (read(signal_pipe[0], &stale, 1) == 1) {
  }
  editor->prompt = prompt;
  editor->cancelled = false;
  editor->length = 0;
  *line = NULL;
  catch_signals();
  enum tw_line_status status = editor->line_editor ? read_edited(editor) : read_plain(editor);
  int error = errno;
  restore_signals();
  if (editor->cancelled) status = TW_LINE_CANCEL;
  if (status == TW_LINE_CANCEL || status == TW_LINE_END) {
    FILE *output = editor->line_editor ? stdout : stderr;
    fputc('\n', output);
    fflush(output);
  }
  if (status == TW_LINE) *line = editor->line;
  errno = error;
  return status;
}

int tw_terminal_columns(int fallback) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return fallback;
}
