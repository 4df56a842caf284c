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
