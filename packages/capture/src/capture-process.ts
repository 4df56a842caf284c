/**
 * Reads one live process. It stands still meanwhile, unless that is not wanted or not allowed, and
 * its figures are read once more at the end: where they differ, what was read belongs to no moment.
 */
import {
  type AccessLevel,
  type Capture,
  type CaptureInfo,
  emptyCaptureInfo,
  parseLimits,
  parseMaps,
  parseMeminfo,
  parseSmaps,
  parseSmapsRollup,
  parseStat,
  parseStatm,
  parseStatus,
  type SmapsArea,
  type Status,
} from "@forkpath/procfs";
import { CaptureError } from "./capture-error.ts";
import { readCgroup } from "./cgroup.ts";
import { readDescriptors } from "./descriptors.ts";
import { readMachine } from "./machine.ts";
import { errorCode, readBytes } from "./read-file.ts";
import { type ReadPages, readPages } from "./read-pages.ts";
import { createRedact, redactAreas, redactLevels } from "./redact.ts";
import type { CaptureSteps } from "./step.ts";
import { type Stopped, stopProcess } from "./stop.ts";

/** How a process is read. */
export interface CaptureOptions {
  /** Whether the process is stopped while it is read. Default: true. */
  readonly stop?: boolean;
  /** Whether a process that changes meanwhile is refused. Default: true. */
  readonly still?: boolean;
  /** Whether paths are replaced by numbers. Default: false. */
  readonly redact?: boolean;
  /** Runs the long part. Default: to its end, at once. */
  readonly drive?: <T>(work: CaptureSteps<T>) => Promise<T> | T;
}

/** What must not move while a process is read: kB of status. */
const STILL = ["RssAnon", "RssFile", "RssShmem", "VmRSS", "VmSwap", "VmPTE", "VmSize"];
/** So often a process is read that is never still. */
const TRIES = 5;

/**
 * @throws CaptureError where there is no such process, it has no memory, or it is never still
 * @throws CaptureInterrupted where `drive` says so
 * @example
 * ```ts
 * import { captureProcess } from "@forkpath/capture";
 * const { status } = await captureProcess(process.pid, { stop: false, still: false });
 * console.log(status.order.includes("VmRSS")); // true
 * ```
 */
export async function captureProcess(pid: number, options: CaptureOptions = {}): Promise<Capture> {
  const { stop = true, still = true, redact = false, drive = driveToEnd } = options;
  if (!Number.isInteger(pid) || pid < 1) throw new CaptureError(`${pid} is no process`);
  expectMemory(pid, statusOf(pid));
  const stopped = stop ? await stopIfAllowed(pid) : null;
  try {
    const read = (): Promise<Capture> | Capture => drive(readOnce(pid, stopped));
    const capture = still ? await readStill(pid, stopped, read) : await read();
    return redact ? redacted(capture) : capture;
  } catch (error) {
    const code = errorCode(error);
    throw code === "" ? error : new CaptureError(`cannot read process ${pid}: ${code}`);
  } finally {
    stopped?.resume();
  }
}

function driveToEnd<T>(work: CaptureSteps<T>): T {
  let step = work.next(false);
  while (!step.done) step = work.next(false);
  return step.value;
}

/** Null for a process of another user. */
async function stopIfAllowed(pid: number): Promise<Stopped | null> {
  try {
    process.kill(pid, 0);
  } catch {
    return null;
  }
  return stopProcess(pid);
}

function statusOf(pid: number): Status {
  const status = readBytes(`/proc/${pid}/status`);
  if (status === null) throw new CaptureError(`there is no process ${pid}`);
  return parseStatus(status);
}

function expectMemory(pid: number, { rows, texts }: Status): void {
  if (rows.VmSize !== undefined) return;
  const isZombie = texts.State?.includes("Z") ?? false;
  const kind = isZombie ? "a zombie" : "a thread of the kernel";
  throw new CaptureError(`process ${pid} is ${kind}: it has no memory`);
}

async function readStill(
  pid: number,
  stopped: Stopped | null,
  read: () => Promise<Capture> | Capture,
): Promise<Capture> {
  let moved = "";
  for (let round = 0; round < TRIES; round++) {
    const capture = await read();
    moved = movedBetween(capture.status, statusOf(pid));
    if (moved === "") return capture;
  }
  const cure = stopped === null ? "; it is read in one state only if it may be stopped" : "";
  throw new CaptureError(`process ${pid} changes while it is read: ${moved}${cure}`);
}

