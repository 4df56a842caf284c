/*
 * The page of code. A subject has no stack and no library: all that it ever executes are these few
 * instructions, so it touches no memory but the pages under test, and takes no other fault.
 */
#include "live.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* syscall; int3 */
static const unsigned char SYSCALL[] = {0x0f, 0x05, 0xcc};
/* again: mov al,[rdi]; add rdi,rsi; dec rcx; jnz again; int3 */
static const unsigned char READ[] = {0x8a, 0x07, 0x48, 0x01, 0xf7, 0x48,
                                     0xff, 0xc9, 0x75, 0xf6, 0xcc};
/* again: mov [rdi],al; add rdi,rsi; dec rcx; jnz again; int3 */
static const unsigned char WRITE[] = {0x88, 0x07, 0x48, 0x01, 0xf7, 0x48,
                                      0xff, 0xc9, 0x75, 0xf6, 0xcc};
static const unsigned char INT3 = 0xcc;

void fill_code_page(char *page, unsigned long addr) {
  memset(page, INT3, PAGE);
  memcpy(page + AT_SYSCALL, SYSCALL, sizeof SYSCALL);
  memcpy(page + AT_READ, READ, sizeof READ);
  memcpy(page + AT_WRITE, WRITE, sizeof WRITE);
  page[AT_NOTHING] = 0;
  unsigned long *pointers = (unsigned long *)(page + AT_POINTERS);
  for (int i = 0; i < MOST_STRINGS; i++)
    pointers[i] = addr + AT_STRING;
  pointers[MOST_STRINGS] = 0;
  memset(page + AT_STRING, 'a', STRING_BYTES - 1);
  page[AT_STRING + STRING_BYTES - 1] = 0;
}

/*
 * Children of this process inherit the page. Our own mapping of it is locked, so that its frame
 * stays; theirs is not, so their VmLck begins at 0.
 */
int make_code_page(void) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  char *page = mmap((void *)CODE_PAGE, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (page != (char *)CODE_PAGE) return fail("no page of code: %s", strerror(errno));
  fill_code_page(page, CODE_PAGE);
  if (mprotect(page, PAGE, PROT_READ | PROT_EXEC)) return fail("mprotect: %s", strerror(errno));
  mlock(page, PAGE); /* where that is not allowed, the page is only likely to stay */
  return 0;
}
