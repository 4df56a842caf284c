/*
 * Subjects: the tasks under test. Each is held in a ptrace stop. To do something, its registers are
 * set, and it runs a few instructions of its page of code, up to an int3.
 */
#include "live.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define MOST_SUBJECTS 4096
static struct subject subjects[MOST_SUBJECTS];
static int count;
static struct user_regs_struct fresh;
static volatile sig_atomic_t is_late;

void on_alarm(int signal) { is_late = signal; }
void forget_alarm(void) { is_late = 0; }
struct user_regs_struct fresh_registers(void) {
  return fresh;
}
void set_fresh_registers(const struct user_regs_struct *registers) { fresh = *registers; }

/* The youngest of that pid: the kernel may have used the number before. */
struct subject *find_subject(pid_t pid) {
  for (int i = count - 1; i >= 0; i--)
    if (subjects[i].pid == pid) return &subjects[i];
  fail("no task has the pid %d", pid);
  return NULL;
}

struct subject *add_subject(pid_t pid, pid_t tgid, unsigned long code) {
  if (count == MOST_SUBJECTS) {
    fail("more than %d tasks", MOST_SUBJECTS);
    return NULL;
  }
  subjects[count] = (struct subject){.pid = pid, .tgid = tgid, .code = code};
  return &subjects[count++];
}

void each_of_process(pid_t tgid, void (*each)(struct subject *)) {
  for (int i = 0; i < count; i++)
    if (subjects[i].tgid == tgid && !subjects[i].has_ended) each(&subjects[i]);
}

/* To be called when a vfork child has let go: its parent comes back from its call, to an int3. */
void wait_for_parent_of(pid_t child) {
  for (int i = 0; i < count; i++) {
    if (subjects[i].waits_for != child || subjects[i].has_ended) continue;
    subjects[i].waits_for = 0;
    wait_for(subjects[i].pid);
  }
}

int wait_for(pid_t pid) {
  int status;
  while (waitpid(pid, &status, __WALL) != pid)
    if (errno != EINTR || is_late) return fail("task %d does not stop: %s", pid, strerror(errno));
  return status;
}

int let_go(struct subject *subject, int at, struct user_regs_struct *registers) {
  registers->rip = subject->code + at;
  registers->orig_rax = -1; /* no system call to start again */
  registers->rsp = 0;
  if (ptrace(PTRACE_SETREGS, subject->pid, 0, registers))
    return fail("setregs: %s", strerror(errno));
  if (ptrace(PTRACE_CONT, subject->pid, 0, 0)) return fail("cont: %s", strerror(errno));
  return 0;
}

static int is_event(int status, int event) { return status >> 8 == (SIGTRAP | event << 8); }
static int is_birth(int status) {
  return is_event(status, PTRACE_EVENT_FORK) || is_event(status, PTRACE_EVENT_CLONE) ||
         is_event(status, PTRACE_EVENT_VFORK);
}

/* The child is held before its first instruction, so its memory is as the fork has left it. */
static int meet_child(pid_t parent, pid_t *child) {
  unsigned long message;
  if (ptrace(PTRACE_GETEVENTMSG, parent, 0, &message)) return fail("event: %s", strerror(errno));
  *child = (pid_t)message;
  int status = wait_for(*child);
  if (status == -1 || !WIFSTOPPED(status)) return fail("the child did not stop");
  return 0;
}

/* Stands for the status of a task that waits inside the kernel, as the parent of a vfork does. */
#define WAITS_INSIDE 0x77777f

int run(struct subject *subject, int at, struct user_regs_struct *registers, pid_t *child) {
  if (let_go(subject, at, registers)) return -1;
  for (;;) {
    int status = wait_for(subject->pid);
    if (status == -1 || !WIFSTOPPED(status)) return status;
    if (is_birth(status)) {
      if (child == NULL || meet_child(subject->pid, child)) return -1;
      if (ptrace(PTRACE_CONT, subject->pid, 0, 0)) return fail("cont: %s", strerror(errno));
      if (is_event(status, PTRACE_EVENT_VFORK)) return WAITS_INSIDE;
    } else if (WSTOPSIG(status) == SIGSTOP) {
      if (ptrace(PTRACE_CONT, subject->pid, 0, 0)) return fail("cont: %s", strerror(errno));
    } else {
      if (ptrace(PTRACE_GETREGS, subject->pid, 0, registers))
        return fail("getregs: %s", strerror(errno));
      return status;
    }
  }
}

int call(struct subject *subject, long number, const long arguments[6], long *result,
         pid_t *child) {
  struct user_regs_struct registers = fresh;
  registers.rax = number;
  registers.rdi = arguments[0];
  registers.rsi = arguments[1];
  registers.rdx = arguments[2];
  registers.r10 = arguments[3];
  registers.r8 = arguments[4];
  registers.r9 = arguments[5];
  int status = run(subject, AT_SYSCALL, &registers, child);
  if (status == -1) return -1;
  if (status == WAITS_INSIDE) {
    subject->waits_for = *child;
    *result = *child;
    return 0;
  }
  if (!WIFSTOPPED(status)) return fail("the task ended inside call %ld: status %x", number, status);
  if (WSTOPSIG(status) != SIGTRAP)
    return fail("signal %d inside call %ld", WSTOPSIG(status), number);
  *result = (long)registers.rax;
  return 0;
}

void kill_everyone(void) {
  for (int i = 0; i < count; i++)
    if (!subjects[i].has_ended) kill(subjects[i].pid, SIGKILL);
  int status;
  while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
    continue;
  count = 0;
}
