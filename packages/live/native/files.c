/*
 * The files behind mappings. They are written page by page, so that each page is a folio of its
 * own, and synced: all in the page cache, and clean where there is a disk. None has a name for
 * long.
 */
#define _GNU_SOURCE
#include "live.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_FILES 64
/* Out of the way of descriptors that anything else may open. */
#define FIRST_DESCRIPTOR 100
static struct {
  int descriptor;
  int reader; /* the same file, which may not be written to by it */
  long pages;
} files[MOST_FILES];

int file_descriptor(int id, int is_writable) {
  if (id < 0 || id >= MOST_FILES || files[id].descriptor <= 0) return -1;
  return is_writable ? files[id].descriptor : files[id].reader;
}

int open_for_reading(int descriptor) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return open(path, O_RDONLY);
}

/* Not every file system has files without a name: elsewhere it has one for a moment. */
int open_nameless(const char *folder, int mode) {
  int descriptor = open(folder, O_TMPFILE | O_RDWR, mode);
  if (descriptor >= 0) return descriptor;
  char path[4096];
  snprintf(path, sizeof path, "%s/live-%d", folder, getpid());
  descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, mode);
  unlink(path);
  return descriptor;
}

int keep_file(int id, int descriptor) {
  if (id < 0 || id >= MOST_FILES) return fail("more than %d files", MOST_FILES);
  if (descriptor < 0) return fail("a file: %s", strerror(errno));
  int reader = open_for_reading(descriptor);
  files[id].descriptor = fcntl(descriptor, F_DUPFD, FIRST_DESCRIPTOR + id);
  files[id].reader = fcntl(reader, F_DUPFD, FIRST_DESCRIPTOR + MOST_FILES + id);
  files[id].pages = 0;
  close(descriptor);
  close(reader);
  return files[id].descriptor < 0 ? fail("a file: %s", strerror(errno)) : 0;
}

int make_file(int id, const char *kind, long pages, const char *folder) {
  int is_in_memory = strcmp(kind, "memory") == 0;
  int descriptor = is_in_memory ? memfd_create("forkpath", 0) : open_nameless(folder, 0666);
  /* For everybody: who may not write to a file may not page it out either. */
  fchmod(descriptor, 0666);
  return keep_file(id, descriptor) ? -1 : grow_file(id, pages);
}

int grow_file(int id, long pages) {
  int descriptor = file_descriptor(id, 1);
  if (descriptor < 0) return fail("no file %d", id);
  char page[PAGE];
  memset(page, 7, sizeof page);
  off_t first = files[id].pages * (off_t)PAGE;
  for (; files[id].pages < pages; files[id].pages++)
    if (pwrite(descriptor, page, PAGE, files[id].pages * (off_t)PAGE) != (ssize_t)PAGE)
      return fail("writing a file: %s", strerror(errno));
  /* Of those alone: what the history has written to stays dirty. */
  int now = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  sync_file_range(descriptor, first, files[id].pages * (off_t)PAGE - first, now);
  return 0;
}

int shorten_file(int id, long pages) {
  int descriptor = file_descriptor(id, 1);
  if (descriptor < 0) return fail("no file %d", id);
  if (ftruncate(descriptor, pages * (off_t)PAGE)) return fail("ftruncate: %s", strerror(errno));
  files[id].pages = pages;
  return 0;
}
