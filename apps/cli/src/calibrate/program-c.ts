/**
 * The program that is timed: it forks itself in six shapes, and prints how long each fork took.
 *
 * A static program, so that what it has besides a shape is next to nothing. Pages are touched
 * before, and each child is reaped before the next fork.
 */
export const PROGRAM_C = `
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE = 2 << 20, RUNS = 10, PAGES = 16384, TABLES = 512, AREAS = 4000, HUGES = 128 };

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static char *map(size_t bytes) {
  char *at = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) { perror("mmap"); exit(1); }
  return at;
}

static void times(const char *shape) {
  printf("%s", shape);
  for (int run = 0; run < RUNS; run++) {
    long begin = now();
    pid_t child = fork();
    if (child == 0) _exit(0);
    long end = now();
    if (child < 0) { perror("fork"); exit(1); }
    waitpid(child, 0, 0);
    printf(" %ld", end - begin);
  }
  printf("\\n");
}

static char *areas(void) {
  char *at = map((size_t)AREAS * PAGE);
  madvise(at, (size_t)AREAS * PAGE, MADV_NOHUGEPAGE);
  for (int i = 0; i < AREAS; i += 2) mprotect(at + (size_t)i * PAGE, PAGE, PROT_READ);
  return at;
}

static void copies(char *at) {
  pid_t child = fork();
  if (child == 0) { pause(); _exit(0); }
  long begin = now();
  for (int i = 0; i < PAGES; i++) at[(size_t)i * PAGE] = 2;
  long end = now();
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  printf("copy %ld\\n", (end - begin) / PAGES);
}

static long huge_kb(void) {
  char line[256];
  long kb = 0;
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "AnonHugePages: %ld", &kb);
  if (file) fclose(file);
  return kb;
}

int main(void) {
  times("empty");
  char *at = map((size_t)PAGES * PAGE);
  madvise(at, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE);
  for (int i = 0; i < PAGES; i++) at[(size_t)i * PAGE] = 1;
  times("pages");
  copies(at);
  munmap(at, (size_t)PAGES * PAGE);
  at = map((size_t)TABLES * HUGE);
  madvise(at, (size_t)TABLES * HUGE, MADV_NOHUGEPAGE);
  for (int i = 0; i < TABLES; i++) at[(size_t)i * HUGE] = 1;
  times("tables");
  munmap(at, (size_t)TABLES * HUGE);
  at = areas();
  times("areas");
  for (int i = 1; i < AREAS; i += 2) at[(size_t)i * PAGE] = 1;
  times("written");
  munmap(at, (size_t)AREAS * PAGE);
  at = map((size_t)(HUGES + 1) * HUGE);
  at += HUGE - (size_t)at % HUGE;
  madvise(at, (size_t)HUGES * HUGE, MADV_HUGEPAGE);
  at[0] = 1;
  if (huge_kb() >= HUGE / 1024) {
    for (int i = 0; i < HUGES; i++) at[(size_t)i * HUGE] = 1;
    long got = huge_kb() / (HUGE / 1024);
    if (got == HUGES) times("huge");
  }
  return 0;
}
`;
