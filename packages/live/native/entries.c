/*
 * What page tables say: /proc shows of an entry neither whether it is writable nor whether it is
 * dirty. task -> mm -> pgd -> … -> pte, read from kernel memory; four-level tables only.
 */
#include "live.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PRESENT 0x1UL
#define WRITABLE 0x2UL
#define YOUNG 0x20UL
#define DIRTY 0x40UL
#define HUGE 0x80UL
#define PROTNONE 0x100UL
#define SAVED_DIRTY (1UL << 58)
#define FRAME 0x000ffffffffff000UL
#define GIB (1UL << 30)
#define ENTRIES 512

static struct { long mm, ptraced, ptrace_entry, pid, pgd; } at;
static unsigned long self, linear_map;
static int is_open;

int can_read_entries(void) { return is_open; }

static unsigned long table_of(unsigned long entry) { return linear_map + (entry & FRAME); }

/* The entry that leads to the table of `addr` on that level, or that maps a huge page there; or 0.
 */
static unsigned long find_pmd(unsigned long pgd, unsigned long addr) {
  unsigned long entry = peek_word(pgd + (addr >> 39) % ENTRIES * 8);
  if (!(entry & PRESENT)) return 0;
  entry = peek_word(table_of(entry) + (addr >> 30) % ENTRIES * 8);
  if (!(entry & PRESENT)) return 0;
  return peek_word(table_of(entry) + (addr >> 21) % ENTRIES * 8);
}

static unsigned long frame_of(const void *page) {
  unsigned long word = 0;
  int file = open("/proc/self/pagemap", O_RDONLY);
  if (pread(file, &word, 8, (off_t)((unsigned long)page / PAGE * 8)) != 8) word = 0;
  close(file);
  return word << 9 >> 9; /* without its flags */
}

/* The linear map begins where a walk to a page of ours finds the frame that pagemap names. */
static int find_linear_map(unsigned long pgd) {
  static volatile char page[2 * PAGE];
  volatile char *probe = page + PAGE;
  *probe = 1;
  unsigned long addr = (unsigned long)probe, frame = frame_of((const void *)addr);
  linear_map = pgd & ~(GIB - 1);
  for (int tries = 0; frame != 0 && tries < 4096; tries++, linear_map -= GIB) {
    unsigned long pmd = find_pmd(pgd, addr);
    if (!(pmd & PRESENT) || pmd & HUGE) continue;
    unsigned long entry = peek_word(table_of(pmd) + (addr >> 12) % ENTRIES * 8);
    if (entry & PRESENT && (entry & FRAME) / PAGE == frame) return 0;
  }
  return -1;
}

/* Nothing is lost where it does not work: then no entries can be told. */
int open_kernel_memory(void) {
  if (make_peek() || load_btf()) return -1;
  at.mm = offset_of("task_struct", "mm");
  at.ptraced = offset_of("task_struct", "ptraced");
  at.ptrace_entry = offset_of("task_struct", "ptrace_entry");
  at.pid = offset_of("task_struct", "pid");
  at.pgd = offset_of("mm_struct", "pgd");
  drop_btf();
  if (at.mm < 0 || at.ptraced < 0 || at.ptrace_entry < 0 || at.pid < 0 || at.pgd < 0) return -1;
  self = current_task();
  unsigned long pgd = peek_word(peek_word(self + at.mm) + at.pgd);
  is_open = self != 0 && pgd != 0 && find_linear_map(pgd) == 0;
  return is_open ? 0 : -1;
}

/* All subjects are on our list of those whom we trace. */
static unsigned long task_of(pid_t pid) {
  unsigned long head = self + at.ptraced;
  for (unsigned long link = peek_word(head); link != 0 && link != head; link = peek_word(link)) {
    unsigned long task = link - at.ptrace_entry;
    if ((pid_t)(int)peek_word(task + at.pid) == pid) return task;
  }
  return 0;
}

/* One character: `-` for none, else a digit of what is set: 1 writable, 2 dirty, 4 young, 8 huge.
 */
static char sign_of(unsigned long entry, int is_huge) {
  if (!(entry & (PRESENT | PROTNONE))) return '-';
  int bits = (entry & WRITABLE ? 1 : 0) | (entry & (DIRTY | SAVED_DIRTY) ? 2 : 0) |
             (entry & YOUNG ? 4 : 0) | (is_huge ? 8 : 0);
  return "0123456789abcdef"[bits];
}

static struct {
  char sign;
  long length;
} run_of;

static void finish_run(void) {
  if (run_of.length > 0) reply_part("%c%ld", run_of.sign, run_of.length);
  run_of.length = 0;
}

static void add_sign(char sign) {
  if (sign != run_of.sign) finish_run();
  run_of.sign = sign;
  run_of.length++;
}

/* `73-2` is not ambiguous: signs and lengths alternate, with a blank between the runs. */
int tell_entries(struct subject *subject, unsigned long addr, long pages) {
  if (!is_open) return fail("entries cannot be read");
  unsigned long task = task_of(subject->pid);
  unsigned long mm = task == 0 ? 0 : peek_word(task + at.mm);
  unsigned long pgd = mm == 0 ? 0 : peek_word(mm + at.pgd);
  if (pgd == 0) return fail("task %d has no memory", subject->pid);
  static unsigned long table[ENTRIES];
  reply_part("{\"entries\":\"");
  unsigned long pmd = 0;
  int has_table = 0;
  for (long page = 0; page < pages; page++, addr += PAGE) {
    if (page == 0 || (addr >> 12) % ENTRIES == 0) {
      pmd = find_pmd(pgd, addr);
      has_table = (pmd & PRESENT) && !(pmd & HUGE) && peek(table_of(pmd), table, PAGE) == 0;
    }
    int is_huge = (pmd & HUGE) != 0;
    char sign = is_huge     ? sign_of(pmd, 1)
                : has_table ? sign_of(table[(addr >> 12) % ENTRIES], 0)
                            : '-';
    if (sign != run_of.sign && run_of.length > 0) {
      finish_run();
      reply_part(" ");
    }
    add_sign(sign);
  }
  finish_run();
  reply("\"}");
  return 0;
}
