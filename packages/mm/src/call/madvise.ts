/**
 * madvise: hints that change an area's flags, and DONTNEED, which throws its pages away.
 *
 *    NORMAL, RANDOM, SEQUENTIAL    RAND_READ and SEQ_READ: zap asks whether use counts (SPEC §8.4)
 *    DONTFORK, DOFORK              DONTCOPY: fork leaves the area out (SPEC §5.7/1)
 *    DONTDUMP, DODUMP              NODUMP: a core file leaves it out; nothing of fork asks
 *    HUGEPAGE, NOHUGEPAGE          whether faults here make huge pages (SPEC §2.13)
 *    MERGEABLE, UNMERGEABLE        for KSM: the flag is all there is of it
 *    WIPEONFORK, KEEPONFORK        WIPEONFORK: a child finds the area empty
 *    DONTNEED, DONTNEED_LOCKED     entries and swap slots go; the area stays
 *    FREE, COLD, PAGEOUT, …        in files of their own
 *
 * Which of them a kernel knows, says rules/advices.ts.
 */
import {
  Errno,
  expectInteger,
  hasVmFlag,
  Madvise,
  PAGE_SIZE,
  pageAlignUp,
  VmFlag,
  virtAddr,
  withoutVmFlag,
  withVmFlag,
} from "@forkpath/abi";
import { type KernelThread, reading, writing } from "@forkpath/sync";
import { VM_SHAREABLE, VM_SPECIAL, withGuardsOf } from "../area/flags.ts";
import { findVma } from "../area/list.ts";
import { mergeOrIsolate } from "../area/split.ts";
import { expectRange } from "../machine/expect-range.ts";
import { NO_LIMITS } from "../machine/limits.ts";
import { stopToMark } from "../machine/memory-stop.ts";
import { refuseHole } from "../machine/refuse.ts";
import { munlockMeanwhile } from "../reclaim/mlock-page.ts";
import { madviseCollapse } from "../sweep/madvise-collapse.ts";
import type { MmEnv, MmLimits, MmRules, MmStruct, Vma } from "../types.ts";
import type { ZapDetails } from "../zap/run.ts";
import { zapPageRange } from "../zap/unmap-vmas.ts";
import { madviseFree } from "./madvise-free.ts";
import { madviseGuardInstall, madviseGuardRemove } from "./madvise-guard.ts";
import { madvisePageout } from "./madvise-pageout.ts";
import { madvisePopulate } from "./madvise-populate.ts";
import { madviseRemove } from "./madvise-remove.ts";
import { madviseWillneed } from "./madvise-willneed.ts";

/** Areas whose pages KSM may not merge. The word's 33 bits: HUGEPAGE is none of them. */
const NEVER_MERGEABLE: number =
  VM_SPECIAL | VM_SHAREABLE | VmFlag.INSERTPAGE | VmFlag.NONLINEAR | VmFlag.MIXEDMAP | VmFlag.SAO;
/** Areas whose pages DONTNEED may not drop. */
const NEVER_DROPPED: number = VmFlag.HUGETLB | VmFlag.PFNMAP;

/** Advice that only reads the areas: mmap_sem is held for reading. */
const READERS: ReadonlySet<number> = new Set([
  ...[Madvise.WILLNEED, Madvise.DONTNEED, Madvise.DONTNEED_LOCKED, Madvise.REMOVE, Madvise.FREE],
  ...[Madvise.COLD, Madvise.PAGEOUT, Madvise.POPULATE_READ, Madvise.POPULATE_WRITE],
  ...[Madvise.GUARD_INSTALL, Madvise.GUARD_REMOVE],
]);
/** Areas that may be emptied for a child: private memory without a file. */
const NEVER_WIPED: number = VmFlag.SHARED | VmFlag.MAYSHARE;

/**
 * @param start first byte
 * @param len bytes; it is rounded up to pages
 * @returns 0; -EINVAL; -ENOMEM after the rest was done, if part of the range is not mapped;
 *   -EAGAIN when an area cannot be split; -EBADF for WILLNEED without a file
 * @throws RangeError or TypeError unless all are non-negative integers
 * @kernel sys_madvise in mm/madvise.c
 * @deviates WILLNEED reads nothing of a disk ahead.
 */
export function* sysMadvise(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
  advice: number,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectRange("sysMadvise", start, len);
  expectInteger("sysMadvise", "advice", advice, 0, 2 ** 31 - 1);
  if (!env.rules.advices.has(advice) || start % PAGE_SIZE !== 0) return -Errno.EINVAL;
  if (len === 0) return 0;
  const end = start + pageAlignUp(len);
  const hold = READERS.has(advice) ? reading : writing;
  const advise =
    advice === Madvise.POPULATE_READ || advice === Madvise.POPULATE_WRITE
      ? madvisePopulate(env, mm, start, end, advice === Madvise.POPULATE_WRITE, limits)
      : adviseAreas(env, mm, start, end, advice);
  return yield* hold(env.sync, mm.mmapSem, "sys_madvise", advise);
}

function* adviseAreas(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  end: number,
  advice: number,
): KernelThread<number> {
  let holes = 0;
  for (let at = start; at < end; ) {
    const vma = findVma(mm, at);
    if (vma === undefined || vma.start >= end) return refuseHole(env, at);
    if (vma.start > at) holes = refuseHole(env, at);
    const next = Math.min(vma.end, end);
    const status = yield* adviseArea(env, vma, Math.max(at, vma.start), next, advice);
    if (status !== 0) return status;
    at = next;
  }
  return holes;
}

