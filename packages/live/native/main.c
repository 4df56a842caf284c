/*
 * Does the calls of a history on the running kernel, one command a line, one answer a line.
 *
 *    stage HEAP                      once, after the files: what first processes are cloned from
 *    file ID memory|disk PAGES DIR   a file of so many pages, all in the page cache
 *    program ID TEXT DATA BSS DATA_START DIR   a program of so many pages, to be executed
 *    descriptor ID rw|r              what mmap takes for it
 *    grow ID PAGES, shorten ID PAGES
 *    spawn PARENT                    a process without memory; PARENT 0 makes it a child of ours
 *    call PID NUMBER A B C D E F     a system call
 *    birth PID FLAGS                 clone: the child stops before its first instruction
 *    read|write PID ADDR PAGES       the first byte of each page
 *    poke PID ADDR PAGES             the same from outside, as a debugger writes
 *    exec PID ID STRINGS             executes a program, with so many strings of 2048 bytes
 *    exit|end PID STATUS             of a process, of one thread
 *    kill PID
 *    reap PID                        takes word of a child of ours
 *    limit PID RESOURCE SOFT, cpu PID CPU
 *    entries PID ADDR PAGES          what the page table says, run by run: see entries.c
 *
 * Answers are JSON: `{"result":-12}`, `{"done":3,"signal":11}`, or `{"error":"…"}` where this
 * program has lost its footing. It ends with its input, and takes every subject with it.
 */
#define _GNU_SOURCE
#include "live.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORDS 10
/* A subject that takes longer than that hangs. Seconds. */
#define PATIENCE 60
#define ADVISE_COLD 20
static cpu_set_t used_cpus;

static long number(const char *word) { return (long)strtoull(word, NULL, 0); }

/*
 * Pages wait in batches of each CPU, each with a reference of the batch, and 6.18 copies such a
 * page where it would take over another. Any task may empty the batches at any time, so they are
 * emptied before every call: MADV_COLD begins with that, and nothing in this mapping could become
 * cold.
 */
static void drain_batches(void) {
  static char *empty;
  if (empty == NULL) empty = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
    if (!CPU_ISSET(cpu, &used_cpus)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (CPU_COUNT(&used_cpus) > 1) sched_setaffinity(0, sizeof one, &one);
    madvise(empty, PAGE, ADVISE_COLD);
  }
}

static int do_stage(char **words) {
  if (make_stage((unsigned long)number(words[1]))) return -1;
  reply("{\"entries\":%s}", can_read_entries() ? "true" : "false");
  return 0;
}

static int done(int status) {
  if (status == 0) reply("{\"result\":0}");
  return status;
}

static int do_file(char **words) {
  return done(make_file((int)number(words[1]), words[2], number(words[3]), words[4]));
}
static int do_program(char **words) {
  return done(make_program((int)number(words[1]), number(words[2]), number(words[3]),
                           number(words[4]), (unsigned long)number(words[5]), words[6]));
}
static int do_exec(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  return subject == NULL ? -1 : exec_program(subject, (int)number(words[2]), number(words[3]));
}
static int do_grow(char **words) {
  return done(grow_file((int)number(words[1]), number(words[2])));
}
static int do_shorten(char **words) {
  return done(shorten_file((int)number(words[1]), number(words[2])));
}
static int do_descriptor(char **words) {
  reply("{\"result\":%d}", file_descriptor((int)number(words[1]), strcmp(words[2], "rw") == 0));
  return 0;
}

/* What is known of a child: a thread is of its parent's process. */
static int meet(struct subject *parent, long flags, long result, pid_t child) {
  if (result > 0) {
    pid_t tgid = flags & CLONE_THREAD ? parent->tgid : child;
    if (add_subject(child, tgid, parent->code) == NULL) return -1;
  }
  reply("{\"result\":%ld}", result);
  return 0;
}

static int give_birth(struct subject *parent, long flags) {
  long arguments[6] = {flags}, result;
  pid_t child = 0;
  if (call(parent, SYS_clone, arguments, &result, &child)) return -1;
  return meet(parent, flags, result, child);
}

static int do_spawn(char **words) {
  pid_t parent = (pid_t)number(words[1]);
  if (parent == 0) return give_birth(get_stage(), SIGCHLD | CLONE_PARENT);
  struct subject *subject = find_subject(parent);
  return subject == NULL ? -1 : give_birth(subject, SIGCHLD);
}

static int do_birth(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  return subject == NULL ? -1 : give_birth(subject, number(words[2]));
}

static int do_call(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  if (subject == NULL) return -1;
  long arguments[6], result;
  for (int i = 0; i < 6; i++)
    arguments[i] = number(words[3 + i]);
  if (call(subject, number(words[2]), arguments, &result, NULL)) return -1;
  reply("{\"result\":%ld}", result);
  return 0;
}

