/**
 * Loads a captured process into a kernel of its release: areas, tables, entries, frames and
 * counters as they were, and nothing of other processes but how often they map the same frames.
 */
import { type KernelName, PAGE_SIZE } from "@forkpath/abi";
import { addMmRssNow, MmCounter } from "@forkpath/counters";
import { Capability } from "@forkpath/fork";
import { createKernel } from "@forkpath/kernel";
import { createMappedFile, type MappedFile, type MmStruct, sysSwapon, ThpMode } from "@forkpath/mm";
import { linkFileVma } from "@forkpath/mm/internal";
import type { CapturedPages } from "@forkpath/procfs";
import { growMemMap } from "@forkpath/rmap/internal";
import { invariant } from "@forkpath/sync";
import type { CapturedProcess, Knowledge } from "../types.ts";
import { expectAreas } from "./expect-areas.ts";
import { createFrameNames } from "./frame-names.ts";
import { loadAreas } from "./load-areas.ts";
import type { LoadedArea, Loading } from "./loading.ts";
import { setMarks } from "./marks.ts";
import { PmHigh, pagesOfKb } from "./page-record.ts";
import { placeStaged } from "./place-huge.ts";
import { isShmemName } from "./shmem-name.ts";
import { slotUsers } from "./slot-users.ts";
import { createStage } from "./stage.ts";
import { takeRecords } from "./take-records.ts";

/** Rows of the memory map that are made at once; a process that has more grows it. */
const MOST_ROWS_AT_ONCE = 2 ** 25;
/** Beside the process's own: copies of a few pages, and huge pages that are tried. */
const ROWS_FOR_TRIALS = 2 ** 18;
/** Frames beside those that smaps counts: the kernel's own, and copies of a few pages. */
const SPARE_FRAMES = 2 ** 20;
const FEWEST_FRAMES = 2 ** 20;

/**
 * A process with the areas of the capture and no page yet.
 * @param kernelName the release to load it into; by default its own
 */
function beginLoad(
  captured: CapturedProcess,
  level: Knowledge,
  kernelName: KernelName = captured.kernel,
): Loading {
  const { areas = [] } = captured;
  expectAreas(captured);
  const frames = framesOf(captured);
  const kernel = createKernel({
    kernel: kernelName,
    transparentHugepage: ThpMode.MADVISE,
    memoryPages: Math.max(2 * frames + SPARE_FRAMES, FEWEST_FRAMES),
  });
  const { comm, uid, isAdmin } = captured;
  const caps = isAdmin ? Capability.SYS_ADMIN : 0;
  const pid = kernel.createProcess({ comm, uid, caps });
  const mm = kernel.machine.fork.tasks.get(pid)?.mm as MmStruct;
  growMemMap(kernel.machine.mm.map, Math.min(frames + ROWS_FOR_TRIALS, MOST_ROWS_AT_ONCE));
  return {
    captured,
    kernel,
    env: kernel.machine.mm,
    pid,
    mm,
    level,
    areas: loadAreas(kernel, mm, captured, areas ?? []),
    names: createFrameNames(),
    ownEntries: new Map(),
    stage: createStage(),
    areaIndex: 0,
    slots: 0,
  };
}

/** Frames that the areas map, each counted where it is mapped. */
function framesOf({ areas }: CapturedProcess): number {
  let kb = 0;
  for (const { rows } of areas ?? []) kb += rows.Rss ?? 0;
  return pagesOfKb(kb);
}

/**
 * Loads the process with all of its pages.
 * @throws RangeError where areas and pages do not fit together
 */
export function loadProcess(
  captured: CapturedProcess,
  pages: CapturedPages,
  level: Knowledge,
  kernelName?: KernelName,
): Loading {
  const load = beginLoad(captured, level, kernelName);
  if (level !== "frames") leaveSharedAnon(load, pages);
  takeRecords(load, pages);
  finishLoad(load);
  return load;
}

/** Of the pages that smaps calls anonymous, those mapped once can be told; the others are left. */
function leaveSharedAnon({ areas }: Loading, pages: CapturedPages): void {
  let index = 0;
  for (let at = 0; at < pages.count; at++) {
    const addr = pages.vpn[at] * PAGE_SIZE;
    while (index < areas.length && areas[index].vma.end <= addr) index++;
    if (index === areas.length) return;
    const known = PmHigh.PRESENT | PmHigh.FILE | PmHigh.EXCLUSIVE;
    const isAlone = (pages.entryHigh[at] & known) >>> 0 === ALONE;
    if (isAlone && areas[index].vma.start <= addr) areas[index].sharedAnonLeft--;
  }
}