/** `RssAnon 12 to 16 kB`; `` where nothing has. */
function movedBetween(before: Status, after: Status): string {
  const moved = STILL.filter((field) => before.rows[field] !== after.rows[field]);
  return moved
    .map((field) => `${field} ${before.rows[field]} to ${after.rows[field]} kB`)
    .join(", ");
}

function* readOnce(pid: number, stopped: Stopped | null): CaptureSteps<Capture> {
  const status = statusOf(pid);
  const smaps = parsed(`/proc/${pid}/smaps`, parseSmaps);
  const rollup = parsed(`/proc/${pid}/smaps_rollup`, parseSmapsRollup);
  const maps = parsed(`/proc/${pid}/maps`, parseMaps);
  const byStart = new Map(smaps?.map((area) => [area.start, area]));
  const read = yield* readPages(pid, maps ?? [], ({ start }) => {
    const rows = byStart.get(start)?.rows;
    return rows && rows.Rss + (rows.Swap ?? 0);
  });
  return {
    status,
    statm: parsed(`/proc/${pid}/statm`, parseStatm),
    stat: parsed(`/proc/${pid}/stat`, parseStat),
    maps,
    smaps,
    rollup,
    meminfo: parsed("/proc/meminfo", parseMeminfo),
    limits: parsed(`/proc/${pid}/limits`, parseLimits),
    anonVmas: null,
    pages: maps === null ? null : (read?.pages ?? null),
    info: infoOf(pid, stopped, smaps, maps === null ? null : read),
  };
}

/** Null where the file cannot be read, or is empty. */
function parsed<T>(path: string, parse: (bytes: Uint8Array, file: string) => T): T | null {
  const bytes = readBytes(path);
  return bytes === null || bytes.length === 0 ? null : parse(bytes, path);
}

function infoOf(
  pid: number,
  stopped: Stopped | null,
  smaps: readonly SmapsArea[] | null,
  read: ReadPages | null,
): CaptureInfo {
  const access = accessOf(smaps, read);
  const info = {
    ...emptyCaptureInfo(),
    pid,
    taken: new Date().toISOString(),
    access,
    isStopped: stopped !== null && stopped.moving.length === 0,
    ...readMachine(pid),
    cgroup: readCgroup(pid),
    ...readDescriptors(pid),
  };
  return { ...info, unknown: unknownOf(info, stopped, read) };
}

function accessOf(smaps: readonly SmapsArea[] | null, read: ReadPages | null): AccessLevel {
  if (smaps === null) return "other";
  if (read === null) return "smaps";
  return read.hasCounts ? "root" : "own";
}

const MISSING: Readonly<Record<AccessLevel, string>> = {
  root: "",
  own: "frames are hidden without root: how often each page is mapped is not known",
  smaps: "pagemap cannot be read: which pages are there is known by their number only",
  other: "areas cannot be read: the process belongs to another user, or hides itself",
};

/** A sentence for each thing that could not be read. */
function unknownOf(info: CaptureInfo, stopped: Stopped | null, read: ReadPages | null): string[] {
  const moving = stopped?.moving.length ?? 0;
  const skipped = read?.skipped ?? 0;
  const sentences = [
    MISSING[info.access ?? "other"],
    info.access === "other" ? "" : "which areas have an anon_vma is guessed from their pages",
    stopped === null ? "the process was not stopped: parts may be of different moments" : "",
    moving > 0 ? `${moving} threads did not stop: parts may be of different moments` : "",
    skipped > 0 ? `${skipped} areas are huge and hold nothing: they were not looked into` : "",
    info.cgroup === null ? "no limits of a memory cgroup were found" : "",
    info.pinned === null ? "open files cannot be read: pinned pages are not known" : "",
  ];
  return sentences.filter((sentence) => sentence !== "");
}

function redacted(capture: Capture): Capture {
  const redact = createRedact();
  const { maps, smaps, info } = capture;
  const cgroup = info?.cgroup ?? null;
  return {
    ...capture,
    maps: maps && redactAreas(maps, redact),
    smaps: smaps && redactAreas(smaps, redact),
    info: info && {
      ...info,
      isRedacted: true,
      cgroup: cgroup && { ...cgroup, levels: redactLevels(cgroup.levels) },
    },
  };
}
