// What the files of this module share.
#pragma once
#include "ceditline.h"
#include <histedit.h>
#include <stddef.h>

struct tw_editor {
  EditLine *line_editor;  // NULL: plain
  History *history;
  const char *prompt;
  bool cancelled;
  bool has_unread;
  unsigned char unread;  // a byte that was read too early
  char *line;  // what tw_editor_read returned
  size_t length, capacity;
  struct tw_editor_hooks hooks;
};

// input.c

/// Makes the pipe that signals arrive through. False when the system has no descriptors left.
bool tw_input_open(void);
/// From here to `tw_input_end`, signals reach the reader below; what arrived before is forgotten.
void tw_input_begin(void);
void tw_input_end(void);
/// One byte of standard input: 1, 0 at its end, -1 on Ctrl-C (`cancelled`) or an error.
int tw_read_byte(tw_editor *editor, unsigned char *byte);
/// One character for libedit. Bytes that are not UTF-8 become U+FFFD.
int tw_read_character(EditLine *el, wchar_t *character);

// keys.c

/// Binds Tab, pastes and the keys that people expect and libedit leaves out or gives another meaning.
void tw_bind_keys(EditLine *el);
/// Moves below the input: the cursor may stand inside a line of several rows, which what follows must not overwrite.
void tw_leave_line(tw_editor *editor);
/// Draws the input anew in a window that has another size.
void tw_redraw(tw_editor *editor);

// terminal.c

/// Puts the terminal into the state that we found, and back. Safe in a signal handler.
void tw_terminal_restore(void);
void tw_terminal_resume(void);
