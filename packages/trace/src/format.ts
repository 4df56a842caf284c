/**
 * One event in one line, in the words of the recorded vectors: `lock dst.pt`, `alloc pte ok`.
 *
 * Where the vectors have a word for an event, the line is theirs to the byte; calls, cells, pages,
 * TLB flushes and tasks, which they do not record, follow their manner. Numbers of 64 bits arrive
 * as two words, and become one BigInt here, where they turn into text.
 */
import { hex } from "@forkpath/abi";
import type { KernelEvent } from "@forkpath/events";

type Kind = KernelEvent["kind"];
type EventOf<K extends Kind> = Extract<KernelEvent, { readonly kind: K }>;
type Formats = { readonly [K in Kind]: (event: EventOf<K>) => string };

const formats: Formats = {
  call: ({ fn, args }) => {
    const shown = Object.entries(args).map(([name, value]) => ` ${name}=${value}`);
    return `call ${fn}${shown.join("")}`;
  },
  return: ({ fn, ret }) => (ret === undefined ? `return ${fn}` : `return ${fn} ${ret}`),
  calls: ({ fn, times }) => `calls ${fn} ${times}`,
  lock: ({ lock }) => `lock ${lock}`,
  unlock: ({ lock }) => `unlock ${lock}`,
  alloc: ({ what, ok }) => `alloc ${what} ${ok ? "ok" : "fail"}`,
  free_page: ({ what }) => `free_page ${what}`,
  refuse: ({ why }) => `refuse: ${why}`,
  need_resched: ({ answer }) => `need_resched ${bit(answer)}`,
  // The vectors name the side whose lock is asked about.
  spin_needbreak: ({ owner, answer }) => `spin_needbreak ${owner} ${bit(answer)}`,
  cond_resched: () => "cond_resched",
  rss: ({ file, anon, swap }) => `rss file${signed(file)} anon${signed(anon)} swap${signed(swap)}`,
  mmlist_add: () => "mmlist_add",
  notify_start: ({ start, end }) => `notify_start ${hex(start)} ${hex(end)}`,
  notify_end: ({ start, end }) => `notify_end ${hex(start)} ${hex(end)}`,
  track_pfn_vma_copy: ({ ret }) => `track_pfn_vma_copy ${ret}`,
  flush_tlb: ({ mm }) => `flush_tlb ${mm}`,
  alert: ({ text }) => `alert ${text}`,
  bad_pte: ({ addr, low, high }) => `bad_pte ${hex(addr)} ${hex(word64(low, high))}`,
  bad_dir: ({ level, low, high }) => `bad_dir ${level} ${hex(word64(low, high))}`,
  warn: ({ op, reason, low, high }) => `warn ${op} ${reason} ${hex(entryValue(low, high))}`,
  page: ({ what, pfn }) => `page ${what} ${hex(pfn)}`,
  find_swapcache: ({ low, high }) => `find_swapcache ${hex(entryValue(low, high))}`,
  task: ({ what, pid, other }) => `task ${what} ${pid} ${other}`,
  load: ({ cell, value }) => `load ${cell} ${value}`,
  store: ({ cell, value }) => `store ${cell} ${value}`,
  atomic: ({ cell, value }) => `atomic ${cell} ${value}`,
};

/**
 * The event as one line, without number, time or thread.
 * @modelOnly the vocabulary of the conformance vectors
 * @example
 * ```ts
 * import { formatEvent } from "@forkpath/trace";
 * const event = { kind: "rss", mm: "child", file: 0, anon: 512, swap: 0 } as const;
 * console.log(formatEvent(event)); // rss file+0 anon+512 swap+0
 * ```
 */
export function formatEvent(event: KernelEvent): string {
  // The table has the right formatter for each kind; the compiler cannot see that the two agree.
  const format = formats[event.kind] as (event: KernelEvent) => string;
  return format(event);
}

const bit = (answer: boolean): string => (answer ? "1" : "0");
const signed = (count: number): string => (count < 0 ? String(count) : `+${count}`);

const word64 = (low: number, high: number): bigint =>
  (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/**
 * The entry as every architecture writes it, from the words of an x86-64 PTE (SPEC §3.1): type in
 * the top bits, from 57 up, offset below. The PTE has the type in bits 1 to 5, the offset from 9.
 */
function entryValue(low: number, high: number): bigint {
  const pte = word64(low, high);
  return (((pte >> 1n) & 0x1fn) << 57n) | (pte >> 9n);
}
