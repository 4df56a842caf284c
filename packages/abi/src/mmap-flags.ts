/**
 * Arguments of mmap(2), mprotect(2), madvise(2), mlock2(2), mlockall(2) and mremap(2) on x86-64.
 * @example
 * ```ts
 * import { Prot } from "@forkpath/abi";
 * console.log(Prot.READ | Prot.WRITE); // 3
 * ```
 */
export const Prot = {
  /** No access at all. */
  NONE: 0,
  /** Pages can be read. */
  READ: 1,
  /** Pages can be written, and on x86-64 read as well. */
  WRITE: 2,
  /** Pages can be run, and on x86-64 read as well. */
  EXEC: 4,
} as const;

/** Flags of mmap(2). */
export const MapFlag = {
  /** Writes reach the file, and every other mapping of it. */
  SHARED: 0x1,
  /** The first write to a page makes a copy of it. */
  PRIVATE: 0x2,
  /** At exactly this address; what was mapped there goes. */
  FIXED: 0x10,
  /** No file behind it: pages begin as zeros. */
  ANONYMOUS: 0x20,
  /** Below 2 GiB. */
  BIT32: 0x40,
  /** A fault just below the area extends it downwards. */
  GROWSDOWN: 0x100,
  /** Ignored when a program asks for it; the kernel sets it for a program's text. */
  DENYWRITE: 0x800,
  /** Ignored when a program asks for it; the kernel sets it for a program's text. */
  EXECUTABLE: 0x1000,
  /** Pages are faulted in and stay in memory. */
  LOCKED: 0x2000,
  /** Pages are not counted as committed, where the policy allows it. */
  NORESERVE: 0x4000,
  /** Pages are faulted in at once. */
  POPULATE: 0x8000,
  /** With POPULATE: el6 faults nothing in. */
  NONBLOCK: 0x10000,
  /** For a thread's stack; it changes nothing. */
  STACK: 0x20000,
  /** Of huge pages from the pool; beyond the model. */
  HUGETLB: 0x40000,
  /** At exactly this address, or not at all when something is mapped there. */
  FIXED_NOREPLACE: 0x100000,
} as const;

/** Advice of madvise(2). */
export const Madvise = {
  /** Read around a fault as usual; takes RANDOM and SEQUENTIAL back. */
  NORMAL: 0,
  /** Reading around a fault is of no use. */
  RANDOM: 1,
  /** Read far ahead; pages behind are of no more use. */
  SEQUENTIAL: 2,
  /** Read these pages in now. */
  WILLNEED: 3,
  /** Drop these pages now; a private page comes back as zeros. */
  DONTNEED: 4,
  /** These private pages may be dropped when memory is short, from v4.5 on. */
  FREE: 8,
  /** Punch a hole into the file behind a shared mapping. */
  REMOVE: 9,
  /** A child does not get this area. */
  DONTFORK: 10,
  /** Takes DONTFORK back. */
  DOFORK: 11,
  /** KSM may merge pages of equal content. */
  MERGEABLE: 12,
  /** Takes MERGEABLE back, and unmerges. */
  UNMERGEABLE: 13,
  /** Huge pages are wanted here. */
  HUGEPAGE: 14,
  /** Huge pages are unwanted here. */
  NOHUGEPAGE: 15,
  /** A core dump leaves this area out. */
  DONTDUMP: 16,
  /** Takes DONTDUMP back. */
  DODUMP: 17,
  /** A child finds this area empty. */
  WIPEONFORK: 18,
  /** Takes WIPEONFORK back. */
  KEEPONFORK: 19,
  /** Reclaim may take these pages first. */
  COLD: 20,
  /** Reclaim takes these pages now. */
  PAGEOUT: 21,
  /** Fault these pages in, as reads would. */
  POPULATE_READ: 22,
  /** Fault these pages in, as writes would. */
  POPULATE_WRITE: 23,
  /** DONTNEED that locked areas accept as well. */
  DONTNEED_LOCKED: 24,
  /** Make huge pages of these pages now. */
  COLLAPSE: 25,
  /** An access to these pages is a SIGSEGV from now on. */
  GUARD_INSTALL: 102,
  /** Takes GUARD_INSTALL back. */
  GUARD_REMOVE: 103,
} as const;

/** Flags of mremap(2). */
export const Mremap = {
  /** The area may move when it cannot grow where it is. */
  MAYMOVE: 1,
  /** To exactly this address; needs MAYMOVE. */
  FIXED: 2,
  /** The old area stays, empty; needs MAYMOVE. */
  DONTUNMAP: 4,
} as const;
/** Flag of mlock2(2): pages are locked when they come. */
export const Mlock = {
  /** Pages are locked as each comes; none is faulted in now. */
  ONFAULT: 1,
} as const;
/** Flags of mlockall(2). */
export const Mcl = {
  /** Locks every area that there is. */
  CURRENT: 1,
  /** Locks every area that will come. */
  FUTURE: 2,
} as const;
