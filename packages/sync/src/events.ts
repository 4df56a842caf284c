/**
 * What a run tells whoever listens: one small record for each thing that the kernel does.
 *
 * Events leave through `EventSink`. Code tests `sync.traced & EventClass.X` once for each batch or
 * call, never for each page, and builds the record only when somebody wants its class.
 */
export const EventClass = {
  /** Entry and return of a kernel function. */
  CALL: 1,
  /** Locks taken and given back. */
  LOCK: 2,
  /** Allocator calls, and pages given back unused. */
  ALLOC: 4,
  /** need_resched, spin_needbreak, cond_resched. */
  SCHED: 8,
  /** Counters, mmlist, notifiers, reports of bad entries. */
  MM: 16,
  /** fork, exec, exit, wait. */
  TASK: 32,
  /** Single loads and stores of shared cells. */
  CELL: 64,
  /** Single pages dirtied, accessed, freed. */
  PAGE: 128,
} as const;
export const ALL_EVENTS = 255;

/** How many function arguments and results are plain numbers or short texts. */
export type EventArg = number | string | boolean;

export type KernelEvent =
  | {
      readonly kind: "call";
      readonly fn: string;
      readonly args: Readonly<Record<string, EventArg>>;
    }
  | { readonly kind: "return"; readonly fn: string; readonly ret: EventArg | undefined }
  | { readonly kind: "lock"; readonly lock: string; readonly where: string }
  | { readonly kind: "unlock"; readonly lock: string; readonly where: string }
  | { readonly kind: "alloc"; readonly what: string; readonly ok: boolean }
  | { readonly kind: "free_page"; readonly what: string }
  | { readonly kind: "need_resched"; readonly answer: boolean }
  | { readonly kind: "spin_needbreak"; readonly lock: string; readonly answer: boolean }
  | { readonly kind: "cond_resched" }
  | {
      readonly kind: "rss";
      readonly mm: string;
      readonly file: number;
      readonly anon: number;
      readonly swap: number;
      /** Left out where it is 0. */
      readonly shmem?: number;
    }
  | { readonly kind: "mmlist_add"; readonly mm: string }
  | { readonly kind: "notify_start"; readonly start: number; readonly end: number }
  | { readonly kind: "notify_end"; readonly start: number; readonly end: number }
  | { readonly kind: "track_pfn_vma_copy"; readonly ret: number }
  | { readonly kind: "flush_tlb"; readonly mm: string }
  | { readonly kind: "bad_pte"; readonly addr: number; readonly low: number; readonly high: number }
  | {
      readonly kind: "bad_dir";
      readonly level: string;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: "warn";
      readonly op: string;
      readonly reason: string;
      /** The two words of the swap PTE, since a corrupt offset need not fit a number. */
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "page"; readonly what: string; readonly pfn: number }
  | { readonly kind: "find_swapcache"; readonly low: number; readonly high: number }
  | { readonly kind: "task"; readonly what: string; readonly pid: number; readonly other: number }
  | { readonly kind: "load"; readonly cell: string; readonly value: bigint }
  | { readonly kind: "store"; readonly cell: string; readonly value: bigint }
  | { readonly kind: "atomic"; readonly cell: string; readonly value: bigint };

/** Receives events in the order in which they happen. */
export interface EventSink {
  /** Which `EventClass`es are wanted, or-ed together. */
  readonly wants: number;
  emit(event: KernelEvent, thread: number): void;
}
