/*
 * Programs: an ELF file of a header page, text, data and bss, whose text begins with a page of code
 * like that of every subject. execve takes it by its descriptor, so no path has to lie in memory.
 */
#define _GNU_SOURCE
#include "live.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static Elf64_Phdr segment(unsigned flags, long first, unsigned long addr, long file, long memory) {
  return (Elf64_Phdr){.p_type = PT_LOAD,
                      .p_flags = flags,
                      .p_offset = first * PAGE,
                      .p_vaddr = addr,
                      .p_paddr = addr,
                      .p_filesz = file * PAGE,
                      .p_memsz = memory * PAGE,
                      .p_align = PAGE};
}

static void fill_header(char *page, long text, long data, long bss, unsigned long data_start) {
  memset(page, 0, PAGE);
  Elf64_Ehdr *header = (void *)page;
  memcpy(header->e_ident, "\177ELF\2\1\1", 7); /* 64 bits, little-endian, version 1 */
  header->e_type = ET_EXEC;
  header->e_machine = EM_X86_64;
  header->e_version = 1;
  header->e_entry = PROGRAM_CODE + AT_ENTRY;
  header->e_phoff = header->e_ehsize = sizeof *header;
  header->e_phentsize = sizeof(Elf64_Phdr);
  Elf64_Phdr *segments = (void *)(header + 1);
  int count = 0;
  segments[count++] = segment(PF_R | PF_X, 1, PROGRAM_CODE, text, text);
  segments[count++] = segment(PF_R | PF_W, 1 + text, data_start, data, data + bss);
  segments[count++] = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16};
  header->e_phnum = (Elf64_Half)count;
}

static int write_page(int descriptor, const char *page, long index) {
  if (pwrite(descriptor, page, PAGE, index * (off_t)PAGE) == (ssize_t)PAGE) return 0;
  return fail("writing a program: %s", strerror(errno));
}

static int fill_program(int descriptor, long text, long data, long bss, unsigned long data_start) {
  char page[PAGE];
  fill_header(page, text, data, bss, data_start);
  if (write_page(descriptor, page, 0)) return -1;
  fill_code_page(page, PROGRAM_CODE);
  if (write_page(descriptor, page, 1)) return -1;
  memset(page, 7, sizeof page);
  for (long index = 2; index < 1 + text + data; index++)
    if (write_page(descriptor, page, index)) return -1;
  return 0;
}

/* Nobody may have it open for writing when it is executed, so it is opened again. */
static int finish_program(int descriptor) {
  fsync(descriptor);
  fchmod(descriptor, 0777); /* see make_file in files.c */
  int reader = open_for_reading(descriptor);
  close(descriptor);
  return reader;
}

int make_program(int id, long text, long data, long bss, unsigned long data_start,
                 const char *folder) {
  int descriptor = open_nameless(folder, 0777);
  if (descriptor < 0) return fail("a file in %s: %s", folder, strerror(errno));
  if (fill_program(descriptor, text, data, bss, data_start)) return -1;
  return keep_file(id, finish_program(descriptor));
}

/* A first thread that waited in a vfork has died there: the pid is another's now. */
static void end_other(struct subject *subject) {
  subject->waits_for = 0;
  if (subject->pid != subject->tgid) subject->has_ended = 1;
}

/* The process goes on under its first thread's pid, in the program, up to the int3 that it begins
 * with. */
static int enter_program(pid_t tgid) {
  each_of_process(tgid, end_other);
  struct subject *leader = find_subject(tgid);
  if (leader == NULL) return -1;
  leader->has_ended = 0;
  leader->code = PROGRAM_CODE;
  if (ptrace(PTRACE_CONT, tgid, 0, 0)) return fail("cont: %s", strerror(errno));
  int status = wait_for(tgid);
  if (status == -1) return -1;
  if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
    return fail("the program: status %x", status);
  wait_for_parent_of(tgid);
  reply("{\"result\":0}");
  return 0;
}

static int call_failed(pid_t pid) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid, 0, &registers)) return fail("getregs: %s", strerror(errno));
  reply("{\"result\":%ld}", (long)registers.rax);
  return 0;
}

/* The old memory had gone, and the new one could not be had. */
static int is_killed(pid_t tgid) {
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_PID, tgid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL)) return 0;
  /* Stops of whom we trace are told as well. */
  return info.si_pid == tgid && info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED;
}

static int killed(pid_t tgid) {
  each_of_process(tgid, end_other); /* the caller has its process's pid by then */
  if (process_ended(tgid)) return -1;
  reply("{\"result\":0,\"signal\":11}");
  return 0;
}

/* A thread that exec has ended holds it up until its tracer has taken word of it. */
static pid_t caller;
static void take_thread(struct subject *subject) {
  int status;
  if (subject->pid == subject->tgid || subject->pid == caller ||
      waitpid(subject->pid, &status, __WALL | WNOHANG) <= 0)
    return;
  if (!WIFSTOPPED(status)) subject->has_ended = 1;
}

/* The stop of a task, once: an event above, a signal below; 0 for none. */
static int take_stop(pid_t pid) {
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_PID, pid, &info, WSTOPPED | WNOHANG | __WALL)) return 0;
  return info.si_pid == pid ? info.si_status : 0;
}

/* What it ends in: the stop of a new program, the int3 behind the call, or death. */
static int await_exec(pid_t pid, pid_t tgid) {
  struct timespec moment = {0, 50000};
  caller = pid;
  for (int tries = 0; tries < 200000; tries++) {
    if (is_killed(tgid)) return killed(tgid);
    pid_t who = tgid;
    int stop = take_stop(who);
    if (stop == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) return enter_program(tgid);
    if (stop == 0 && pid != tgid) stop = take_stop(who = pid);
    if (stop == SIGTRAP) return call_failed(pid);
    if (stop != 0) ptrace(PTRACE_CONT, who, 0, stop); /* the signal that kills it */
    each_of_process(tgid, take_thread);
    nanosleep(&moment, NULL);
  }
  return fail("exec of %d does not end", pid);
}

int exec_program(struct subject *subject, int id, long strings) {
  if (strings > MOST_STRINGS) return fail("more than %d strings", MOST_STRINGS);
  long arguments[6] = {ADDR_NO_RANDOMIZE}, result;
  if (call(subject, SYS_personality, arguments, &result, NULL)) return -1;
  unsigned long end = subject->code + AT_POINTERS + MOST_STRINGS * sizeof(char *);
  struct user_regs_struct registers = fresh_registers();
  registers.rax = SYS_execveat;
  registers.rdi = (unsigned)file_descriptor(id, 1);
  registers.rsi = subject->code + AT_NOTHING;
  registers.rdx = end - (unsigned long)strings * sizeof(char *);
  registers.r10 = end;
  registers.r8 = AT_EMPTY_PATH;
  if (let_go(subject, AT_SYSCALL, &registers)) return -1;
  return await_exec(subject->pid, subject->tgid);
}
