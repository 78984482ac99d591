// What the files of this module share.
#pragma once
#include "ceditline.h"
#include <histedit.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

struct tw_editor {
  EditLine *line_editor;  // NULL: plain
  History *history;
  FILE *output;      // where it draws
  bool joins_marks;  // typed marks go to the character before them
  wchar_t mark;      // the one that was typed last
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
/// One character as it was typed or pasted. Bytes that are not UTF-8 become U+FFFD.
int tw_read_typed(EditLine *el, wchar_t *character);
/// The same for libedit: a stand-in, or TW_MARK_KEY for what belongs to the character before it.
int tw_read_character(EditLine *el, wchar_t *character);

// clusters.c

/// Whether `character` belongs to the same cluster as the one before it in the line.
bool tw_joins(wchar_t before, wchar_t character);
/// The stand-in for both, 0 when there are no more.
wchar_t tw_joined(wchar_t before, wchar_t character);
/// A character as the line holds it: itself, unless it is taken for a stand-in.
wchar_t tw_collapsed(wchar_t character);
/// Replaces the clusters of a text by their stand-ins, in place.
void tw_collapse(wchar_t *text);
/// UTF-8 of some characters, from malloc; NULL without memory. `expands`: with what stand-ins stand for.
char *tw_utf8(const wchar_t *text, size_t count, bool expands);
/// A stream to the terminal that expands stand-ins.
FILE *tw_drawing(void);

// keys.c

/// A key that no terminal sends, for `tw_editor.mark`.
#define TW_MARK_KEY L'\x80'

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
