/* What the parts of this program share: main.c says what the program is for. */
#ifndef LIVE_H
#define LIVE_H
#include <stddef.h>
#include <sys/types.h>
#include <sys/user.h>

#define PAGE 4096UL
/* The one page that every subject has besides what the history gives it. */
#define CODE_PAGE 0x700000000000UL

/* reply.c: one line of JSON for each command. */
void reply(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Answers that the command could not be done, unless an answer was given; returns -1. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void begin_reply(void);
int has_replied(void);
/* Writes a part of a line that ends with reply(). */
void reply_part(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* code.c: the page of code. */
/* Its first bytes are left alone: a history may write to the first byte of any page. */
enum { AT_SYSCALL = 0x10, AT_READ = 0x20, AT_WRITE = 0x30, AT_ENTRY = 0x50 };
/* A text of no bytes; pointers to a string of STRING_BYTES, the last of them null; the string. */
enum { AT_NOTHING = 0x60, AT_POINTERS = 0x100, AT_STRING = 0x800, STRING_BYTES = 2048 };
#define MOST_STRINGS 200
/* What lies on a page of code at that address. */
void fill_code_page(char *page, unsigned long addr);
int make_code_page(void);

/* subject.c: a task under test, held in a ptrace stop. */
struct subject {
  pid_t pid;
  pid_t tgid;
  pid_t waits_for; /* the vfork child that it waits for inside the kernel, or 0 */
  int has_ended;
  unsigned long code; /* where its page of code lies */
};
struct subject *find_subject(pid_t pid);
struct subject *add_subject(pid_t pid, pid_t tgid, unsigned long code);
/* Calls `each` with every subject of a process. */
void each_of_process(pid_t tgid, void (*each)(struct subject *));
void wait_for_parent_of(pid_t child);
/* Waits until `pid` stops or ends. Returns the status of waitpid, or -1 after fail(). */
int wait_for(pid_t pid);
void on_alarm(int signal);
void forget_alarm(void);
/* Lets the subject run from that place of its page of code until it stops; registers go both ways.
 */
int run(struct subject *subject, int at, struct user_regs_struct *registers, pid_t *child);
/* Makes a system call in the subject. The answer goes to `result`; returns -1 after fail(). */
int call(struct subject *subject, long number, const long arguments[6], long *result, pid_t *child);
/* Lets it run without awaiting its stop. */
int let_go(struct subject *subject, int at, struct user_regs_struct *registers);
struct user_regs_struct fresh_registers(void);
void set_fresh_registers(const struct user_regs_struct *registers);
void kill_everyone(void);

/* stage.c: the process that all first processes are cloned from. */
int make_stage(unsigned long heap);
struct subject *get_stage(void);

/* exec.c: programs. */
#define PROGRAM_CODE 0x400000UL
int make_program(int id, long text, long data, long bss, unsigned long data_start,
                 const char *folder);
int exec_program(struct subject *subject, int id, long strings);

/* end.c: exit, kill and what is left to wait for. */
int process_ended(pid_t tgid);
int end_task(struct subject *subject, int is_group, int status);
int kill_process(struct subject *subject);

/* files.c: the files behind mappings. */
int make_file(int id, const char *kind, long pages, const char *folder);
int grow_file(int id, long pages);
int shorten_file(int id, long pages);
/* Of a file that may be written to, or not. */
int file_descriptor(int id, int is_writable);
/* An open file without a name, in a folder. */
int open_nameless(const char *folder, int mode);
/* Another descriptor of the same file, that may not be written to. */
int open_for_reading(int descriptor);
/* Takes the descriptor over, under a number that no other file has. */
int keep_file(int id, int descriptor);

/* entries.c: page table entries, where the kernel lets root read them. */
int open_kernel_memory(void);
int can_read_entries(void);
int tell_entries(struct subject *subject, unsigned long addr, long pages);

/* kernel-memory.c: a BPF program that copies kernel memory; btf.c: where fields lie. */
int make_peek(void);
int peek(unsigned long from, void *to, unsigned size);
unsigned long peek_word(unsigned long from);
unsigned long current_task(void);
int load_btf(void);
/* In bytes; -1 where there is no such field. */
long offset_of(const char *structure, const char *field);
void drop_btf(void);
#endif
