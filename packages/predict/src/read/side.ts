/** What one process of the model shows in status, smaps_rollup and smaps. */
import { KB_PER_PAGE } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { MmStruct, Vma } from "@forkpath/mm";
import type { MemoryLine } from "@forkpath/procfs";
import type { LoadedArea, Loading } from "../load/loading.ts";
import { areaRows } from "./area-rows.ts";
import { addPage, addRows, noRows, printedRows, type RawRows, type Rows } from "./rows.ts";

/** kB. */
type StatusRows = Readonly<Record<Exclude<MemoryLine, "VmPMD">, number>>;

interface SideArea {
  readonly start: number;
  readonly end: number;
  readonly rows: Rows;
}

export interface Side {
  readonly status: StatusRows;
  /** Private and shared lines, shares and all others that smaps_rollup sums up; kB. */
  readonly rollup: Rows;
  readonly areas: readonly SideArea[];
  /** By area, as printed nowhere. */
  readonly raw: readonly RawRows[];
}

/** When and which: only the parent has what fork leaves to faults. */
export type Role = "before" | "parent" | "child";

/** Reads the process `mm` of the model. */
export function readSide(load: Loading, mm: MmStruct, pid: number, role: Role): Side {
  const raw = areaRows(load.env, mm);
  const byStart = new Map(load.areas.map((area) => [area.vma.start as number, area]));
  for (const [at, vma] of mm.vmas.entries()) {
    const area = byStart.get(vma.start);
    if (area !== undefined) addAside(load, raw[at], area, vma, role);
  }
  const total = noRows();
  for (const rows of raw) addRows(total, rows);
  return {
    status: statusOf(load, mm, pid, total),
    rollup: printedRows(total),
    areas: mm.vmas.map(({ start, end }, at) => ({ start, end, rows: printedRows(raw[at]) })),
    raw,
  };
}

/** What no table of the model has: hugetlb, files that a pmd maps, what an object has swapped. */
function addAside(load: Loading, rows: RawRows, area: LoadedArea, vma: Vma, role: Role): void {
  const { map } = load.env;
  const { aside, captured } = area;
  if (role !== "child") {
    for (const frame of aside.frames) {
      addPage(rows, map, frame, map.mapcount[frame], false, false);
    }
    const line = (captured.rows.ShmemPmdMapped ?? 0) > 0 ? "ShmemPmdMapped" : "FilePmdMapped";
    rows[line] += aside.frames.length;
  }
  rows.Swap += aside.objectSwapPages;
  if (aside.hugetlbPages === 0) return;
  const isCopied = vma.anonVma !== null;
  if (role === "child" && !isCopied) return;
  const { Private_Hugetlb = 0 } = captured.rows;
  const isAlone = role === "before" || !isCopied;
  const alone = !isAlone ? 0 : Math.min(Private_Hugetlb / KB_PER_PAGE, aside.hugetlbPages);
  rows.Private_Hugetlb += alone;
  rows.Shared_Hugetlb += aside.hugetlbPages - alone;
}

function statusOf(load: Loading, mm: MmStruct, pid: number, total: RawRows): StatusRows {
  const { kernel } = load;
  const { counters } = mm;
  const memory = kernel.process(pid).memory;
  if (memory === null) throw new RangeError(`readSide: pid must be that of a process, got ${pid}`);
  const { status } = memory;
  const count = (member: MmCounter): number => peekCounterSigned(counters, member) * KB_PER_PAGE;
  return {
    VmPeak: Number(status.vmPeak),
    VmSize: Number(status.vmSize),
    VmLck: Number(status.vmLck),
    VmPin: 0,
    VmHWM: Number(status.vmHWM),
    VmRSS: Number(status.vmRSS),
    RssAnon: count(MmCounter.ANON_RSS),
    RssFile: count(MmCounter.FILE_RSS),
    RssShmem: count(MmCounter.SHMEM_RSS),
    VmData: Number(status.vmData),
    VmStk: Number(status.vmStk),
    VmExe: Number(status.vmExe),
    VmLib: Number(status.vmLib),
    VmPTE: Number(status.vmPTE),
    VmSwap: Number(status.vmSwap),
    HugetlbPages: (total.Private_Hugetlb + total.Shared_Hugetlb) * KB_PER_PAGE,
  };
}
