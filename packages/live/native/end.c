/*
 * How tasks end. The tracer has to take the end of each, or its own parent could not; a child of
 * ours (an orphan, too) is only looked at: it stays a zombie until the history waits for it.
 */
#include "live.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* State letter and parent of a task. */
static int look_at(pid_t pid, char *state, pid_t *parent) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  char *text = fgets(line, sizeof line, file);
  fclose(file);
  text = text == NULL ? NULL : strrchr(text, ')');
  return text != NULL && sscanf(text + 2, "%c %d", state, parent) == 2 ? 0 : -1;
}

/* Waits until the process has ended, and takes word of it unless we are its parent. */
static int take_end(pid_t pid) {
  siginfo_t info;
  while (waitid(P_PID, pid, &info, WEXITED | WNOWAIT | __WALL))
    if (errno != EINTR) return fail("the end of %d: %s", pid, strerror(errno));
  char state;
  pid_t parent = 0;
  if (look_at(pid, &state, &parent)) return fail("no task has the pid %d", pid);
  return parent == getpid() ? 0 : wait_for(pid) == -1 ? -1 : 0;
}

static void take_thread(struct subject *subject) {
  if (subject->pid == subject->tgid) return;
  wait_for(subject->pid);
  subject->has_ended = 1;
}

int process_ended(pid_t tgid) {
  each_of_process(tgid, take_thread);
  if (take_end(tgid)) return -1;
  struct subject *leader = find_subject(tgid);
  if (leader != NULL) leader->has_ended = 1;
  wait_for_parent_of(tgid);
  return 0;
}

static int living;
static void count_living(struct subject *subject) { living += subject->has_ended ? 0 : 1; }

/* A leader that ends before its threads stays, and nobody is told. */
static int leader_ended(struct subject *leader) {
  struct timespec moment = {0, 200000};
  char state = '?';
  pid_t parent;
  for (int tries = 0; tries < 25000; tries++) {
    if (look_at(leader->pid, &state, &parent) == 0 && state == 'Z') {
      leader->has_ended = 1;
      wait_for_parent_of(leader->pid);
      return 0;
    }
    nanosleep(&moment, NULL);
  }
  return fail("the first thread of %d does not end", leader->pid);
}

int end_task(struct subject *subject, int is_group, int status) {
  pid_t tgid = subject->tgid;
  struct user_regs_struct registers = fresh_registers();
  registers.rax = is_group ? SYS_exit_group : SYS_exit;
  registers.rdi = status;
  living = 0;
  each_of_process(tgid, count_living);
  if (let_go(subject, AT_SYSCALL, &registers)) return -1;
  if (is_group) return process_ended(tgid);
  if (living == 1) {
    if (subject->pid != tgid) {
      take_thread(subject);
    }
    return process_ended(tgid);
  }
  if (subject->pid == tgid) return leader_ended(subject);
  take_thread(subject);
  return 0;
}

/*
 * Whatever signal the history has: a task that waits in vfork while it is traced would not hear of
 * any other, and for memory they are the same.
 */
int kill_process(struct subject *subject) {
  if (kill(subject->pid, SIGKILL)) return fail("kill: %s", strerror(errno));
  return process_ended(subject->tgid);
}
