/**
 * Mutants that no test can kill, each with the reason: the model does the same with them.
 *
 * They are known by their line rather than its number, so that they move along with the source.
 */
import type { Change } from "./mutants.ts";

export interface Equivalent {
  /** `package/path` below its `src`. */
  readonly file: string;
  /** The line where the change begins, without indentation. */
  readonly line: string;
  readonly find: string;
  readonly replace: string;
  readonly why: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: "mm/call/brk.ts",
    line: "if (findVmaIntersection(mm, addr, addr + size) !== undefined) {",
    find: "findVmaIntersection(mm, addr, addr + size) !== undefined",
    replace: "true",
    why: "do_munmap of a range where nothing is mapped does nothing",
  },
  {
    file: "mm/area/flags.ts",
    line: "const unshared = vma.flags - VmFlag.SHARED;",
    find: "-",
    replace: "+",
    why: "a second SHARED carries into MAYREAD, which no protection depends on",
  },
  {
    file: "mm/space/exit-mmap.ts",
    line: "if (mm.lockedVm !== 0) yield* munlockVmas(env, mm.vmas);",
    find: "mm.lockedVm !== 0",
    replace: "true",
    why: "no area is locked then, and none is unlocked",
  },
  {
    file: "fork/exec/special-areas.ts",
    line: "let start = getUnmappedArea(mm, 0, pages * PAGE_SIZE, 0);",
    find: "0",
    replace: "1",
    why: "the last one: of the flags of a mapping only FIXED is asked for",
  },
  {
    file: "fork/exec/special-areas.ts",
    line: "yield* vmStatAccount(fe.mm, mm, flags, false, pages);",
    find: "false",
    replace: "true",
    why: "no release that has such areas counts files apart",
  },
  {
    file: "fork/rules/exec-stack.ts",
    line: "const PLATFORM_BYTES = 7;",
    find: "7",
    replace: "8",
    why: "behind an address of 16 bytes, 23 and 24 bytes are rounded to the same 32",
  },
  {
    file: "kernel/call.ts",
    line: "killed.delete(task);",
    find: "killed.delete(task);",
    replace: ";",
    why: "a task that is dead is looked at again, and left alone",
  },
  {
    file: "fork/exit/wait.ts",
    line: "for (const peak of [from.maxrss, from.cmaxrss]) if (to.cmaxrss < peak) to.cmaxrss = peak;",
    find: "<",
    replace: "<=",
    why: "a peak that is as high is stored again",
  },
  {
    file: "counters/parts.ts",
    line: "if (parts[cell] !== 0) addToWord(words, cell, parts[cell]);",
    find: "parts[cell] !== 0",
    replace: "true",
    why: "a word that 0 is added to stays as it is",
  },
  {
    file: "fork/clone/copy-process.ts",
    line: "if (pid < 0) return pid;",
    find: "<",
    replace: "<=",
    why: "no task is ever given the number 0",
  },
  {
    file: "fork/exec/load-program.ts",
    line: "if (bssAt < 0) return -Errno.ENOMEM;",
    find: "<",
    replace: "<=",
    why: "nothing is ever mapped at address 0",
  },
  {
    file: "fork/task/pid.ts",
    line: "export const createPidMap = (max: number): PidMap => ({ used: new Set(), last: 0, max });",
    find: "0",
    replace: "1",
    why: "the machine says at once which number its first task has",
  },
  {
    file: "kernel/snapshot.ts",
    line: "at++;",
    find: "at++;",
    replace: ";",
    why: "the map is written anew, with what it had",
  },
  {
    file: "mm/call/move-page-tables.ts",
    line: "if (yield* moveHugePage(env, mm, nextHuge, nextHuge + toNew, isWhole)) at += PMD_SIZE;",
    find: "at += PMD_SIZE;",
    replace: ";",
    why: "the place is empty then, and passed over by the search for tables",
  },
  {
    file: "mm/copy/ordinary.ts",
    line: "(high & PFN_TOO_HIGH) !== 0 ||",
    find: "!==",
    replace: "===",
    why: "entries are copied one by one, with the same result",
  },
  {
    file: "mm/fault/anonymous.ts",
    line: "const page = isQuick ? allocPageNow(env) : yield* allocAnonPage(env, vma);",
    find: "isQuick ? allocPageNow(env) : yield* allocAnonPage(env, vma)",
    replace: "(yield* allocAnonPage(env, vma))",
    why: "the slow way asks for the same page",
  },
  {
    file: "page-table/alloc-walk.ts",
    line: "if (row === NO_TABLE) row = yield* pmdAlloc(sync, tables, owner, pud);",
    find: "row === NO_TABLE",
    replace: "true",
    why: "pmd_alloc finds the table that is there",
  },
  {
    file: "page-table/pte-page.ts",
    line: "const isGranted = sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync, what);",
    find: "sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync, what)",
    replace: "(yield* allocSleeping(sync, what))",
    why: "where nobody else can run, nobody waits for memory",
  },
  {
    file: "page-table/walk.ts",
    line: "if (!(Number.isInteger(va) && va >= 0 && va < USER_END)) {",
    find: "!(Number.isInteger(va) && va >= 0 && va < USER_END)",
    replace: "true",
    why: "the check behind it asks the same, and more slowly",
  },
  {
    file: "page-table/tables.ts",
    line: "if (lockClass !== null) {",
    find: "lockClass !== null",
    replace: "true",
    why: "a lock is made that nobody takes",
  },
  {
    file: "page-table/free.ts",
    line: "if (level !== Level.PMD) {",
    find: "level !== Level.PMD",
    replace: "true",
    why: "the entries of a pte table are gone, so that nothing hangs below them",
  },
  {
    file: "mm/zap/run.ts",
    line: "endCell: 0,",
    find: "0",
    replace: "1",
    why: "a run is aimed at a table, with both ends, before anybody looks at its cells",
  },
  {
    file: "procfs/bytes.ts",
    line: "return byte < 0xf5 ? 4 : 0;",
    find: "<",
    replace: "<=",
    why: "the decoder refuses four bytes that begin with 0xf5, and the byte is escaped all the same",
  },
  {
    file: "procfs/lines.ts",
    line: "if (takeUsual(whole, 0) === NOT_TAKEN) take(whole, 0, whole.length - 1, line + 1);",
    find: "takeUsual(whole, 0) === NOT_TAKEN",
    replace: "true",
    why: "take reads a usual line as well, and more slowly",
  },
  {
    file: "procfs/text-cache.ts",
    line: "const place = (hash ^ (hash >>> 15)) & (PLACES - 1);",
    find: "15",
    replace: "16",
    why: "texts are kept at other places, and compared byte by byte at any",
  },
  {
    file: "swap/check.ts",
    line: 'if ((byte & SwapMap.CONTINUED) === 0 || slotState(byte) === "shmem") return NOTHING;',
    find: "||",
    replace: "&&",
    why: "a slot without further digits has none, and none of them is wrong",
  },
  {
    file: "fork/clone/dup-task.ts",
    line: "const UNBORN = 0;",
    find: "0",
    replace: "1",
    why: "a child has its number, and what is named after it, before anyone can find it",
  },
  {
    file: "fork/exec/arg-pages.ts",
    line: "if (count <= 0) return null;",
    find: "<=",
    replace: "<",
    why: "asked for one page, get_user_pages answers 1 or an errno",
  },
  {
    file: "mm/copy/one-pte.ts",
    line: "if (exclusiveFlag === 0 || !isSwpExclusive(low) || isPteMarker(low)) return low;",
    find: "||",
    replace: "&&",
    why: "the first: an entry without the mark stays as it is, and releases without it make none",
  },
  {
    file: "mm/copy/run.ts",
    line: "srcEnd: 0,",
    find: "0",
    replace: "1",
    why: "copy_pte_range says where the run ends before anything reads it",
  },
  {
    file: "mm/fault/follow-page.ts",
    line: "if (page >= 0) getPage(map, page);",
    find: "0",
    replace: "1",
    why: "frame 0 is reserved, and no entry that is followed maps it",
  },
  {
    file: "mm/fault/huge-wp.ts",
    line: "const IS_SHARED = -1;",
    find: "-",
    replace: "",
    why: "it stands beside 0 and WRITE alone, and 1 is neither",
  },
  {
    file: "predict/load/load-areas.ts",
    line: "const { AnonHugePages = 0, FilePmdMapped = 0, ShmemPmdMapped = 0 } = rows;",
    find: "0",
    replace: "1",
    why: "a kB is no huge page, and less than one is cut off",
  },
  {
    file: "predict/load/load.ts",
    line: "sizePages: vma.pgoff + (vma.end - vma.start) / PAGE_SIZE,",
    find: "/",
    replace: "*",
    why: "only a fault in a file asks for the file's size, and a prediction takes none",
  },
  {
    file: "predict/load/place-small.ts",
    line: "const isOurs = !isFile && (load.env.map.flags[frame] & PageFlag.ANON_EXCLUSIVE) !== 0;",
    find: "!",
    replace: "",
    why: "fork takes the right to write away, and a pin before it asks for it again",
  },
  {
    file: "predict/load/place-small.ts",
    line: 'level === "frames" && (stage.flagsLow[at] & Kpf.SWAPCACHE) !== 0;',
    find: "===",
    replace: "!==",
    why: "advice writes to a page first: it is reused or copied, and collapses either way",
  },
  {
    file: "predict/load/vm-flags.ts",
    line: 'if (perms[0] === "r") flags |= VmFlag.READ;',
    find: "0",
    replace: "1",
    why: "forks, pins and the writes of advice ask for WRITE; entries without READ count as others do",
  },
  {
    file: "predict/predict/tell.ts",
    line: 'if (side.rollup.Swap > 0) estimate("SwapPss", swapPssEstimate(load, side));',
    find: "0",
    replace: "1",
    why: "a page in swap is 4 kB",
  },
];

/** Why the change leaves the model as it is; undefined when it does not, as far as is known. */
export const reasonFor = (file: string, line: string, change: Change): string | undefined =>
  EQUIVALENT.find(
    (known) =>
      known.file === file &&
      known.line === line &&
      known.find === change.find &&
      known.replace === change.replace,
  )?.why;
