/** Faults that show only when others run in between, or wait: SPEC §0.7, §6.9, Appendix C. */
import { type Fault, faultsIn } from "../fault.ts";

const COUNT_UNDER_THE_LOCK = `
    if (!flushBatchNow(sync, dst.counters, run)) {
      yield* flushBatch(sync, dst.counters, run);
    }`;
const UNLOCK_CHILD = `
    if (sync.interleaved && !goesOver(sync.passing, dstPtl.unlockPoint)) yield dstPtl.unlockPoint;
    spinUnlockNow(sync, dstPtl, WHERE);`;

export const MM_STEP_FAULTS: readonly Fault[] = faultsIn("mm", [
  {
    name: "batch-counted-after-the-lock",
    file: "copy/pte-range.ts",
    find: COUNT_UNDER_THE_LOCK + UNLOCK_CHILD,
    replace: UNLOCK_CHILD + COUNT_UNDER_THE_LOCK,
    why: "the batch is added before the child's lock goes (§6.9/4)",
  },
  {
    name: "parent-locked-first",
    file: "copy/pte-range.ts",
    find: `const dstPtl = ptlOf(tables, dst, dstRow);
    const srcPtl = ptlOf(tables, src, srcRow);`,
    replace: `const srcPtl = ptlOf(tables, dst, dstRow);
    const dstPtl = ptlOf(tables, src, srcRow);`,
    why: "the child's lock is taken first (§0.7/4)",
  },
  {
    name: "parent-lock-unnested",
    file: "copy/pte-range.ts",
    find: "spinLockNow(sync, srcPtl, WHERE, 1)) yield* spinLock(sync, srcPtl, WHERE, 1)",
    replace: "spinLockNow(sync, srcPtl, WHERE)) yield* spinLock(sync, srcPtl, WHERE)",
    why: "two locks of one class: the second nests (§0.7/4)",
  },
  {
    name: "copy-in-one-step",
    file: "copy/entries.ts",
    find: "env.sync.interleaved ? run.srcCell + 1 : run.srcEnd",
    replace: "run.srcEnd",
    why: "each entry is a step that others may run between (App. C)",
  },
  {
    name: "zap-in-one-step",
    file: "zap/entries.ts",
    find: "env.sync.interleaved ? run.cell + 1 : run.endCell",
    replace: "run.endCell",
    why: "each entry is a step that others may run between (App. C)",
  },
  {
    name: "usage-added-in-one-step",
    file: "machine/vm-stat.ts",
    find: "  if (sync.interleaved) yield* stopAt(sync, usagePoint(mm, PointKind.STORE, field));",
    replace: "",
    why: "total_vm += n is a load and a store (D42)",
  },
  {
    name: "moved-tables-unnested",
    file: "call/move-page-tables.ts",
    find: "holding(sync, secondPtl, WHERE, move, 1)",
    replace: "holding(sync, secondPtl, WHERE, move)",
    why: "old lock, then new lock, nested (§2.14)",
  },
  {
    name: "reclaim-takes-another-page",
    file: "reclaim/rmap-walk.ts",
    find: "if (isPtePresent(low) && ptePfn(low, pteHigh(env.tables, cell)) === pfn) return cell;",
    replace: "if (isPtePresent(low)) return cell;",
    why: "under the lock the entry has to map this very page (§4.7 step 1)",
  },
  {
    name: "migration-waiter-holds-a-free-page",
    file: "fault/migration-wait.ts",
    find: "getPageUnlessZero(env.map, page) ? page : NO_PFN",
    replace: "page",
    why: "the waiter takes a reference, if the page is not free (§4.8)",
  },
  {
    name: "migration-ignores-pins",
    file: "page/move-mapping.ts",
    find: "  if (map.count[from] !== expected) return false;",
    replace: "",
    why: "a page that somebody holds stays where it is (§4.8, §4.1)",
  },
  {
    name: "migration-forgets-dirt",
    file: "page/move-mapping.ts",
    find: "  PageFlag.DIRTY |\n",
    replace: "",
    why: "the new page is as dirty as the old one (§4.8)",
  },
  {
    name: "swapoff-sleeps-on-a-locked-page",
    file: "sweep/unuse-mm.ts",
    find: "    unlockPage(env, page);\n    yield* holdingPage",
    replace: "    yield* holdingPage",
    why: "mmap_sem comes before the page lock (§0.7, §3.9)",
  },
  {
    name: "swapoff-revives-a-dying-mm",
    file: "sweep/try-to-unuse.ts",
    find: "mm === null || mm.mmUsers === 0",
    replace: "mm === null",
    why: "an mm without users is skipped (§3.9/6)",
  },
  {
    name: "swapoff-starts-anywhere",
    file: "sweep/try-to-unuse.ts",
    find: "next === null && area.swapMap[slot] < before",
    replace: "next === null",
    why: "the next search starts where the count fell (§3.9/6)",
  },
  {
    name: "second-reader-gives-up",
    file: "page/swap-read.ts",
    find: "if (status !== -Errno.EEXIST) break;",
    replace: "if (status !== 0) break;",
    why: "EEXIST means that somebody else reads the page: look again (§3.3)",
  },
  {
    name: "second-reader-leaks-its-page",
    file: "page/swap-read.ts",
    find: "  if (fresh !== NO_PFN) dropPage(env, fresh);",
    replace: "",
    why: "a page that was not needed goes back (§3.3)",
  },
  {
    name: "retry-keeps-mmap-sem",
    file: "page/lock.ts",
    find: `  yield* releaseFaultLock(env, mm, "lock_page_or_retry");`,
    replace: "",
    why: "RETRY means that mmap_sem was let go (§9.5 row 8)",
  },
]);
