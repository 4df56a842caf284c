/**
 * Every event that the modelled kernel can tell. Each package tells its own; a listener hears all.
 */
import type { SyncEvent } from "@forkpath/sync";

/** Counters that one batch adds to. */
export type CounterEvent = {
  readonly kind: "rss";
  readonly mm: string;
  readonly file: number;
  readonly anon: number;
  readonly swap: number;
  /** Left out where it is 0. */
  readonly shmem?: number;
};

/** Swap entries and slots that are not what they should be, or are looked up. */
export type SwapEvent =
  | { readonly kind: "mmlist_add"; readonly mm: string }
  | { readonly kind: "find_swapcache"; readonly low: number; readonly high: number }
  | {
      readonly kind: "warn";
      readonly op: string;
      readonly reason: string;
      /** The two words of the swap PTE, since a corrupt offset need not fit a number. */
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "free_page"; readonly what: string };

/** Entries that are damaged. */
export type BadEntryEvent =
  | { readonly kind: "bad_pte"; readonly addr: number; readonly low: number; readonly high: number }
  | {
      readonly kind: "bad_dir";
      readonly level: string;
      readonly low: number;
      readonly high: number;
    };

/** What other parts of the machine are told of an address space. */
export type MmEvent =
  | { readonly kind: "notify_start"; readonly start: number; readonly end: number }
  | { readonly kind: "notify_end"; readonly start: number; readonly end: number }
  | { readonly kind: "track_pfn_vma_copy"; readonly ret: number }
  | { readonly kind: "flush_tlb"; readonly mm: string }
  /** A line of the kernel log, level KERN_ALERT. */
  | { readonly kind: "alert"; readonly text: string };

/** Single pages dirtied, accessed, freed. */
export type PageEvent = { readonly kind: "page"; readonly what: string; readonly pfn: number };

/** Lives of tasks: `pid` does something to `other`. */
export type TaskEvent = {
  readonly kind: "task";
  readonly what: string;
  readonly pid: number;
  readonly other: number;
};

export type KernelEvent =
  | SyncEvent
  | CounterEvent
  | SwapEvent
  | BadEntryEvent
  | MmEvent
  | PageEvent
  | TaskEvent;
