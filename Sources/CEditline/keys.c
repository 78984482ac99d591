// Keys that do more than move the cursor: Tab, a pasted block, arrows in an entry of several lines.
#define _GNU_SOURCE
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PASTE_LARGEST (1 << 20)

static tw_editor *owner(EditLine *el) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  return editor;
}

/// Inserts UTF-8 at the cursor.
static bool insert(EditLine *el, const char *text) {
  size_t count = strlen(text);
  wchar_t *wide = malloc((count + 1) * sizeof *wide);
  if (!wide) return false;
  size_t length = mbstowcs(wide, text, count + 1);
  bool done = length != (size_t)-1;
  if (done) tw_collapse(wide);
  done = done && (*wide == 0 || el_winsertstr(el, wide) == 0);
  free(wide);
  return done;
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

void tw_leave_line(tw_editor *editor) {
  const LineInfoW *line = el_wline(editor->line_editor);
  int rows = row_of(editor, line, line->lastchar) - row_of(editor, line, line->cursor);
  for (; rows > 0; rows--) fputc('\n', editor->output);
}

void tw_redraw(tw_editor *editor) {
  const LineInfoW *line = el_wline(editor->line_editor);
  int rows = row_of(editor, line, line->cursor);
  // Terminals break long lines anew and keep the cursor on its character: the prompt is as many rows above as it would be now.
  fputc('\r', editor->output);
  if (rows > 0) fprintf(editor->output, "\033[%dA", rows);
  fputs("\033[J", editor->output);
  el_resize(editor->line_editor);
  el_set(editor->line_editor, EL_REFRESH);
}

static unsigned char complete(EditLine *el, int key) {
  (void)key;
  tw_editor *editor = owner(el);
  if (!editor->hooks.complete) return CC_ERROR;
  const LineInfoW *line = el_wline(el);
  char *before = tw_utf8(line->buffer, (size_t)(line->cursor - line->buffer), true);
  if (!before) return CC_ERROR;
  struct tw_completion answer = editor->hooks.complete(editor->hooks.context, before);
  free(before);
  unsigned char result = answer.listing || answer.inserted ? CC_REFRESH : CC_ERROR;
  if (answer.listing) {
    tw_leave_line(editor);
    fprintf(editor->output, "\n%s\n", answer.listing);
    fflush(editor->output);
  }
  if (answer.inserted) {
    if (answer.removed > 0) el_wdeletestr(el, answer.removed);
    if (!insert(el, answer.inserted)) result = CC_ERROR;
  }
  if (answer.listing) el_set(el, EL_REFRESH);
  free(answer.inserted);
  free(answer.listing);
  return result;
}

/// Reads up to the mark that ends a pasted block, which is left out. NULL without memory, or when the input ends.
static wchar_t *read_pasted(EditLine *el, size_t *length) {
  static const wchar_t mark[] = L"\033[201~";
  const size_t mark_length = sizeof mark / sizeof mark[0] - 1;
  size_t count = 0, capacity = 1024;
  wchar_t *text = malloc(capacity * sizeof *text);
  while (text) {
    wchar_t character = 0;
    if (tw_read_typed(el, &character) != 1) break;
    if (count == capacity) {
      wchar_t *larger = realloc(text, (capacity *= 2) * sizeof *text);
      if (!larger) break;
      text = larger;
    }
    text[count++] = character;
    if (count >= mark_length && wmemcmp(text + count - mark_length, mark, mark_length) == 0) {
      *length = count - mark_length;
      return text;
    }
    // What is longer is no program; its end still has to be found.
    if (count > PASTE_LARGEST) count = mark_length;
  }
  free(text);
  return NULL;
}

static unsigned char paste(EditLine *el, int key) {
  (void)key;
  tw_editor *editor = owner(el);
  size_t length = 0;
  wchar_t *wide = read_pasted(el, &length);
  // Ctrl-C ends the line too: what the rest of the block would do is not what was wanted.
  if (!wide) return editor->cancelled ? CC_NEWLINE : CC_ERROR;
  char *text = tw_utf8(wide, length, false);
  free(wide);
  if (!text) return CC_ERROR;
  char *cleaned = editor->hooks.paste ? editor->hooks.paste(editor->hooks.context, text) : NULL;
  bool done = insert(el, cleaned ? cleaned : text);
  free(cleaned);
  free(text);
  return done ? CC_REFRESH : CC_ERROR;
}

/// A mark that was typed behind the character it belongs to.
static unsigned char add_mark(EditLine *el, int key) {
  (void)key;
  tw_editor *editor = owner(el);
  const LineInfoW *line = el_wline(el);
  if (editor->mark == 0 || line->cursor == line->buffer) return CC_ERROR;
  wchar_t joined[2] = {tw_joined(line->cursor[-1], editor->mark), 0};
  editor->mark = 0;
  if (joined[0] == 0) return CC_ERROR;
  el_wdeletestr(el, 1);
  return el_winsertstr(el, joined) == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char new_line(EditLine *el, int key) {
  (void)key;
  return insert(el, "\n") ? CC_REFRESH : CC_ERROR;
}

// libedit's own functions cannot be called by name from outside: they are bound to sequences that no terminal sends.
#define LINE_UP "\033[9901~"
#define LINE_DOWN "\033[9902~"
#define ENTRY_BEFORE "\033[9903~"
#define ENTRY_AFTER "\033[9904~"

/// Up: within an entry of several lines to the line above, from its first line to the entry before.
static unsigned char up(EditLine *el, int key) {
  (void)key;
  const LineInfoW *line = el_wline(el);
  bool isFirst = wmemchr(line->buffer, L'\n', (size_t)(line->cursor - line->buffer)) == NULL;
  el_push(el, isFirst ? ENTRY_BEFORE : LINE_UP);
  return CC_NORM;
}

static unsigned char down(EditLine *el, int key) {
  (void)key;
  const LineInfoW *line = el_wline(el);
  bool isLast = wmemchr(line->cursor, L'\n', (size_t)(line->lastchar - line->cursor)) == NULL;
  el_push(el, isLast ? ENTRY_AFTER : LINE_DOWN);
  return CC_NORM;
}

/// Home and End: of the line, in an entry of several.
static unsigned char line_start(EditLine *el, int key) {
  (void)key;
  const LineInfoW *line = el_wline(el);
  const wchar_t *at = line->cursor;
  while (at > line->buffer && at[-1] != L'\n') at--;
  el_cursor(el, (int)(at - line->cursor));
  return CC_CURSOR;
}

static unsigned char line_end(EditLine *el, int key) {
  (void)key;
  const LineInfoW *line = el_wline(el);
  const wchar_t *at = line->cursor;
  while (at < line->lastchar && *at != L'\n') at++;
  el_cursor(el, (int)(at - line->cursor));
  return CC_CURSOR;
}

static void bind(EditLine *el, const char *key, const char *command) { el_set(el, EL_BIND, key, command, NULL); }

void tw_bind_keys(EditLine *el) {
  el_set(el, EL_ADDFN, "tw-complete", "Complete what is before the cursor", complete);
  el_set(el, EL_ADDFN, "tw-paste", "Insert a pasted block", paste);
  el_set(el, EL_ADDFN, "tw-mark", "Join a mark to the character before it", add_mark);
  el_set(el, EL_ADDFN, "tw-new-line", "Insert a line break", new_line);
  el_set(el, EL_ADDFN, "tw-up", "A line up, or the entry before", up);
  el_set(el, EL_ADDFN, "tw-down", "A line down, or the entry after", down);
  el_set(el, EL_ADDFN, "tw-line-start", "To the start of the line", line_start);
  el_set(el, EL_ADDFN, "tw-line-end", "To the end of the line", line_end);
  bind(el, "^I", "tw-complete");
  bind(el, "\\e[200~", "tw-paste");
  bind(el, "\\200", "tw-mark");
  bind(el, "\\e^M", "tw-new-line");
  bind(el, "\\e^J", "tw-new-line");
  bind(el, "^A", "tw-line-start");
  bind(el, "^E", "tw-line-end");
  bind(el, "\\eOH", "tw-line-start");
  bind(el, "\\eOF", "tw-line-end");
  bind(el, LINE_UP, "ed-prev-line");
  bind(el, LINE_DOWN, "ed-next-line");
  bind(el, ENTRY_BEFORE, "ed-prev-history");
  bind(el, ENTRY_AFTER, "ed-next-history");
  bind(el, "\\e[A", "tw-up");
  bind(el, "\\eOA", "tw-up");
  bind(el, "\\e[B", "tw-down");
  bind(el, "\\eOB", "tw-down");
  bind(el, "^R", "em-inc-search-prev");
  bind(el, "^W", "ed-delete-prev-word");
  bind(el, "\\e[3~", "ed-delete-next-char");
  bind(el, "\\e[1~", "tw-line-start");
  bind(el, "\\e[4~", "tw-line-end");
  bind(el, "\\e[H", "tw-line-start");
  bind(el, "\\e[F", "tw-line-end");
  bind(el, "\\e[1;5C", "em-next-word");
  bind(el, "\\e[1;5D", "ed-prev-word");
}
