/**
 * May a range become part of its neighbours? (SPEC §5.1, §4.5)
 *
 *       below      range      above               after
 *    [ ====== ][ - - - - - ][ ====== ]   one area of all three, or of two
 *
 * They must touch, agree on flags and file, continue each other's offset, and not bring two
 * different anon_vmas. Where one of them has none, the neighbour must have one and never have
 * forked. The range may be new, or be an area (or its end) whose flags change.
 */
import { VmFlag, withVmFlag } from "@forkpath/abi";
import type { AnonVma, RmapVma } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import type { MappedFile, MmEnv, MmStruct, Vma } from "../types.ts";
import { growVma } from "./adjust.ts";
import { VM_SPECIAL, withGuardsOf } from "./flags.ts";
import { findVmaIndex, vmaPages } from "./list.ts";

/** A range as it would be if it were an area of its own. */
export interface VmaRangeWish {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly pgoff: number;
  readonly file: MappedFile | null;
  /** Its anon_vma and the links to it; those of the area that it is a part of, if there is one. */
  readonly links: RmapVma;
}

/** A range that nobody has mapped yet. */
export const NO_LINKS: RmapVma = { anonVma: null, anonVmaChain: [] };

/**
 * Merges the range into the areas that touch it.
 * @returns the area that now holds it; null, with nothing changed, if there is none or memory for
 *   the anon_vma links is short
 * @kernel vma_merge in mm/mmap.c
 */
export function* vmaMerge(env: MmEnv, mm: MmStruct, wish: VmaRangeWish): KernelThread<Vma | null> {
  if (wish.flags & VM_SPECIAL) return null;
  const below = mergeableBelow(env, mm, wish);
  const above = mergeableAbove(env, mm, wish);
  const merged = below ?? above;
  if (merged === null) return null;
  const isBridge = below !== null && above !== null && mayBridge(below.anonVma, above.anonVma);
  const start = below === null ? wish.start : below.start;
  const end = above !== null && (below === null || isBridge) ? above.end : wish.end;
  // Guards of any of the parts may lie anywhere in the whole from then on.
  const kept = isBridge ? withGuardsOf(wish.flags, above.flags) : wish.flags;
  const status = yield* growVma(env, merged, start, end);
  if (status !== 0) return null;
  merged.flags = withGuardsOf(merged.flags, kept);
  return merged;
}

/** @kernel can_vma_merge_after in mm/mmap.c */
function mergeableBelow(env: MmEnv, mm: MmStruct, wish: VmaRangeWish): Vma | null {
  const vma = mm.vmas[findVmaIndex(mm, wish.start) - 1];
  const fits =
    vma !== undefined && vma.end === wish.start && vma.pgoff + vmaPages(vma) === wish.pgoff;
  return fits && isMergeable(env, vma, wish) ? vma : null;
}

/** @kernel can_vma_merge_before in mm/mmap.c */
function mergeableAbove(env: MmEnv, mm: MmStruct, wish: VmaRangeWish): Vma | null {
  const vma = mm.vmas[findVmaIndex(mm, wish.end)];
  const fits =
    vma !== undefined && vma.start === wish.end && wish.pgoff + vmaPages(wish) === vma.pgoff;
  return fits && isMergeable(env, vma, wish) ? vma : null;
}

/** @kernel is_mergeable_vma in mm/mmap.c */
const isMergeable = ({ rules }: MmEnv, vma: Vma, wish: VmaRangeWish): boolean =>
  comparable(vma.flags) === comparable(wish.flags) &&
  vma.file === wish.file &&
  vma.ops?.close === undefined &&
  rules.takesOver(vma, wish.links);

/**
 * A file sets CAN_NONLINEAR only after the merge was tried; what is new merges with what is not,
 * and what may have guards with what has none.
 */
const comparable = (flags: number): number =>
  ANYWAY.reduce((all, flag) => withVmFlag(all, flag), flags);
const ANYWAY: readonly number[] = [VmFlag.CAN_NONLINEAR, VmFlag.SOFTDIRTY, VmFlag.MAYBE_GUARD];

/**
 * May two areas become one across the range between them? Nobody asks for their chains here.
 * @kernel is_mergeable_anon_vma in mm/mmap.c, without a vma
 */
const mayBridge = (below: AnonVma | null, above: AnonVma | null): boolean =>
  below === null || above === null || below === above;
