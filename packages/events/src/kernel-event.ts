/**
 * Every event that the modelled kernel can tell. Each package tells its own; a listener hears all.
 */
import type { SyncEvent } from "@forkpath/sync";

/** Counters that one batch adds to. */
export type CounterEvent = {
  /** A batch of pages was added to the counters of an mm. */
  readonly kind: "rss";
  /** The mm that gets them. */
  readonly mm: string;
  /** Pages of files; negative when pages go. */
  readonly file: number;
  /** Anonymous pages; negative when pages go. */
  readonly anon: number;
  /** Swapped pages; negative when they go. */
  readonly swap: number;
  /** Left out where it is 0. */
  readonly shmem?: number;
};

/** Swap entries and slots that are not what they should be, or are looked up. */
export type SwapEvent =
  | {
      /** An mm joins the list of those that swapoff visits. */
      readonly kind: "mmlist_add";
      /** The mm. */
      readonly mm: string;
    }
  | {
      /** The swap cache was asked for the page of an entry. */
      readonly kind: "find_swapcache";
      /** Low word of the swap PTE. */
      readonly low: number;
      /** High word of the swap PTE. */
      readonly high: number;
    }
  | {
      /** The swap code met an entry that it cannot serve. */
      readonly kind: "warn";
      /** What it should have done with the entry. */
      readonly op: string;
      /** What is wrong with the entry. */
      readonly reason: string;
      /** The two words of the swap PTE, since a corrupt offset need not fit a number. */
      readonly low: number;
      /** High word of the swap PTE. */
      readonly high: number;
    }
  | {
      /** A page that an allocation had got is given back unused. */
      readonly kind: "free_page";
      /** What the page was for. */
      readonly what: string;
    };

/** Entries that are damaged. */
export type BadEntryEvent =
  | {
      /** A page-table entry is damaged: print_bad_pte. */
      readonly kind: "bad_pte";
      /** Address that the entry maps, in bytes. */
      readonly addr: number;
      /** Low word of the entry. */
      readonly low: number;
      /** High word of the entry. */
      readonly high: number;
    }
  | {
      /** An entry of an upper table is damaged: pgd_bad, pud_bad or pmd_bad. */
      readonly kind: "bad_dir";
      /** Which table it stands in: `pgd`, `pud` or `pmd`. */
      readonly level: string;
      /** Low word of the entry. */
      readonly low: number;
      /** High word of the entry. */
      readonly high: number;
    };

/** What other parts of the machine are told of an address space. */
export type MmEvent =
  | {
      /** MMU notifiers are told that a range is about to change. */
      readonly kind: "notify_start";
      /** First byte of the range. */
      readonly start: number;
      /** The byte after the last. */
      readonly end: number;
    }
  | {
      /** MMU notifiers are told that a range has changed. */
      readonly kind: "notify_end";
      /** First byte of the range. */
      readonly start: number;
      /** The byte after the last. */
      readonly end: number;
    }
  | {
      /** fork copies the memory type of an area of raw frames. */
      readonly kind: "track_pfn_vma_copy";
      /** 0, or a negative errno. */
      readonly ret: number;
    }
  | {
      /** The TLB entries of an mm are flushed. */
      readonly kind: "flush_tlb";
      /** The mm. */
      readonly mm: string;
    }
  /** A line of the kernel log, level KERN_ALERT. */
  | {
      /** The kernel's log has a line. */
      readonly kind: "alert";
      /** The line, without a line end. */
      readonly text: string;
    };

/** Single pages dirtied, accessed, freed. */
export type PageEvent = {
  /** Something happens to one page. */
  readonly kind: "page";
  /** What happens: `dirtied`, `accessed` or `freed`. */
  readonly what: string;
  /** The page frame. */
  readonly pfn: number;
};

/** Lives of tasks: `pid` does something to `other`. */
export type TaskEvent = {
  /** A task does something to another one. */
  readonly kind: "task";
  /** What it does, in a word: `fork`, `exec`, `exit`, `reap`. */
  readonly what: string;
  /** The task that acts. */
  readonly pid: number;
  /** The child of a fork, the parent of an exit, the reaped one; of an exec the task itself. */
  readonly other: number;
};

/** Any event of the modelled kernel; `kind` tells them apart. */
export type KernelEvent =
  | SyncEvent
  | CounterEvent
  | SwapEvent
  | BadEntryEvent
  | MmEvent
  | PageEvent
  | TaskEvent;
