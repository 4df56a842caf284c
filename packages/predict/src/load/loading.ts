/**
 * A process on its way into a kernel: what the parts of the loader share.
 */
import type { Kernel } from "@forkpath/kernel";
import type { MmEnv, MmStruct, Vma } from "@forkpath/mm";
import type { CapturedArea, CapturedProcess, Knowledge } from "../types.ts";
import type { Clause } from "./clause.ts";
import type { FrameNames } from "./frame-names.ts";
import type { Stage } from "./stage.ts";

/** Pages that are mapped by as many entries: once, or more often. */
export interface DirtyPages {
  /** The page itself is marked dirty. */
  marked: number;
  /** Anonymous, with swap behind it, and not marked. */
  anon: number;
  other: number;
}

/**
 * Sums of lines of smaps for pages that stand in no table of the model; kB, and shares in units.
 */
interface Aside {
  /** Pages of files that a pmd maps: fork leaves them to faults (C5). */
  filePmdPages: number;
  /** The frames of those. */
  readonly frames: number[];
  /** Pages of hugetlb that are mapped, of 4 KiB. */
  hugetlbPages: number;
  /** Swapped pages of a shared object: the object's, not the entries'. */
  objectSwapPages: number;
}

export interface LoadedArea {
  readonly captured: CapturedArea;
  readonly vma: Vma;
  readonly clause: Clause;
  /** Does fork give the child what the area maps? As the release says that it is loaded into. */
  readonly isCopied: boolean;
  readonly isShared: boolean;
  readonly isHugetlb: boolean;
  /** A file or shared memory is behind it. */
  readonly hasFile: boolean;
  /** Anonymous huge pages that a pmd maps, still to be found. */
  hugeLeft: number;
  /** Huge pages of files that a pmd maps, still to be found. */
  filePmdLeft: number;
  /** Without frame numbers: anonymous pages that are mapped more than once, still to be found. */
  sharedAnonLeft: number;
  /** What was loaded, in pages. */
  anon: number;
  file: number;
  shmem: number;
  swap: number;
  /** Entries that a pte maps, and those that a pmd maps. */
  pteEntries: number;
  hugePmds: number;
  /** By whether other entries map them: once, or more often. */
  readonly once: DirtyPages;
  readonly often: DirtyPages;
  /** Pages whose own mark says that they were used lately. */
  referenced: number;
  /** Pages not so marked whose use somebody may have noticed meanwhile, as DAMON does. */
  idle: number;
  readonly aside: Aside;
}

export interface Loading {
  readonly captured: CapturedProcess;
  readonly kernel: Kernel;
  readonly env: MmEnv;
  readonly pid: number;
  readonly mm: MmStruct;
  readonly level: Knowledge;
  readonly areas: readonly LoadedArea[];
  readonly names: FrameNames;
  /** How many entries of this process map a frame, where it is more than one. */
  readonly ownEntries: Map<number, number>;
  readonly stage: Stage;
  /** The area that the last record lay in. */
  areaIndex: number;
  /** Slots of swap given out; slot 0 is the header. */
  slots: number;
}
