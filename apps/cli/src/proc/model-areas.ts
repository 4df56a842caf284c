/** The areas of a process of the model, as maps, smaps and smaps_rollup print them. */
import { hasVmFlag, KB_PER_PAGE, PAGE_SIZE, PMD_SIZE, VmFlag } from "@forkpath/abi";
import {
  type AreaView,
  type Kernel,
  type Machine,
  permsText,
  SMAPS_LINES,
  type SmapsLine,
  vmFlagsText,
} from "@forkpath/kernel";
import type { MmStruct, Vma } from "@forkpath/mm";
import { processRows } from "@forkpath/predict";
import { arranged, layoutsOf, type MapsArea, type SmapsArea } from "@forkpath/procfs";

export interface ModelAreas {
  readonly maps: readonly MapsArea[];
  readonly smaps: readonly SmapsArea[];
  /** Null where the release has no such file. */
  readonly rollup: SmapsArea | null;
}

/** Devices: a disk, and the kernel's own tmpfs. */
const DISK = { major: 8, minor: 1 };
const SHMEM = { major: 0, minor: 1 };
const NONE = { major: 0, minor: 0 };

/** @param mm that of task `pid` */
export function modelAreas(kernel: Kernel, pid: number, mm: MmStruct): ModelAreas {
  const { machine } = kernel;
  const layouts = layoutsOf(machine.profile.kernel);
  const rows = processRows(machine.mm, mm);
  const views = kernel.areas(pid);
  const smaps = mm.vmas.map((vma, at): SmapsArea => {
    const area = mapsArea(machine, mm, vma);
    const vmFlags = vmFlagsText(machine.profile.proc, vma.flags).split(" ");
    const figures = {
      ...rows.areas[at],
      ...views[at].sums,
      Size: (vma.end - vma.start) / 1024,
      KernelPageSize: KB_PER_PAGE,
      MMUPageSize: KB_PER_PAGE,
      THPeligible: isThpEligible(machine, vma) ? 1 : 0,
    };
    return arranged({ ...area, order: [], rows: figures, texts: {}, vmFlags }, layouts.smapsFields);
  });
  const [first, last] = [smaps.at(0), smaps.at(-1)];
  if (first === undefined || last === undefined || layouts.rollupFields.length === 0) {
    return { maps: smaps, smaps, rollup: null };
  }
  const whole = { ...first, ...NONE, end: last.end, perms: "---p", offset: 0, inode: 0 };
  const { Pss, ...sums } = sumOf(views);
  const head = { ...whole, name: "[rollup]", rows: { ...rows.rollup, ...sums }, vmFlags: [] };
  return { maps: smaps, smaps, rollup: arranged(head, layouts.rollupFields) };
}

/** Shares apart, which smaps_rollup adds up before they are cut off. */
function sumOf(views: readonly AreaView[]): Record<SmapsLine, number> {
  const sums = SMAPS_LINES.map((line) => [
    line,
    views.reduce((sum, { sums: one }) => sum + one[line], 0),
  ]);
  return Object.fromEntries(sums);
}

function mapsArea({ profile }: Machine, mm: MmStruct, vma: Vma): MapsArea {
  const { start, end, file, pgoff } = vma;
  const device = file === null ? NONE : file.isShmem ? SHMEM : DISK;
  return {
    start: start + (hasHiddenGuard(profile.proc.guardPage, mm, vma) ? PAGE_SIZE : 0),
    end,
    perms: permsText(vma.flags),
    offset: file === null ? 0 : pgoff * PAGE_SIZE,
    ...device,
    inode: file === null ? 0 : file.inode,
    name: file === null ? nameOf(mm, vma) : file.path,
  };
}

/** The page below the stack, unless another stack ends there; an area of one page keeps it. */
function hasHiddenGuard(guard: "hidden" | "shown", mm: MmStruct, vma: Vma): boolean {
  if (guard === "shown" || (vma.flags & VmFlag.GROWSDOWN) === 0) return false;
  const below = mm.vmas.find(({ end }) => end === vma.start);
  const isBelowStack = below !== undefined && (below.flags & VmFlag.GROWSDOWN) !== 0;
  return !isBelowStack && vma.end - vma.start > PAGE_SIZE;
}

function nameOf({ layout }: MmStruct, { start, end }: Vma): string {
  if (start < layout.brk && end > layout.startBrk) return "[heap]";
  const hasStack = layout.startStack > 0 && start <= layout.startStack && layout.startStack <= end;
  return hasStack ? "[stack]" : "";
}

/** Whether a huge page may come: asked for, or everywhere, and there is room for one. */
function isThpEligible({ config }: Machine, { start, end, file, flags }: Vma): boolean {
  const isAsked = hasVmFlag(flags, VmFlag.HUGEPAGE);
  const isAllowed =
    config.transparentHugepage === "always" ||
    (config.transparentHugepage === "madvise" && isAsked);
  const isRefused = file !== null || (flags & VmFlag.NOHUGEPAGE) !== 0;
  const first = Math.ceil(start / PMD_SIZE) * PMD_SIZE;
  return isAllowed && !isRefused && first + PMD_SIZE <= end;
}
