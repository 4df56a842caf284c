/*
 * The stage: a process that has given back all of its memory but the page of code. First processes
 * are cloned from it, so each begins with no memory, no faults and no peaks.
 */
#include "live.h"
#include <errno.h>
#include <linux/prctl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER_END (1UL << 47)
#define MOST_AREAS 256
static struct subject *stage;

struct subject *get_stage(void) {
  return stage;
}

/* Runs in the child. A heap begins where the history has it, and no code or data is told of. */
static void become_stage(unsigned long heap) {
  struct prctl_mm_map layout = {
      .start_code = CODE_PAGE,
      .end_code = CODE_PAGE + 1,
      .start_data = heap,
      .end_data = heap,
      .start_brk = heap,
      .brk = heap,
      .start_stack = CODE_PAGE,
      .arg_start = CODE_PAGE,
      .arg_end = CODE_PAGE,
      .env_start = CODE_PAGE,
      .env_end = CODE_PAGE,
      .exe_fd = -1,
  };
  if (prctl(PR_SET_MM, PR_SET_MM_MAP, &layout, sizeof layout, 0)) _exit(errno);
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  syscall(SYS_kill, (pid_t)syscall(SYS_getpid), SIGSTOP);
  for (;;)
    continue;
}

struct range {
  unsigned long start, end;
};

static int read_areas(pid_t pid, struct range areas[MOST_AREAS]) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return fail("%s: %s", path, strerror(errno));
  int count = 0;
  while (fgets(line, sizeof line, file) && count < MOST_AREAS) {
    struct range area;
    if (sscanf(line, "%lx-%lx", &area.start, &area.end) != 2) continue;
    if (area.start < USER_END && area.start != CODE_PAGE) areas[count++] = area;
  }
  fclose(file);
  return count;
}

static int give_back_memory(void) {
  struct range areas[MOST_AREAS];
  int count = read_areas(stage->pid, areas);
  for (int i = 0; i < count; i++) {
    long arguments[6] = {(long)areas[i].start, (long)(areas[i].end - areas[i].start)}, result;
    if (call(stage, SYS_munmap, arguments, &result, NULL)) return -1;
    if (result != 0) return fail("the stage keeps memory at %lx: %ld", areas[i].start, result);
  }
  return count < 0 ? -1 : 0;
}

#define OPTIONS                                                                                    \
  (PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |           \
   PTRACE_O_EXITKILL)

int make_stage(unsigned long heap) {
  pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) return fail("clone: %s", strerror(errno));
  if (pid == 0) become_stage(heap);
  int status = wait_for(pid);
  if (status == -1) return -1;
  if (WIFEXITED(status)) return fail("no heap can be set up: %s", strerror(WEXITSTATUS(status)));
  if (!WIFSTOPPED(status)) return fail("the stage ended: status %x; is ptrace allowed?", status);
  if (ptrace(PTRACE_SETOPTIONS, pid, 0, OPTIONS)) return fail("ptrace: %s", strerror(errno));
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers)) return fail("ptrace: %s", strerror(errno));
  registers.fs_base = registers.gs_base = 0;
  set_fresh_registers(&registers);
  stage = add_subject(pid, pid, CODE_PAGE);
  return stage == NULL ? -1 : give_back_memory();
}
