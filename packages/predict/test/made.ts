/** Captures made by hand: areas, and what each of their pages is. */
import {
  type Capture,
  createPages,
  emptyCaptureInfo,
  parseCapture,
  trimmedPages,
} from "@forkpath/procfs";

export interface MadeArea {
  /** Two letters each; `rd wr mr mw me ac` in front. */
  readonly flags?: string;
  readonly name?: string;
  readonly isShared?: boolean;
  readonly pages: number;
  /** kB, beside Size. */
  readonly rows?: Readonly<Record<string, number>>;
  /** The pages that are there, from the first on. */
  readonly present?: readonly MadePages[];
}

export interface MadePages {
  readonly count: number;
  readonly kind: keyof typeof KINDS;
  readonly mapcount?: number;
  /** Of the first; by default the next that is free. */
  readonly pfn?: number;
}

/** High word of the pagemap entry, low and high word of kpageflags. */
const KINDS = {
  anon: [0x8000_0000, 0x5808, 0x4],
  huge: [0x8000_0000, 0x40_d808, 0x4],
  /** As DAMON leaves it. */
  idleHuge: [0x8000_0000, 0x240_d808, 0x4],
  file: [0xa000_0000, 0x868, 0],
  softDirty: [0x8080_0000, 0x5808, 0x4],
  dirtyFile: [0xa000_0000, 0x878, 0],
  hugeFile: [0xa000_0000, 0x40_0868, 0],
  shmem: [0xa000_0000, 0x4868, 0],
  zero: [0x8000_0000, 0x100_0000, 0],
  hugeZero: [0xa000_0000, 0x100_0000, 0],
  hugetlb: [0xa000_0000, 0x2_0000, 0],
  swap: [0x4000_0000, 0, 0],
  guard: [0x4400_0000, 0, 0],
  migrating: [0x4000_0000, 0, 0],
  migratingFile: [0x6000_0000, 0, 0],
  /** In an area of swap of more than 512 GiB. */
  farSwap: [0x4000_0001, 0, 0],
  /** Pages that are not there: no record. */
  none: [0, 0, 0],
} as const;
const LOW = { guard: 0x9f, migrating: 0x3d, migratingFile: 0x3d, swap: 0x20 } as const;
const EXCLUSIVE = 0x100_0000;

const START = 0x7f00_0000_0000;
/** Areas begin 1 GiB apart, so that each has tables of its own. */
const APART = 2 ** 30;
export const startOf = (area: number): number => START + area * APART;

const ROWS = ["Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty"];
const MORE = ["Referenced", "Anonymous", "AnonHugePages", "Shared_Hugetlb", "Private_Hugetlb"];
const LAST = ["ShmemPmdMapped", "FilePmdMapped", "Swap", "SwapPss"];

export function madeCapture(
  areas: readonly MadeArea[],
  pins: readonly [number, number][] = [],
): Capture {
  const pages = createPages(areas.reduce((sum, area) => sum + area.pages, 0) + 1);
  let nextPfn = 0x10_0000;
  for (const [index, { present = [] }] of areas.entries()) {
    let vpn = startOf(index) / 4096;
    for (const { count, kind, mapcount = 1, pfn = nextPfn } of present) {
      const [entryHigh, flagsLow, flagsHigh] = KINDS[kind];
      const isPresent = entryHigh >= 0x8000_0000;
      if (kind === "none") {
        vpn += count;
        continue;
      }
      for (let at = 0; at < count; at++) {
        const to = pages.count++;
        pages.vpn[to] = vpn++;
        pages.entryLow[to] = isPresent ? pfn + at : (LOW[kind as keyof typeof LOW] ?? 0) + at * 32;
        const isAlone = mapcount === 1 && isPresent && kind !== "zero";
        pages.entryHigh[to] = entryHigh + (isAlone ? EXCLUSIVE : 0);
        pages.mapcount[to] = isPresent && kind !== "zero" ? mapcount : 0;
        pages.flagsLow[to] = flagsLow;
        pages.flagsHigh[to] = flagsHigh;
      }
      nextPfn = Math.max(nextPfn, pfn + count);
    }
  }
  const kb = areas.reduce((sum, area) => sum + area.pages * 4, 0);
  const capture = parseCapture(
    { status: `Name:\tmade\nPid:\t1\nVmSize:\t${kb} kB\n`, smaps: areas.map(textOf).join("") },
    trimmedPages(pages),
  );
  const pinned = pins.map(([start, length]) => ({ start, length }));
  return { ...capture, info: { ...emptyCaptureInfo(), release: "6.18.44", pinned } };
}

function textOf(
  { flags = "", name = "", isShared = false, pages, rows = {} }: MadeArea,
  at: number,
): string {
  const range = `${startOf(at).toString(16)}-${(startOf(at) + pages * 4096).toString(16)}`;
  const head = `${range} rw-${isShared ? "s" : "p"} 00000000 00:00 0 ${name}`;
  const told: Readonly<Record<string, number>> = { Size: pages * 4, ...rows };
  const lines = ["Size", ...ROWS, ...MORE, ...LAST].map(
    (label) => `${label}: ${told[label] ?? 0} kB`,
  );
  return `${[head, ...lines, `VmFlags: rd wr mr mw me ac ${flags}`].join("\n").trimEnd()} \n`;
}
