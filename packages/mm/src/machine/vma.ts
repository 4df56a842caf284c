/**
 * A virtual memory area: one run of pages of an address space that are treated alike.
 *
 * An address space keeps its areas in one array, sorted by address and without overlap; the
 * kernel's list and red-black tree are both that array.
 */
import type { VirtAddr } from "@forkpath/abi";
import type { AnonVma, AnonVmaChain, RmapVma } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import type { MmEnv } from "./env.ts";
import type { MappedFile } from "./file.ts";
import type { MmStruct } from "./mm.ts";

/** What a driver or file system can hook into. All of them are optional, as in the kernel. */
export interface VmOps {
  /** Pairs with `close`; called for the child's area even when its copy failed (D37). */
  open?(vma: Vma): void;
  close?(vma: Vma): void;
  /** Absent in anonymous areas: that is how handle_mm_fault tells them. */
  fault?(env: MmEnv, vma: Vma, pgoff: number): KernelThread<FaultPage>;
  /** Asked before the first write through a shared mapping; a result code, 0 to go on. */
  pageMkwrite?(env: MmEnv, vma: Vma, pfn: number): KernelThread<number>;
}

/** A page that `fault` found, or NO_PFN and the fault code that says why not. */
export interface FaultPage {
  readonly pfn: number;
  readonly code: number;
}

/** What a copy or an unmap reads of an area. */
export interface CopyVma {
  readonly start: VirtAddr;
  readonly end: VirtAddr;
  readonly flags: number;
  readonly anonVma: object | null;
}

export interface Vma extends RmapVma {
  mm: MmStruct;
  /** Bytes; half-open [start, end), page-aligned. */
  start: VirtAddr;
  end: VirtAddr;
  /** VmFlag bits: 33 of them, see `@forkpath/abi`. */
  flags: number;
  /** Offset in the file in pages; start / PAGE_SIZE for private anonymous memory. */
  pgoff: number;
  /** The protection word that a fresh entry gets: low and high half. */
  pageProtLow: number;
  pageProtHigh: number;
  file: MappedFile | null;
  ops: VmOps | null;
  /** The last truncation of `file` that is done with this area. @kernel vm_truncate_count */
  truncateCount: number;
  anonVma: AnonVma | null;
  readonly anonVmaChain: AnonVmaChain[];
}
