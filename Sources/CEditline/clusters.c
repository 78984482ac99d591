// Characters that are seen as one and stored as several: a letter with combining marks, a flag, emoji that are joined. libedit
// gives every code point a cell of its own, where marks are lost and the cursor goes astray. So the line holds one stand-in for each
// such cluster, of its width: a code point that nobody types. What comes in is collapsed, what goes out is expanded.
#define _GNU_SOURCE
#include "internal.h"
#include "platform.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/// Stand-ins of one column are private (plane 15), those of two rare ideographs, since the C library must find them wide.
#define NARROW_FIRST 0xF0000
#define NARROW_COUNT 0xFFFD
#define WIDE_FIRST 0x30000
#define WIDE_COUNT 0x1340

#define LONGEST 32

struct kind {
  wchar_t first;
  size_t most, count;
  wchar_t **texts;  // each ends with 0
};

static struct kind kinds[2] = {{NARROW_FIRST, NARROW_COUNT, 0, NULL}, {WIDE_FIRST, WIDE_COUNT, 0, NULL}};

static struct kind *kind_of(wchar_t character) {
  for (int i = 0; i < 2; i++) {
    if (character >= kinds[i].first && character < kinds[i].first + (wchar_t)kinds[i].most) return &kinds[i];
  }
  return NULL;
}

/// What a character of the line stands for, or NULL for itself.
static const wchar_t *text_of(wchar_t character) {
  const struct kind *kind = kind_of(character);
  size_t index = kind ? (size_t)(character - kind->first) : 0;
  return kind && index < kind->count ? kind->texts[index] : NULL;
}

static bool is_regional(wchar_t character) { return character >= 0x1F1E6 && character <= 0x1F1FF; }
static bool is_emoji(wchar_t character) {
  return character >= 0x1F000 || (character >= 0x2600 && character < 0x27C0);
}

/// The stand-in for a text, or 0 when there are no more.
static wchar_t stand_in(const wchar_t *text) {
  int width = wcwidth(text[0]) == 2 || is_regional(text[0]) ? 2 : 1;
  struct kind *kind = &kinds[width - 1];
  for (size_t i = 0; i < kind->count; i++) {
    if (wcscmp(kind->texts[i], text) == 0) return kind->first + (wchar_t)i;
  }
  if (kind->count == kind->most) return 0;
  // Room doubles: it is full at every power of two.
  if ((kind->count & (kind->count - 1)) == 0) {
    wchar_t **larger = realloc(kind->texts, (kind->count ? 2 * kind->count : 1) * sizeof *larger);
    if (!larger) return 0;
    kind->texts = larger;
  }
  wchar_t *copy = wcsdup(text);
  if (!copy) return 0;
  kind->texts[kind->count++] = copy;
  return kind->first + (wchar_t)(kind->count - 1);
}

bool tw_joins(wchar_t before, wchar_t character) {
  wchar_t single[2] = {before, 0};
  const wchar_t *text = text_of(before);
  if (!text) text = single;
  size_t length = wcslen(text);
  if (tw_terminal_obeys((uint32_t)character)) return false;
  // A mark needs something to stand on.
  if (length == 0 || length >= LONGEST || text[0] < 32) return false;
  if (character >= 0x300 && wcwidth(character) == 0) return true;
  if (is_regional(character)) return length == 1 && is_regional(text[0]);
  // What follows a joiner. Skin colours stay apart: most terminals draw them beside the rest.
  return text[length - 1] == 0x200D && is_emoji(text[0]) && is_emoji(character);
}

wchar_t tw_joined(wchar_t before, wchar_t character) {
  wchar_t text[LONGEST + 2] = {before};
  const wchar_t *known = text_of(before);
  if (known) wcsncpy(text, known, LONGEST);
  size_t length = wcslen(text);
  text[length] = character;
  text[length + 1] = 0;
  return stand_in(text);
}

wchar_t tw_collapsed(wchar_t character) {
  // The controls that libedit knows it shows itself, as ^X.
  bool is_unseen = character > 0xFF && tw_terminal_obeys((uint32_t)character);
  if (!kind_of(character) && !is_unseen) return character;
  wchar_t text[2] = {character, 0}, result = stand_in(text);
  return result ? result : 0xFFFD;
}

void tw_collapse(wchar_t *text) {
  wchar_t *end = text;
  for (const wchar_t *at = text; *at; at++) {
    wchar_t joined = end > text && tw_joins(end[-1], *at) ? tw_joined(end[-1], *at) : 0;
    if (joined) {
      end[-1] = joined;
    } else {
      *end++ = tw_collapsed(*at);
    }
  }
  *end = 0;
}

static size_t put_utf8(char *at, wchar_t character) {
  unsigned value = (unsigned)character;
  if (value < 0x80) {
    at[0] = (char)value;
    return 1;
  }
  size_t following = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  static const unsigned char heads[] = {0, 0xC0, 0xE0, 0xF0};
  at[0] = (char)(heads[following] | value >> (6 * following));
  for (size_t i = 1; i <= following; i++) at[i] = (char)(0x80 | (value >> (6 * (following - i)) & 0x3F));
  return following + 1;
}

char *tw_utf8(const wchar_t *text, size_t count, bool expands) {
  size_t size = 1;
  for (size_t i = 0; i < count; i++) {
    const wchar_t *cluster = expands ? text_of(text[i]) : NULL;
    size += 4 * (cluster ? wcslen(cluster) : 1);
  }
  char *result = malloc(size), *at = result;
  if (!result) return NULL;
  for (size_t i = 0; i < count; i++) {
    const wchar_t *cluster = expands ? text_of(text[i]) : NULL;
    if (!cluster) at += put_utf8(at, text[i]);
    while (cluster && *cluster) at += put_utf8(at, *cluster++);
  }
  *at = 0;
  return result;
}

// MARK: Output

static bool write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = write(STDOUT_FILENO, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes += done;
    count -= (size_t)done;
  }
  return true;
}

/// The bytes of a stand-in that the last call ended in.
static char held[4];
static size_t held_count = 0;

/// What libedit draws. Every stand-in takes four bytes of UTF-8, and starts with F0 B0, F0 B1 or F3.
static ssize_t draw(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  size_t start = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (held_count == 0) {
      if (byte != 0xF0 && byte != 0xF3) continue;
      if (!write_all(bytes + start, i - start)) return 0;
    }
    held[held_count++] = bytes[i];
    start = i + 1;
    if (held_count < 4) continue;
    held_count = 0;
    wchar_t character = (held[0] & 7) << 18 | (held[1] & 0x3F) << 12 | (held[2] & 0x3F) << 6 | (held[3] & 0x3F);
    const wchar_t *text = text_of(character);
    // What turns letters round or hides them is seen as one sign; the line itself keeps it.
    if (text && tw_terminal_obeys((uint32_t)*text)) text = L"\xFFFD";
    char *expanded = text ? tw_utf8(text, wcslen(text), false) : NULL;
    bool done = expanded ? write_all(expanded, strlen(expanded)) : write_all(held, 4);
    free(expanded);
    if (!done) return 0;
  }
  return write_all(bytes + start, count - start) ? (ssize_t)count : 0;
}

FILE *tw_drawing(void) { return fopencookie(NULL, "w", (cookie_io_functions_t){.write = draw}); }
