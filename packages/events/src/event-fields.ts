/**
 * Which fields each kind of event has, and which words a field can hold: what a person who asks for
 * events by kind and field is held to.
 */
import { EventClass } from "./event-class.ts";
import { COUNTED_FUNCTIONS, TRACED_FUNCTIONS } from "./functions.ts";
import type { KernelEvent } from "./kernel-event.ts";

/** What tells events apart: `call`, `page`, `swap`. */
export type EventKind = KernelEvent["kind"];
/** The event of one kind. */
export type EventOf<K extends EventKind> = Extract<
  KernelEvent,
  {
    /** Names the event. */
    readonly kind: K;
  }
>;

/** Which class each kind belongs to. */
export const EVENT_CLASSES: Readonly<Record<EventKind, number>> = {
  call: EventClass.CALL,
  calls: EventClass.COUNT,
  return: EventClass.CALL,
  lock: EventClass.LOCK,
  unlock: EventClass.LOCK,
  alloc: EventClass.ALLOC,
  free_page: EventClass.ALLOC,
  refuse: EventClass.ALLOC,
  need_resched: EventClass.SCHED,
  spin_needbreak: EventClass.SCHED,
  cond_resched: EventClass.SCHED,
  rss: EventClass.MM,
  mmlist_add: EventClass.MM,
  find_swapcache: EventClass.MM,
  warn: EventClass.MM,
  bad_pte: EventClass.MM,
  bad_dir: EventClass.MM,
  notify_start: EventClass.MM,
  notify_end: EventClass.MM,
  track_pfn_vma_copy: EventClass.MM,
  flush_tlb: EventClass.MM,
  alert: EventClass.MM,
  page: EventClass.PAGE,
  task: EventClass.TASK,
  load: EventClass.CELL,
  store: EventClass.CELL,
  atomic: EventClass.CELL,
};

/** A number; true or false; any text, such as the name of a lock; or one of some words. */
export type EventField = "number" | "yes" | "text" | readonly string[];

/** The fields of one kind of event. */
export type EventFieldsOf<K extends EventKind> = {
  readonly [Field in Exclude<keyof EventOf<K>, "kind" | "args">]-?: EventField;
};

/** What the kernel asks the allocator for. */
const ALLOCATIONS: readonly string[] = [
  ...["vma", "mm", "pgd", "pud", "pmd", "pte", "page", "huge_page", "anon_vma", "avc"],
  ...["swapcont.atomic", "swapcont.kernel"],
  ...["task", "cred", "files", "fs", "sighand", "signal", "nsproxy", "pid", "bprm"],
  "percpu_counter",
];
const LOCK_CLASSES: readonly string[] = [
  ...["mmap_sem", "vm_lock", "page_table_lock", "pmd_lock", "pte_lock", "i_mmap_lock", "anon_vma"],
  ...["swap_lock", "mmlist_lock", "tasklist_lock", "task_lock", "threadgroup_fork_lock"],
];

const LOCK = { lock: "text", owner: "text", lockClass: LOCK_CLASSES } as const;
const CELL = { cell: "text", owner: "text", field: "text", value: "number" } as const;

/**
 * The fields of each kind; the arguments of a call are none.
 * @example
 * ```ts
 * import { EVENT_FIELDS } from "@forkpath/events";
 * console.log(Object.keys(EVENT_FIELDS.bad_pte).join(" ")); // addr low high
 * ```
 */
export const EVENT_FIELDS: { readonly [K in EventKind]: EventFieldsOf<K> } = {
  call: { fn: [...TRACED_FUNCTIONS, ...COUNTED_FUNCTIONS] },
  calls: { fn: COUNTED_FUNCTIONS, times: "number" },
  return: { fn: TRACED_FUNCTIONS, ret: "text" },
  lock: { where: "text", ...LOCK },
  unlock: { where: "text", ...LOCK },
  alloc: { what: ALLOCATIONS, ok: "yes" },
  free_page: { what: ["swapcont"] },
  refuse: {
    what: ["frames", "promise", "limit", "hole", "addresses", "capability", "busy"],
    why: "text",
  },
  need_resched: { answer: "yes" },
  spin_needbreak: { answer: "yes", ...LOCK },
  cond_resched: {},
  rss: { mm: "text", file: "number", anon: "number", swap: "number", shmem: "number" },
  mmlist_add: { mm: "text" },
  find_swapcache: { low: "number", high: "number" },
  warn: {
    op: ["swap_free", "swap_dup", "exit_mmap"],
    reason: "text",
    low: "number",
    high: "number",
  },
  bad_pte: { addr: "number", low: "number", high: "number" },
  bad_dir: { level: ["pgd", "pud", "pmd"], low: "number", high: "number" },
  notify_start: { start: "number", end: "number" },
  notify_end: { start: "number", end: "number" },
  track_pfn_vma_copy: { ret: "number" },
  flush_tlb: { mm: "text" },
  alert: { text: "text" },
  page: { what: ["dirtied", "accessed", "freed"], pfn: "number" },
  task: {
    what: ["fork", "vfork", "clone", "exec", "exit", "reap"],
    pid: "number",
    other: "number",
  },
  load: CELL,
  store: CELL,
  atomic: CELL,
};
