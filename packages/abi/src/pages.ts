/**
 * Page and table sizes of x86-64 with four levels (SPEC §2.1).
 *
 * Every size is a plain number of bytes and a power of two, so addresses are taken apart with
 * division and remainder: a 32-bit operator would drop the high bits of an address.
 */
import { type VirtAddr, virtAddr } from "./units.ts";

/** Bits of an address that lie within a page. */
export const PAGE_SHIFT = 12;
/**
 * Bytes of a page.
 * @example
 * ```ts
 * import { PAGE_SIZE } from "@forkpath/abi";
 * console.log(PAGE_SIZE, 2 * 1024 * 1024 / PAGE_SIZE); // 4096 512
 * ```
 */
export const PAGE_SIZE = 4096;
/** What /proc, in kB, says of one page. */
export const KB_PER_PAGE = 4;
/** Entries of a table, at every level. */
export const PTRS_PER_TABLE = 512;
/** Bytes that one entry of a pmd table maps: what one pte table spans. */
export const PMD_SIZE: number = 2 ** 21;
/** Bytes that one entry of a pud table maps: what one pmd table spans. */
export const PUD_SIZE: number = 2 ** 30;
/** Bytes that one entry of the pgd maps: what one pud table spans. */
export const PGDIR_SIZE: number = 2 ** 39;
/** Where the lower half of the address space ends. Its last page is no task's: see TASK_SIZE. */
export const USER_END: VirtAddr = virtAddr(2 ** 47);
/** First address that user space may not use. @kernel TASK_SIZE_MAX */
export const TASK_SIZE: VirtAddr = virtAddr(USER_END - PAGE_SIZE);
/** Lowest address that a mapping may have by default. @kernel mmap_min_addr in mm/mmap.c */
export const MMAP_MIN_ADDR: VirtAddr = virtAddr(65_536);
/** @kernel STACK_TOP_MAX */
export const STACK_TOP_MAX: VirtAddr = TASK_SIZE;
/** Physical addresses have this many bits, so a frame number has 34. */
export const PHYSICAL_MASK_SHIFT = 46;

/**
 * Rounds down to a page boundary.
 * @kernel PAGE_MASK in arch/x86/include/asm/page_types.h
 * @example
 * ```ts
 * import { hex, pageAlignDown } from "@forkpath/abi";
 * console.log(hex(pageAlignDown(0x7fff_ffff_efff))); // 0x7fffffffe000
 * ```
 */
export const pageAlignDown = (bytes: number): VirtAddr =>
  virtAddr(Math.trunc(bytes / PAGE_SIZE) * PAGE_SIZE);

/**
 * Whether a range may begin or end there. A division by a power of two is exact, and quicker than
 * the remainder of a double.
 * @kernel the test of start & ~PAGE_MASK in mm/mmap.c
 */
export const isPageAligned = (bytes: number): boolean => Number.isInteger(bytes / PAGE_SIZE);

/**
 * Rounds up to a page boundary.
 * @kernel PAGE_ALIGN in include/linux/mm.h
 */
export const pageAlignUp = (bytes: number): VirtAddr => pageAlignDown(bytes + PAGE_SIZE - 1);

/**
 * Pages of a half-open, page-aligned range of bytes.
 * @kernel the shift by PAGE_SHIFT of vma_pages in include/linux/mm.h
 */
export const pagesBetween = (start: number, end: number): number => (end - start) / PAGE_SIZE;
