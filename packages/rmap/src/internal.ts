/**
 * Looks into anon_vmas and the memory map, for faults and for recounts.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */

export { anonVmaChainLink, hasLowDegree, isUnused } from "./anon-vma.ts";
export { ownerLookPoint } from "./anon-vma-prepare.ts";
export { stopToGet } from "./anon-vma-refs.ts";
export { checkColumns } from "./check-pages.ts";
export { countedFrames, isFolioMappedWhole, usersOfFolio } from "./large-folio.ts";
export { expectPfn, growMemMap, memoryBytes } from "./mem-map.ts";
export {
  anonVmaCompatible,
  findMergeableAnonVma,
  type MergeableVma,
  reusableAnonVma,
} from "./mergeable.ts";
export { MAX_MAPPING_ID } from "./page-flags.ts";
