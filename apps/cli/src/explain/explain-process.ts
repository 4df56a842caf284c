/** Where the memory of one process lies: by kind of area, by area, by how many share a page. */
import { type Capture, PagemapHigh, type SmapsArea, statusName } from "@forkpath/procfs";
import { KINDS, type Kind, kindOf } from "./kinds.ts";

/** kB. */
export interface Figures {
  readonly rss: number;
  /** Its share of what several map. */
  readonly pss: number;
  /** What comes free when it ends. */
  readonly uss: number;
  readonly shared: number;
  /** Pages without a file. */
  readonly anonymous: number;
  readonly swap: number;
}

interface KindRow extends Figures {
  readonly kind: Kind;
  readonly areas: number;
}

export interface AreaRow extends Figures {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly perms: string;
  readonly name: string;
}

/** Pages that so many entries map, from `from` to `to`. */
export interface SharingRow {
  readonly from: number;
  readonly to: number;
  readonly pages: number;
}

export interface ProcessExplained {
  readonly pid: number;
  readonly name: string;
  /** kB by field of status: VmRSS and what else there is. */
  readonly status: Readonly<Record<string, number>>;
  /** Null where areas cannot be read. */
  readonly total: Figures | null;
  readonly kinds: readonly KindRow[];
  /** The largest first. */
  readonly areas: readonly AreaRow[];
  /** Null where it is not known how often a page is mapped. */
  readonly sharing: readonly SharingRow[] | null;
  readonly unknown: readonly string[];
}

const SHARERS: readonly (readonly [from: number, to: number])[] = [
  [1, 1],
  [2, 2],
  [3, 4],
  [5, 8],
  [9, 16],
  [17, 64],
  [65, Number.POSITIVE_INFINITY],
];

export function explainProcess(capture: Capture): ProcessExplained {
  const { status, smaps, rollup, info, empty = [] } = capture;
  const devices = info?.shmemDevices ?? [];
  const areas = (smaps ?? []).map((area) => areaRow(area, kindOf(area, devices)));
  return {
    pid: Number(status.texts.Pid),
    name: statusName(status),
    status: status.rows,
    total: smaps === null ? null : totalOf(areas, rollup),
    kinds: KINDS.map((kind) => kindRow(kind, areas)).filter(({ rss, swap }) => rss + swap > 0),
    areas: areas.filter(({ rss, swap }) => rss + swap > 0).toSorted((a, b) => b.rss - a.rss),
    sharing: sharingOf(capture),
    unknown: [
      ...(empty.includes("smaps") ? ["smaps is empty: was it copied as root?"] : []),
      ...(info?.unknown ?? []),
    ],
  };
}

function figuresOf({ rows }: SmapsArea): Figures {
  const uss = rows.Private_Clean + rows.Private_Dirty;
  return {
    rss: rows.Rss,
    pss: rows.Pss ?? rows.Rss,
    uss,
    shared: rows.Rss - uss,
    anonymous: rows.Anonymous ?? 0,
    swap: rows.Swap ?? 0,
  };
}

const areaRow = (area: SmapsArea, kind: Kind): AreaRow => {
  const { start, end, perms, name } = area;
  return { kind, start, end, perms, name, ...figuresOf(area) };
};

const FIGURES = ["rss", "pss", "uss", "shared", "anonymous", "swap"] as const;

export function sumOf(all: readonly Figures[]): Figures {
  const sums = FIGURES.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)]);
  return Object.fromEntries(sums);
}

/** The rollup adds up shares before it cuts them off; areas lose up to a kB each. */
function totalOf(areas: readonly AreaRow[], rollup: SmapsArea | null): Figures {
  return rollup === null ? sumOf(areas) : figuresOf(rollup);
}

function kindRow(kind: Kind, areas: readonly AreaRow[]): KindRow {
  const own = areas.filter((area) => area.kind === kind);
  return { kind, areas: own.length, ...sumOf(own) };
}

/** Frames of the kernel's own, such as the page of zeroes, are mapped 0 times and left out. */
function sharingOf({ pages, info, anonVmas }: Capture): SharingRow[] | null {
  const hasCounts = info === null ? anonVmas !== null : info.access === "root";
  if (pages === null || !hasCounts) return null;
  const counts = SHARERS.map(() => 0);
  for (let index = 0; index < pages.count; index++) {
    if ((pages.entryHigh[index] & PagemapHigh.PRESENT) === 0) continue;
    const mapcount = pages.mapcount[index];
    const row = SHARERS.findIndex(([from, to]) => mapcount >= from && mapcount <= to);
    if (row >= 0) counts[row]++;
  }
  return SHARERS.map(([from, to], row) => ({ from, to, pages: counts[row] })).filter(
    ({ pages: found }) => found > 0,
  );
}