const ALONE: number = PmHigh.PRESENT + PmHigh.EXCLUSIVE;

/** Puts the rest in place, once all records are taken. */
function finishLoad(load: Loading): void {
  placeStaged(load);
  setMarks(load);
  linkFiles(load);
  if (load.level !== "frames") countShmem(load.areas);
  addCounters(load);
  addSwapArea(load);
  setLayout(load);
}

function addCounters({ env, mm, areas }: Loading): void {
  const sum = (field: "anon" | "file" | "shmem" | "swap"): number =>
    areas.reduce((total, area) => total + area[field], 0);
  const [file, anon, swap, shmem] = [sum("file"), sum("anon"), sum("swap"), sum("shmem")];
  const hasShmem = env.rules.shmemCounter === MmCounter.SHMEM_RSS;
  const isAdded = hasShmem
    ? addMmRssNow(env.sync, mm.counters, file, anon, swap, shmem)
    : addMmRssNow(env.sync, mm.counters, file + shmem, anon, swap);
  invariant(isAdded, "load-counters", "nobody else runs while a process is loaded");
}

/** Without page flags the file says whether its pages are shared memory. */
function countShmem(areas: readonly LoadedArea[]): void {
  for (const area of areas) {
    if (!area.vma.file?.isShmem) continue;
    area.shmem += area.file;
    area.file = 0;
  }
}

/** A file for each inode; areas with pages of shared memory have a file of that kind. */
function linkFiles({ env, areas, captured }: Loading): void {
  const files = new Map<string, MappedFile>();
  for (const area of areas) {
    if (!area.hasFile) continue;
    const { major, minor, inode, name } = area.captured;
    const device = deviceText(major, minor);
    const key = `${device} ${inode} ${name}`;
    const isShmem = area.shmem > 0 || isShmemName(name) || captured.tmpfs.has(device);
    const file = files.get(key) ?? newFile(area, env.nextFileId++, isShmem);
    files.set(key, file);
    env.files.set(file.id, file);
    file.count++;
    area.vma.file = file;
    linkFileVma(area.vma);
    if (isShmem) area.aside.objectSwapPages = objectSwap(area);
  }
}

/** Beside its entries' own, an area shows what its shared memory has in swap (M11/5). */
const objectSwap = ({ captured, swap }: LoadedArea): number =>
  Math.max(pagesOfKb(captured.rows.Swap ?? 0) - swap, 0);

const newFile = ({ captured, vma }: LoadedArea, id: number, isShmem: boolean): MappedFile =>
  createMappedFile(id, captured.name, {
    sizePages: vma.pgoff + (vma.end - vma.start) / PAGE_SIZE,
    isShmem,
  });

/** As maps shows it: `fe:00`. */
const deviceText = (major: number, minor: number): string =>
  [major, minor].map((number) => number.toString(16).padStart(2, "0")).join(":");

/**
 * As many slots as the process uses, area by area; which they are on the machine does not matter.
 * How many entries name a slot, an area's SwapPss tells.
 */
function addSwapArea({ env, areas, slots }: Loading): void {
  if (slots === 0) return;
  const type = sysSwapon(env, { max: slots + 1 });
  const { swapMap } = env.swap.areas[type];
  let first = 1; // slot 0 is the header
  for (const { swap, captured } of areas) {
    const { users, less } = slotUsers(swap, captured.rows.SwapPss ?? 0);
    swapMap.fill(users, first, first + swap);
    swapMap.fill(users - 1, first, first + less);
    first += swap;
  }
  env.swap.areas[type].inusePages = slots;
  env.swap.nrSwapPages -= slots;
}

/** Where text lies is of no use here but to VmExe. */
function setLayout({ mm, captured }: Loading): void {
  mm.layout.startCode = 0;
  mm.layout.endCode = (captured.status.VmExe ?? 0) * 1024;
  mm.lockedVm = pagesOfKb(captured.status.VmLck ?? 0);
}
