/**
 * `capture.json`: what a capture knows besides the texts of one process. All of it can be absent:
 * older captures have no such file, and not everybody may read everything.
 */
import { textOf } from "./bytes.ts";
import { ProcError, quoted } from "./proc-error.ts";

/**
 * How much could be read.
 *
 *    root   frames, mapcounts and page flags
 *    own    pagemap without frames: which pages are there, and which are mapped once
 *    smaps  no pagemap
 *    other  a process of another user: status, statm, stat
 */
export const ACCESS_LEVELS = ["root", "own", "smaps", "other"] as const;
/** How much of /proc the capture could read: see ACCESS_LEVELS. */
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** One level of the memory cgroup, the innermost first. */
export interface CgroupLevel {
  /** `/system.slice/redis.service`; `/` is the root. */
  readonly path: string;
  /** By name, as read: `memory.max`, `memory.stat`, … */
  readonly files: Readonly<Record<string, string>>;
}

/** A range that the kernel holds in memory. */
export interface PinnedRange {
  /** Bytes: `start` and `length`. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

/** What a capture says of itself and of the machine. Null stands for what it does not say. */
export interface CaptureInfo {
  /** Version of the folder's format. */
  readonly format: number;
  /** The process. */
  readonly pid: number | null;
  /** `uname -r`. */
  readonly release: string | null;
  /** ISO 8601. */
  readonly taken: string | null;
  /** Processors that are online. */
  readonly cpus: number | null;
  /** How much of /proc it could read. */
  readonly access: AccessLevel | null;
  /** Whether the process stood still while it was read. */
  readonly isStopped: boolean | null;
  /** Whether names and addresses were replaced. */
  readonly isRedacted: boolean;
  /** What could not be read, and so is not known: a sentence each. */
  readonly unknown: readonly string[];
  /** /proc/sys/vm: `overcommit_memory`, `overcommit_ratio`, `admin_reserve_kbytes`, … */
  readonly vm: Readonly<Record<string, number>>;
  /** `always`, `madvise` or `never`. */
  readonly thp: string | null;
  /** Limits of the control groups around the process. */
  readonly cgroup: {
    /** Which hierarchy they are in. */
    readonly version: 1 | 2;
    /** From the process's own group up. */
    readonly levels: readonly CgroupLevel[];
  } | null;
  /** Devices of tmpfs, as maps shows them: `00:19`. */
  readonly shmemDevices: readonly string[] | null;
  /** Features of each userfaultfd that the process has; bit 1 is EVENT_FORK. Null where unknown. */
  readonly userfaultFeatures: readonly number[] | null;
  /** Registered buffers of each io_uring. Null where unknown. */
  readonly pinned: readonly PinnedRange[] | null;
}

/**
 * Settings of the machine that a capture keeps as its `vm`, with the folder of /proc/sys that each
 * lies in: limits of memory and of the number of tasks.
 */
export const MACHINE_SETTINGS: Readonly<Record<string, string>> = {
  overcommit_memory: "vm",
  overcommit_ratio: "vm",
  overcommit_kbytes: "vm",
  admin_reserve_kbytes: "vm",
  user_reserve_kbytes: "vm",
  max_map_count: "vm",
  swappiness: "vm",
  pid_max: "kernel",
  "threads-max": "kernel",
};

const FORMAT = 1;

type Json = Readonly<Record<string, unknown>>;

/** Everything absent. */
export const emptyCaptureInfo = (): CaptureInfo => infoOf({ format: FORMAT }, "capture.json");

/**
 * The text that parseCaptureInfo reads.
 * @modelOnly a capture's own format
 */
export const printCaptureInfo = (info: CaptureInfo): string => `${JSON.stringify(info, null, 2)}\n`;

/**
 * @throws ProcError where the text is not such a file, or a member is of another type, or unknown:
 *   a misspelt one would silently count for nothing
 */
export function parseCaptureInfo(text: string | Uint8Array, file = "capture.json"): CaptureInfo {
  const whole = typeof text === "string" ? text : textOf(text);
  let value: unknown;
  try {
    value = JSON.parse(whole);
  } catch {
    throw new ProcError({ file, line: null, wanted: "JSON", got: quoted(whole) });
  }
  if (!isObject(value)) throw wrong(file, "an object", value);
  if (value.format !== FORMAT) throw wrong(file, `format ${FORMAT}`, value.format);
  const info = infoOf(value, file);
  expectKnown(value, Object.keys(info), "", file);
  expectKnown(info.vm, Object.keys(MACHINE_SETTINGS), " in vm", file);
  return info;
}

function expectKnown(json: Json, known: readonly string[], where: string, file: string): void {
  for (const name of Object.keys(json)) {
    if (known.includes(name)) continue;
    const isSetting = Object.hasOwn(MACHINE_SETTINGS, name);
    const wanted = isSetting
      ? `${name} inside of vm, as {"vm":{"${name}":…}}`
      : `one of ${known.join(", ")}${where}`;
    throw new ProcError({
      file,
      line: null,
      wanted,
      got: quoted(name),
      unknown: { word: name, known },
    });
  }
}

function infoOf(json: Json, file: string): CaptureInfo {
  const optional = <T>(
    name: string,
    what: string,
    is: (value: unknown) => value is T,
  ): T | null => {
    const value = json[name] ?? null;
    if (value === null || is(value)) return value;
    throw wrong(file, `${what} as ${name}`, value);
  };
  const count = (name: string): number | null => optional(name, "a whole number", isCount);
  const text = (name: string): string | null => optional(name, "a text", isText);
  return {
    format: FORMAT,
    pid: count("pid"),
    release: text("release"),
    taken: text("taken"),
    cpus: count("cpus"),
    access: optional("access", ACCESS_LEVELS.join(", "), isAccess),
    isStopped: optional("isStopped", "true or false", isFlag),
    isRedacted: optional("isRedacted", "true or false", isFlag) ?? false,
    unknown: optional("unknown", "texts", isListOf(isText)) ?? [],
    vm: optional("vm", "whole numbers by name", isRecordOf(isCount)) ?? {},
    thp: text("thp"),
    cgroup: optional("cgroup", "a version and levels", isCgroup),
    shmemDevices: optional("shmemDevices", "texts", isListOf(isText)),
    userfaultFeatures: optional("userfaultFeatures", "whole numbers", isListOf(isCount)),
    pinned: optional("pinned", "ranges", isListOf(isRange)),
  };
}

const wrong = (file: string, wanted: string, got: unknown): ProcError =>
  new ProcError({ file, line: null, wanted, got: quoted(JSON.stringify(got) ?? "nothing") });

type Is<T> = (value: unknown) => value is T;

const isObject: Is<Json> = (value): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount: Is<number> = (value): value is number => Number.isSafeInteger(value);
const isText: Is<string> = (value): value is string => typeof value === "string";
const isFlag: Is<boolean> = (value): value is boolean => typeof value === "boolean";
const isAccess: Is<AccessLevel> = (value): value is AccessLevel =>
  ACCESS_LEVELS.some((level) => level === value);
const isRange: Is<PinnedRange> = (value): value is PinnedRange =>
  isObject(value) && isCount(value.start) && isCount(value.length);
const isLevel: Is<CgroupLevel> = (value): value is CgroupLevel =>
  isObject(value) && isText(value.path) && isRecordOf(isText)(value.files);
const isCgroup: Is<NonNullable<CaptureInfo["cgroup"]>> = (
  value,
): value is NonNullable<CaptureInfo["cgroup"]> =>
  isObject(value) &&
  (value.version === 1 || value.version === 2) &&
  isListOf(isLevel)(value.levels);

function isListOf<T>(is: Is<T>): Is<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(is);
}

function isRecordOf<T>(is: Is<T>): Is<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(is);
}