/** One advice for a part of one area. @returns 0 or a negative errno */
type AdviseArea = (
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  advice: number,
) => KernelThread<number>;

/** @kernel madvise_vma in mm/madvise.c */
const adviseArea: AdviseArea = function* (env, vma, start, end, advice) {
  switch (advice) {
    case Madvise.DONTNEED:
    case Madvise.DONTNEED_LOCKED:
      return yield* madviseDontneed(env, vma, start, end, advice);
    case Madvise.FREE:
      return yield* madviseFree(env, vma, start, end);
    case Madvise.COLD:
    case Madvise.PAGEOUT:
      return yield* madvisePageout(env, vma, start, end, advice === Madvise.PAGEOUT);
    case Madvise.GUARD_INSTALL:
      return yield* madviseGuardInstall(env, vma, start, end);
    case Madvise.GUARD_REMOVE:
      return yield* madviseGuardRemove(env, vma, start, end);
    case Madvise.COLLAPSE:
      return yield* madviseCollapse(env, vma, start, end);
    case Madvise.WILLNEED:
      return yield* madviseWillneed(env, vma, start, end);
    case Madvise.REMOVE:
      return yield* madviseRemove(env, vma, start, end);
    default:
      return yield* madviseBehavior(env, vma, start, end, advice);
  }
};

/** @kernel madvise_dontneed in mm/madvise.c */
const madviseDontneed: AdviseArea = function* (env, vma, start, end, advice) {
  const never = advice === Madvise.DONTNEED_LOCKED ? NEVER_DROPPED : NEVER_DROPPED | VmFlag.LOCKED;
  if (vma.flags & never) return -Errno.EINVAL;
  if (vma.flags & VmFlag.LOCKED) yield* munlockMeanwhile(env, vma, start, end);
  const details = vma.flags & VmFlag.NONLINEAR ? allPagesOf(vma) : WITH_TABLES;
  yield* zapPageRange(env, vma, virtAddr(start), virtAddr(end), details);
  return 0;
};

/** Every page of the file that a nonlinear area may show; entries that name one stay. */
const allPagesOf = (vma: Vma): ZapDetails => ({ ...GUARDS_STAY, nonlinearVma: vma });

const GUARDS_STAY: ZapDetails = {
  checkMapping: null,
  nonlinearVma: null,
  firstIndex: 0,
  lastIndex: Number.POSITIVE_INFINITY,
  keepsGuards: true,
};
const WITH_TABLES: ZapDetails = { ...GUARDS_STAY, reclaimPt: true };

/** @kernel madvise_behavior in mm/madvise.c */
const madviseBehavior: AdviseArea = function* (env, vma, start, end, advice) {
  const isWiped = advice === Madvise.WIPEONFORK;
  if (isWiped && (vma.file !== null || vma.flags & NEVER_WIPED)) return -Errno.EINVAL;
  const flags = advisedFlags(env.rules, vma.flags, advice);
  if (flags < 0) return flags;
  if (flags === vma.flags) return 0;
  const area = yield* mergeOrIsolate(env, vma, start, end, flags);
  if (area === null) return -Errno.EAGAIN;
  yield* stopToMark(env, vma.mm);
  area.flags = withGuardsOf(flags, area.flags);
  return 0;
};

/** The area's flags as the advice wants them, or -EINVAL where it may not be given. */
function advisedFlags({ huge, noHugeAdvice }: MmRules, flags: number, advice: number): number {
  const mayRepeat = huge.repeatsAdvice;
  const set = (flag: number, cleared: number): number =>
    withVmFlag(withoutVmFlag(flags, cleared), flag);
  switch (advice) {
    case Madvise.NORMAL:
      return withoutVmFlag(withoutVmFlag(flags, VmFlag.RAND_READ), VmFlag.SEQ_READ);
    case Madvise.SEQUENTIAL:
      return set(VmFlag.SEQ_READ, VmFlag.RAND_READ);
    case Madvise.RANDOM:
      return set(VmFlag.RAND_READ, VmFlag.SEQ_READ);
    case Madvise.DONTFORK:
      return withVmFlag(flags, VmFlag.DONTCOPY);
    case Madvise.DOFORK:
      return flags & VmFlag.IO ? -Errno.EINVAL : withoutVmFlag(flags, VmFlag.DONTCOPY);
    case Madvise.WIPEONFORK:
      return withVmFlag(flags, VmFlag.WIPEONFORK);
    case Madvise.KEEPONFORK:
      return withoutVmFlag(flags, VmFlag.WIPEONFORK);
    case Madvise.DONTDUMP:
      return withVmFlag(flags, VmFlag.NODUMP);
    case Madvise.DODUMP:
      return withoutVmFlag(flags, VmFlag.NODUMP);
    case Madvise.MERGEABLE:
      return flags & NEVER_MERGEABLE ? flags : withVmFlag(flags, VmFlag.MERGEABLE);
    case Madvise.UNMERGEABLE:
      return withoutVmFlag(flags, VmFlag.MERGEABLE);
    case Madvise.HUGEPAGE:
      if (flags & noHugeAdvice) return -Errno.EINVAL;
      if (!mayRepeat && hasVmFlag(flags, VmFlag.HUGEPAGE)) return -Errno.EINVAL;
      return set(VmFlag.HUGEPAGE, VmFlag.NOHUGEPAGE);
    default:
      if (flags & noHugeAdvice || (!mayRepeat && flags & VmFlag.NOHUGEPAGE)) return -Errno.EINVAL;
      return set(VmFlag.NOHUGEPAGE, VmFlag.HUGEPAGE);
  }
}
