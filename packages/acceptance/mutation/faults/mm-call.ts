/** Faults in system calls on areas: SPEC §5.11 to §5.13, §8.6. */
import { type Fault, faultsIn } from "../fault.ts";

export const MM_CALL_FAULTS: readonly Fault[] = faultsIn("mm", [
  {
    name: "address-space-limit-one-short",
    file: "machine/limits.ts",
    find: "mm.usage.totalVm + pages <= Math.floor(limits.addressSpace / PAGE_SIZE)",
    replace: "mm.usage.totalVm + pages < Math.floor(limits.addressSpace / PAGE_SIZE)",
    why: "RLIMIT_AS may be filled (§5.13)",
  },
  {
    name: "memlock-limit-one-short",
    file: "machine/limits.ts",
    find: "locked <= Math.floor(limits.memlock / PAGE_SIZE)",
    replace: "locked < Math.floor(limits.memlock / PAGE_SIZE)",
    why: "RLIMIT_MEMLOCK may be filled (§5.13)",
  },
  {
    name: "munlock-counts-up",
    file: "call/mlock.ts",
    find: "mm.lockedVm += isLock ? pages : -pages;",
    replace: "mm.lockedVm += pages;",
    why: "locked_vm falls when an area is unlocked (§5.11)",
  },
  {
    name: "munmap-hides-the-hole",
    file: "call/munmap.ts",
    find: "  unmapArea(mm, findVma(mm, end)?.start);",
    replace: "",
    why: "free_area_cache rises to what became free (§8.6/4)",
  },
  {
    name: "dontneed-drops-locked-pages",
    file: "call/madvise.ts",
    find: "  if (vma.flags & NEVER_DROPPED) return -Errno.EINVAL;",
    replace: "",
    why: "MADV_DONTNEED refuses a locked area (§5.11)",
  },
  {
    name: "madvise-overlooks-holes",
    file: "call/madvise.ts",
    find: "    if (vma.start > at) holes = -Errno.ENOMEM;",
    replace: "",
    why: "a hole is ENOMEM after the rest was done (§1.4 row 1)",
  },
  {
    name: "mremap-onto-itself",
    file: "call/mremap.ts",
    find: "  if (!isApart) return -Errno.EINVAL;",
    replace: "",
    why: "old and new range may not overlap (§2.14)",
  },
  {
    name: "mremap-out-of-the-middle-uncharged",
    file: "call/move-vma.ts",
    find: "  if (upper !== undefined) chargeAgain(upper);",
    replace: "",
    why: "both parts that are left stay charged (§5.12)",
  },
  {
    name: "heap-without-gap",
    file: "call/brk.ts",
    find: "findVmaIntersection(mm, oldEnd, newEnd + PAGE_SIZE)",
    replace: "findVmaIntersection(mm, oldEnd, newEnd)",
    why: "brk keeps a page free above the heap (§5.10/4)",
  },
  {
    name: "heap-keeps-a-refused-charge",
    file: "call/brk.ts",
    find: "    vmUnacctMemory(env, pages);",
    replace: "",
    why: "what fails is un-charged (§5.12/4)",
  },
]);
