/** Small fork vectors to start from. */
import type { ForkVector, Hex, PteAt } from "@forkpath/conformance";

/** First address of the area, at the start of a pte table. */
const START = 0x40000000;
export const PAGE = 0x1000;
export const PTE_TABLE = 0x200000;

/** A private writable area of 16 pages, nothing mapped, and an `expect` of nothing. */
export const forkVector = (changes: Partial<ForkVector> = {}): ForkVector => ({
  id: "test-1",
  shape: "test",
  kind: "fork",
  seed: 1,
  config: config(),
  vmas: [area(at(0), at(16 * PAGE))],
  pages: [],
  swapDevices: [],
  swap: [],
  parent: { ptes: [], counters: { fileRss: 0, anonRss: 0, swapUsage: 0 } },
  expect: NOTHING_HAPPENED,
  ...changes,
});

export const config = (changes: Partial<ForkVector["config"]> = {}): ForkVector["config"] => ({
  splitPtlocks: true,
  resched: "never",
  failAlloc: null,
  zeroPfn: "0x10",
  highestMemmapPfn: "0xfff",
  ...changes,
});

/** A private writable area with an anon_vma. */
export const area = (start: Hex, end: Hex): ForkVector["vmas"][number] => ({
  start,
  end,
  flags: ["VM_READ", "VM_WRITE", "VM_MAYREAD", "VM_MAYWRITE"],
  flagsValue: "0x33",
  anonVma: true,
  flavour: "anon-rw",
});

/** A parent that maps `ptes`: pairs of offset in the area and entry. */
export const parentWith = (
  ...ptes: readonly (readonly [number, Hex])[]
): ForkVector["parent"] & { readonly ptes: readonly PteAt[] } => ({
  ptes: ptes.map(([offset, pte]) => ({ addr: at(offset), pte })),
  counters: { fileRss: 0, anonRss: 0, swapUsage: 0 },
});

/** The address `offset` bytes into the area. */
export const at = (offset: number): Hex => `0x${(START + offset).toString(16)}`;

const NOTHING_HAPPENED: ForkVector["expect"] = {
  ret: 0,
  childPtes: [],
  parentPtes: [],
  pages: [],
  swap: [],
  counters: { fileRss: 0, anonRss: 0, swapUsage: 0 },
  mmlistAdded: false,
  nrPtes: 0,
  tables: { pud: 0, pmd: 0, pte: 0 },
  allocs: 0,
  batches: 0,
  lockBreaks: 0,
  polls: { needResched: 0, needbreakSrc: 0, needbreakDst: 0 },
  notifier: [],
  locks: {},
};
