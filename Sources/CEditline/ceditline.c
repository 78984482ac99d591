// An editor: libedit's, or plain lines where the terminal cannot move its cursor.
#include "internal.h"
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES_KEPT 10000

static char *current_prompt(EditLine *el) {
  tw_editor *editor = NULL;
  el_get(el, EL_CLIENTDATA, &editor);
  return (char *)editor->prompt;
}

/// libedit and the width of characters need a UTF-8 locale; C.UTF-8 is always there. Only character types: numbers keep their point.
static void use_utf8_locale(void) {
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static bool start_line_editor(tw_editor *editor) {
  use_utf8_locale();
  HistEvent event;
  editor->history = history_init();
  editor->output = tw_drawing();
  if (!editor->history || !editor->output) return false;
  EditLine *el = editor->line_editor =
      el_init_fd("tw", stdin, editor->output, stderr, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
  if (!el) return false;
  history(editor->history, &event, H_SETSIZE, ENTRIES_KEPT);
  history(editor->history, &event, H_SETUNIQUE, 1);
  el_set(el, EL_CLIENTDATA, editor);
  el_set(el, EL_GETCFN, tw_read_character);
  el_set(el, EL_PROMPT, current_prompt);
  el_set(el, EL_SIGNAL, 0);
  el_set(el, EL_HIST, history, editor->history);
  el_set(el, EL_EDITOR, "emacs");
  tw_bind_keys(el);
  // The person's own bindings come last.
  el_source(el, NULL);
  // Our own key is known to emacs's map alone.
  const char *map = NULL;
  editor->joins_marks = el_get(el, EL_EDITOR, &map) == 0 && map && strcmp(map, "emacs") == 0;
  return true;
}

tw_editor *tw_editor_open(bool plain, struct tw_editor_hooks hooks) {
  if (!tw_input_open()) return NULL;
  tw_editor *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  editor->hooks = hooks;
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
  if (editor->output) fclose(editor->output);
  free(editor->line);
  free(editor);
}

void tw_editor_remember(tw_editor *editor, const char *entry) {
  if (!editor->history) return;
  size_t size = strlen(entry) + 1;
  wchar_t *wide = malloc(size * sizeof *wide);
  char *collapsed = NULL;
  if (wide && mbstowcs(wide, entry, size) != (size_t)-1) {
    tw_collapse(wide);
    collapsed = tw_utf8(wide, wcslen(wide), false);
  }
  HistEvent event;
  history(editor->history, &event, H_ENTER, collapsed ? collapsed : entry);
  free(collapsed);
  free(wide);
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
  while ((count = tw_read_byte(editor, &byte)) == 1 && byte != '\n') {
    if (!append(editor, (const char *)&byte, 1)) return TW_LINE_FAILED;
  }
  if (count == 1 || (count == 0 && editor->length > 0)) return append(editor, "", 0) ? TW_LINE : TW_LINE_FAILED;
  return count == 0 ? TW_LINE_END : TW_LINE_FAILED;
}

static enum tw_line_status read_edited(tw_editor *editor) {
  int count = 0;
  errno = 0;
  const wchar_t *text = el_wgets(editor->line_editor, &count);
  if (!text) return count == 0 ? TW_LINE_END : TW_LINE_FAILED;
  size_t length = count > 0 ? (size_t)count : 0;
  bool ended = length > 0 && text[length - 1] == L'\n';
  if (ended) length--;
  if (!ended && length == 0) return TW_LINE_END;
  char *bytes = tw_utf8(text, length, true);
  bool done = bytes && append(editor, bytes, strlen(bytes));
  free(bytes);
  return done ? TW_LINE : TW_LINE_FAILED;
}

enum tw_line_status tw_editor_read(tw_editor *editor, const char *prompt, const char **line) {
  editor->prompt = prompt;
  editor->cancelled = false;
  editor->length = 0;
  *line = NULL;
  tw_input_begin();
  enum tw_line_status status = editor->line_editor ? read_edited(editor) : read_plain(editor);
  int error = errno;
  tw_input_end();
  if (editor->cancelled) status = TW_LINE_CANCEL;
  if (status == TW_LINE_CANCEL || status == TW_LINE_END) {
    FILE *output = editor->line_editor ? editor->output : stderr;
    fputc('\n', output);
    fflush(output);
  }
  if (status == TW_LINE) *line = editor->line;
  errno = error;
  return status;
}
