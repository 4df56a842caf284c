/**
 * Which areas fork copies entry by entry, and by which clause (predict.md §2).
 *
 * The model decides it itself when it forks: `needsCopy` of its release asks flags and anon_vma.
 * Here stands what the capture says about both, and the words for it.
 */
import type { CapturedArea, CapturedProcess } from "../types.ts";

/**
 * Why an area is copied, skipped, left out or emptied.
 * @example
 * ```ts
 * import { Clause } from "@forkpath/predict";
 * console.log(Clause.ANON_VMA); // has an anon_vma: it was written to
 * ```
 */
export const Clause = {
  /** Left out. */
  DONTFORK: "MADV_DONTFORK: the child has no such area (dc)",
  /** Emptied. */
  WIPEONFORK: "MADV_WIPEONFORK: empty in the child (wf)",
  /** Emptied. */
  DROPPABLE: "MAP_DROPPABLE: empty in the child (dp)",
  /** Copied. */
  PFNMAP: "no fault would bring its frames back (pf)",
  /** Copied. */
  MIXEDMAP: "no fault would bring its frames back (mm)",
  /** Copied. */
  GUARD: "has had guard pages (gu)",
  /** Copied. */
  UFFD_WP: "a userfaultfd that follows forks (uw)",
  /** Copied: the capture knows of the anon_vma. */
  ANON_VMA: "has an anon_vma: it was written to",
  /** Copied: pages like these need an anon_vma. */
  LIKELY_WRITTEN: "has anonymous or swapped pages",
  /** Skipped. */
  SHARED_HUGETLB: "shared hugetlb: a fault brings it back",
  /** Copied, where later releases skip. */
  COPIED_HERE: "this release copies such areas",
  /** Skipped, where other releases copy. */
  SKIPPED_HERE: "this release has no reason to copy it",
  /** Skipped. */
  SKIPPED: "never written to: faults bring it back",
} as const;
export type Clause = (typeof Clause)[keyof typeof Clause];

const SKIPPING: ReadonlySet<Clause> = new Set([
  Clause.DONTFORK,
  Clause.WIPEONFORK,
  Clause.DROPPABLE,
  Clause.SHARED_HUGETLB,
  Clause.SKIPPED,
  Clause.SKIPPED_HERE,
]);

/** Does the child get what an area of that clause maps? */
export const isCopying = (clause: Clause): boolean => !SKIPPING.has(clause);

const has = ({ vmFlags }: CapturedArea, letters: string): boolean => vmFlags.includes(letters);

/** Is the area private? What smaps calls `sh` may write to its file; `ms` is told by the perms. */
export const isShared = (area: CapturedArea): boolean =>
  has(area, "sh") || has(area, "ms") || area.perms[3] === "s";

/**
 * Does the area have an anon_vma? Known where the capture tells; else it has one if it holds
 * anonymous or swapped pages, which errs for memory that was written once and given back since.
 */
export function hasAnonVma({ anonVmas }: CapturedProcess, area: CapturedArea): boolean {
  return anonVmas === null ? isLikelyWritten(area) : anonVmas.has(area.start);
}

function isLikelyWritten(area: CapturedArea): boolean {
  const { Anonymous = 0, Swap = 0, Shared_Hugetlb = 0, Private_Hugetlb = 0 } = area.rows;
  if (isShared(area)) return false;
  return Anonymous > 0 || Swap > 0 || Shared_Hugetlb + Private_Hugetlb > 0;
}

/** The clause that says what fork does with the area. */
export function clauseOf(captured: CapturedProcess, area: CapturedArea): Clause {
  if (has(area, "dc")) return Clause.DONTFORK;
  if (has(area, "wf")) return Clause.WIPEONFORK;
  if (has(area, "dp")) return Clause.DROPPABLE;
  if (has(area, "pf")) return Clause.PFNMAP;
  if (has(area, "mm")) return Clause.MIXEDMAP;
  if (has(area, "gu")) return Clause.GUARD;
  if (has(area, "uw") && captured.hasEventFork) return Clause.UFFD_WP;
  if (hasAnonVma(captured, area)) {
    return captured.anonVmas === null ? Clause.LIKELY_WRITTEN : Clause.ANON_VMA;
  }
  return has(area, "ht") ? Clause.SHARED_HUGETLB : Clause.SKIPPED;
}
