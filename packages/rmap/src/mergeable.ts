/**
 * When may two neighbouring vmas share one anon_vma, in the hope of being merged (SPEC §4.5)?
 *
 * Only if they could become one vma but for their protection, and only if the neighbour never
 * forked: a second link in its chain would say that its pages can be anywhere.
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import type { AnonVma, RmapVma } from "./anon-vma.ts";

/** Where a vma lies, and what it maps. */
export interface VmaRange {
  /** Bytes; half-open [start, end), page-aligned. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** Pages: the linear page index of `start`. */
  readonly pgoff: number;
}

/** What decides whether two vmas may become one. */
export interface MergeableVma extends RmapVma, VmaRange {
  /** VmFlag bits. */
  readonly flags: number;
  /** The file that it maps; null for none. */
  readonly file: object | null;
  /** NUMA policy; equal policies are one object. */
  readonly policy?: object | null;
}

const PROTECTION = VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC;

/** The flag word without its protection bits, which are the lowest three. */
const withoutProtection = (flags: number): number => flags - (flags & PROTECTION);

/**
 * True when `lower` and `upper` could be one vma but for their protection.
 * @kernel anon_vma_compatible in mm/mmap.c
 */
export const anonVmaCompatible = (lower: MergeableVma, upper: MergeableVma): boolean =>
  lower.end === upper.start &&
  (lower.policy ?? null) === (upper.policy ?? null) &&
  lower.file === upper.file &&
  withoutProtection(lower.flags) === withoutProtection(upper.flags) &&
  upper.pgoff === lower.pgoff + (upper.start - lower.start) / PAGE_SIZE;

/**
 * The anon_vma of `owner`, if a new vma may use it: `owner` is `lower` or `upper`.
 * @kernel reusable_anon_vma in mm/mmap.c
 */
export function reusableAnonVma(
  owner: MergeableVma,
  lower: MergeableVma,
  upper: MergeableVma,
): AnonVma | null {
  if (owner.anonVmaChain.length !== 1) return null;
  return anonVmaCompatible(lower, upper) ? owner.anonVma : null;
}

/**
 * The anon_vma of a neighbour that `vma` may use; the next vma is asked before the previous one.
 * @param previous the vma below, `next` the one above; null where there is none
 * @kernel find_mergeable_anon_vma in mm/mmap.c
 */
export function findMergeableAnonVma(
  vma: MergeableVma,
  previous: MergeableVma | null,
  next: MergeableVma | null,
): AnonVma | null {
  const above = next === null ? null : reusableAnonVma(next, vma, next);
  if (above !== null || previous === null) return above;
  return reusableAnonVma(previous, previous, vma);
}