/* A signal ends it: the task gets past it, and goes on to live. */
static int do_touch(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  if (subject == NULL) return -1;
  unsigned long addr = (unsigned long)number(words[2]);
  struct user_regs_struct registers = fresh_registers();
  registers.rdi = addr;
  registers.rsi = PAGE;
  registers.rcx = (unsigned long)number(words[3]);
  registers.rax = 1;
  int status = run(subject, words[0][0] == 'r' ? AT_READ : AT_WRITE, &registers, NULL);
  if (status == -1) return -1;
  if (!WIFSTOPPED(status)) return fail("the task ended by touching memory: status %x", status);
  int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
  reply("{\"done\":%lu,\"signal\":%d}", (unsigned long)(registers.rdi - addr) / PAGE, signal);
  return 0;
}

static int do_poke(char **words) {
  pid_t pid = (pid_t)number(words[1]);
  long pages = number(words[3]), page = 0;
  for (; page < pages; page++)
    if (ptrace(PTRACE_POKEDATA, pid, number(words[2]) + page * (long)PAGE, 1L)) break;
  reply("{\"done\":%ld,\"signal\":0}", page);
  return 0;
}

static int do_exit(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  if (subject == NULL) return -1;
  return done(end_task(subject, strcmp(words[0], "exit") == 0, (int)number(words[2])));
}

static int do_kill(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  return subject == NULL ? -1 : done(kill_process(subject));
}

static int do_reap(char **words) {
  int status;
  reply("{\"result\":%d}", waitpid((pid_t)number(words[1]), &status, WNOHANG | __WALL));
  return 0;
}

static int do_limit(char **words) {
  struct rlimit limits;
  pid_t pid = (pid_t)number(words[1]);
  int resource = (int)number(words[2]);
  if (prlimit(pid, resource, NULL, &limits)) return fail("prlimit: %s", strerror(errno));
  limits.rlim_cur = (rlim_t)number(words[3]);
  if (limits.rlim_cur > limits.rlim_max) limits.rlim_cur = limits.rlim_max;
  if (prlimit(pid, resource, &limits, NULL)) return fail("prlimit: %s", strerror(errno));
  return done(0);
}

static int do_cpu(char **words) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((int)number(words[2]), &one);
  CPU_SET((int)number(words[2]), &used_cpus);
  if (sched_setaffinity((pid_t)number(words[1]), sizeof one, &one))
    return fail("%s", strerror(errno));
  return done(0);
}

static int do_entries(char **words) {
  struct subject *subject = find_subject((pid_t)number(words[1]));
  if (subject == NULL) return -1;
  return tell_entries(subject, (unsigned long)number(words[2]), number(words[3]));
}

static const struct command {
  const char *name;
  int words;
  int (*run)(char **words);
} COMMANDS[] = {
    {"stage", 2, do_stage},     {"file", 5, do_file},       {"grow", 3, do_grow},
    {"shorten", 3, do_shorten}, {"spawn", 2, do_spawn},     {"call", 9, do_call},
    {"birth", 3, do_birth},     {"read", 4, do_touch},      {"write", 4, do_touch},
    {"poke", 4, do_poke},       {"exit", 3, do_exit},       {"end", 3, do_exit},
    {"kill", 2, do_kill},       {"reap", 2, do_reap},       {"limit", 4, do_limit},
    {"cpu", 3, do_cpu},         {"entries", 4, do_entries}, {"descriptor", 3, do_descriptor},
    {"program", 7, do_program}, {"exec", 4, do_exec},
};

static int obey(char *line) {
  char *words[MOST_WORDS];
  int count = 0;
  for (char *word = strtok(line, " \n"); word && count < MOST_WORDS; word = strtok(NULL, " \n"))
    words[count++] = word;
  if (count == 0) return fail("an empty line");
  for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
    if (strcmp(COMMANDS[i].name, words[0])) continue;
    if (COMMANDS[i].words != count)
      return fail("%s takes %d words", words[0], COMMANDS[i].words - 1);
    drain_batches();
    return COMMANDS[i].run(words);
  }
  return fail("no command is called %s", words[0]);
}

/* All subjects run on the first CPU of the machine, as this program does, unless told otherwise. */
static int prepare(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  CPU_ZERO(&used_cpus);
  CPU_SET(0, &used_cpus);
  sched_setaffinity(0, sizeof used_cpus, &used_cpus);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, NULL);
  struct sigaction late = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &late, NULL);
  open_kernel_memory();
  return make_code_page();
}

int main(void) {
  static char line[4096];
  if (prepare()) return 1;
  while (fgets(line, sizeof line, stdin)) {
    begin_reply();
    forget_alarm();
    alarm(PATIENCE);
    obey(line);
    alarm(0);
    if (!has_replied()) fail("no answer");
  }
  kill_everyone();
  return 0;
}
