// Reading a line from a person. libedit edits it (emacs keys, `~/.editrc` honoured, lines that were entered before by
// arrow key); `el_set` is variadic, which Swift cannot call. Signals are taken by a pipe, so that it does not matter which
// thread they arrive at: Ctrl-C drops the line, Ctrl-Z and `fg` keep it, a new window size redraws it.
#pragma once
#include <stdbool.h>

typedef struct tw_editor tw_editor;

enum tw_line_status {
  TW_LINE,         // a line was entered
  TW_LINE_END,     // Ctrl-D on an empty line, or the end of the input
  TW_LINE_CANCEL,  // Ctrl-C
  TW_LINE_FAILED,  // the terminal is gone; errno says why
};

/// An editor on standard input and output. `plain`: no editing keys, the prompt goes to standard error (standard output is
/// not a terminal, or the terminal cannot move its cursor). NULL when there is no memory or no pipe.
tw_editor *tw_editor_open(bool plain);
void tw_editor_close(tw_editor *editor);

/// Makes an entry reachable by the arrow keys. It may have several lines.
void tw_editor_remember(tw_editor *editor, const char *entry);

/// Shows `prompt` and reads one line, as UTF-8 without its line break. `*line` belongs to the editor and holds until the
/// next call; it is NULL unless the result is TW_LINE. A recalled entry may have several lines.
enum tw_line_status tw_editor_read(tw_editor *editor, const char *prompt, const char **line);

/// Columns of the terminal on standard output, or `fallback`.
int tw_terminal_columns(int fallback);
