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

/// What Tab does to the line. The texts are UTF-8 from malloc, which the editor frees, or NULL.
struct tw_completion {
  int removed;         // characters before the cursor that go away
  char *inserted;      // what comes in their place
  char *listing;       // lines to show below the input
};

/// What the owner of an editor is asked; each may be NULL. Texts are UTF-8.
struct tw_editor_hooks {
  void *context;
  /// Tab, with the line up to the cursor.
  struct tw_completion (*complete)(void *context, const char *before);
  /// What to insert for a block that was pasted, from malloc.
  char *(*paste)(void *context, const char *text);
  /// A little work for the time in which nobody types, a few milliseconds at most. Returns whether there is more.
  bool (*idle)(void *context);
};

/// An editor on standard input and output. `plain`: no editing keys, the prompt goes to standard error (standard output is
/// not a terminal, or the terminal cannot move its cursor). NULL when there is no memory or no pipe.
tw_editor *tw_editor_open(bool plain, struct tw_editor_hooks hooks);
void tw_editor_close(tw_editor *editor);

/// Makes an entry reachable by the arrow keys. It may have several lines.
void tw_editor_remember(tw_editor *editor, const char *entry);

/// Shows `prompt` and reads one line, as UTF-8 without its line break. `*line` belongs to the editor and holds until the
/// next call; it is NULL unless the result is TW_LINE. A recalled entry may have several lines.
enum tw_line_status tw_editor_read(tw_editor *editor, const char *prompt, const char **line);

/// From here on keys that are typed while a line runs are kept for the next prompt and not shown, and a pasted block arrives as
/// one. However the process ends (but by SIGKILL), and while it is stopped, the terminal is as we found it.
void tw_terminal_hold(void);
/// Ends that.
void tw_terminal_release(void);
/// Runs a line of sh with the terminal as we found it; Ctrl-C reaches only the child. Returns what `system` does.
int tw_terminal_run(const char *command);

/// Columns of the terminal on a descriptor, or `fallback`.
int tw_columns(int descriptor, int fallback);
/// Size of the terminal on standard output, or `fallback`.
int tw_terminal_columns(int fallback);
int tw_terminal_rows(int fallback);
