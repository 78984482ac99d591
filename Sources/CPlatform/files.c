// Files without a name, which the system removes when the process ends, in whatever way.
#define _GNU_SOURCE
#include "platform.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int tw_open_nameless(int folder) {
  int descriptor = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) return -1;
  // Its name is given through /proc, which a small container may lack.
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  if (access("/proc/self/fd", X_OK) == 0 && faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return descriptor;
  close(descriptor);
  return -1;
}

int tw_name_file(int descriptor, int folder, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : -1;
}

int tw_rename_new(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  // Network file systems know only the plain one.
  return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP ? rename(from, to) : -1;
}
