/**
 * Faults in the recount of a whole machine, which all other tests lean on (SPEC §0.6), and in its
 * calls.
 */
import { type Fault, faultsIn } from "../fault.ts";

export const KERNEL_FAULTS: readonly Fault[] = faultsIn("kernel", [
  {
    name: "killed-in-the-middle-of-a-call",
    file: "call.ts",
    find: "    if (waiting.has(task.pid)) continue;\n",
    replace: "",
    why: "who is inside a call holds its locks, and dies at its end (§8.1)",
  },
  {
    name: "killed-stay-alive",
    file: "call.ts",
    find: "    isProgress = reapKilled(machine);",
    replace: "    isProgress = false;",
    why: "exit_group and exec end the other threads (§7.5/1, §8.1)",
  },
  {
    name: "poisoned-frame-unheld",
    file: "check-pages.ts",
    find: "map.flags[pfn] & PageFlag.HWPOISON ? 1 : 0",
    replace: "0",
    why: "a poisoned frame keeps one reference (I5)",
  },
  {
    name: "migrating-page-unheld",
    file: "check-pages.ts",
    find: "    counts[oldPfn]++;",
    replace: "",
    why: "who isolated a page holds it (I5)",
  },
  {
    name: "dead-counters-unseen",
    file: "check.ts",
    find: "for (const one of checkMmCounters(mm.counters, NOTHING))",
    replace: "for (const one of [] as Mismatch[])",
    why: "the counters of a dead mm are 0 (I13)",
  },
  {
    name: "dead-tables-unseen",
    file: "check.ts",
    find: `    tellKept(wrong, "I13", mm.name, "nr_ptes", mm.nrPtes, 0);\n`,
    replace: "",
    why: "nr_ptes of a dead mm is 0 (I13)",
  },
  {
    name: "fork-may-change-shared-areas",
    file: "check-fork.ts",
    find: "  isCowMapping(vma.flags) &&\n  (vma.flags & VmFlag.DONTCOPY) === 0 &&",
    replace: "  (vma.flags & VmFlag.DONTCOPY) === 0 &&",
    why: "entries of shared areas are unchanged (I14)",
  },
  {
    name: "writable-child-unseen",
    file: "check-fork.ts",
    find: "if (!(isCow && isPtePresent(low) && isPteWrite(low))) return [];",
    replace: "if (!(!isCow && isPtePresent(low) && isPteWrite(low))) return [];",
    why: "cow entries of the child are read-only (I14)",
  },
  {
    name: "areas-share-one-cut-of-pss",
    file: "smaps.ts",
    find: "Pss: Math.floor(Pss / SHARE_PER_KB), Swap: Swap + ofFile },",
    replace: "Pss: Pss / SHARE_PER_KB, Swap: Swap + ofFile },",
    why: "the share of each area is cut off by itself (§10.5)",
  },
  {
    name: "page-map-without-its-holes",
    file: "smaps.ts",
    find: `      push("-", (addr - next) / PAGE_SIZE);\n`,
    replace: "",
    why: "a page map has a letter for each page, none among them (§10.5)",
  },
  {
    name: "refusal-outlives-its-call",
    file: "call.ts",
    find: "  self.refusal = null;\n",
    replace: "",
    why: "a reason belongs to the call that was refused (§5.12)",
  },
]);
