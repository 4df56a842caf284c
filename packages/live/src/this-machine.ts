/**
 * The machine that we run on, as the model takes it: release, processors, memory, swap, huge pages,
 * and what it may promise.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { cpus, release } from "node:os";
import {
  KB_PER_PAGE,
  KERNELS,
  type KernelName,
  kernelOfRelease,
  releaseNumber,
} from "@forkpath/abi";
import type { Rlimits } from "@forkpath/fork";
import { Overcommit } from "@forkpath/kernel";
import { ThpMode } from "@forkpath/mm";
import { parseLimits, parseMeminfo } from "@forkpath/procfs";
import type { MachineSpec } from "@forkpath/scenario";
import { LiveError } from "./live-error.ts";
import { readNumber, readText } from "./proc.ts";

/** What the model has to know of it. */
export interface ThisMachine {
  /** As `uname -r` says it. */
  readonly release: string;
  /** The profile that it is held against. */
  readonly kernel: KernelName;
  /** Whether the profile is of this very release, not only the nearest one. */
  readonly isExact: boolean;
  /** The machine that the model makes of it. */
  readonly spec: MachineSpec;
  /** Bytes that could be used without anybody having to give way. */
  readonly freeBytes: number;
  /** Whether frames are told: /proc says them to root alone. */
  readonly hasFrames: boolean;
  /** Whether we run as root. */
  readonly isRoot: boolean;
  /** User id that we run as. */
  readonly uid: number;
  /** Whether the counters that status prints are exact sums, as since 6.2. */
  readonly isStatusExact: boolean;
  /** Whether swap is memory, such as zram, and read page by page. */
  readonly tellsMajorFaults: boolean;
  /** Whether limits of processes of other users can be set. */
  readonly canSetLimits: boolean;
  /** What no process of ours may have more of: bytes, or a count. */
  readonly hardLimits: Partial<Rlimits>;
}

const BYTES_PER_KB = 1024;

/**
 * @param wanted another release to hold it against; by default its own, or the nearest one
 * @throws LiveError on anything but Linux on x86-64
 */
export function lookAtThisMachine(wanted?: KernelName): ThisMachine {
  const { platform, arch } = process;
  if (platform !== "linux" || arch !== "x64") {
    throw new LiveError(`live needs Linux on x86-64; this is ${platform} on ${arch}`);
  }
  const memory = parseMeminfo(readFileSync("/proc/meminfo")).rows;
  const name = release();
  const nearest = profileFor(name);
  const kernel = wanted ?? nearest.kernel;
  const isExact = nearest.isExact && kernel === nearest.kernel;
  const spec = specOf(kernel, memory);
  const isRoot = process.getuid?.() === 0;
  return {
    release: name,
    kernel,
    isExact,
    isRoot,
    uid: process.getuid?.() ?? 0,
    hasFrames: hasCapability(SYS_ADMIN) && canOpen("/proc/kpagecount"),
    canSetLimits: hasCapability(SYS_RESOURCE),
    spec,
    freeBytes: (memory.MemAvailable ?? memory.MemFree) * BYTES_PER_KB,
    tellsMajorFaults: readsPageByPage(spec),
    isStatusExact: [name, kernel].every((one) => releaseNumber(one) >= EXACT_SINCE),
    hardLimits: readHardLimits(),
  };
}

/** Numbers of capabilities: without the first, pagemap tells no frames. */
const SYS_ADMIN = 21n;
const SYS_RESOURCE = 24n;

function hasCapability(number: bigint): boolean {
  const status = readText("/proc/self/status") ?? "";
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> number) & 1n) === 1n;
}

function canOpen(path: string): boolean {
  try {
    closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  }
}

const readsPageByPage = ({ swap = [] }: MachineSpec): boolean =>
  swap.length === 0 ||
  (readNumber("/proc/sys/vm/page-cluster") === 0 &&
    swap.every(({ isSynchronous }) => isSynchronous === true));

function specOf(kernel: KernelName, memory: Readonly<Record<string, number>>): MachineSpec {
  const ratio = readNumber("/proc/sys/vm/overcommit_ratio");
  const maxMapCount = readNumber("/proc/sys/vm/max_map_count");
  return {
    kernel,
    nrCpus: cpus().length,
    memoryPages: Math.floor(memory.MemTotal / KB_PER_PAGE),
    transparentHugepage: thpMode(),
    swap: readSwaps(),
    overcommit: { mode: overcommitMode(), ...(ratio === undefined ? {} : { ratio }) },
    ...(maxMapCount === undefined ? {} : { maxMapCount }),
  };
}

const MODES = [Overcommit.GUESS, Overcommit.ALWAYS, Overcommit.NEVER] as const;
const overcommitMode = (): Overcommit =>
  MODES[readNumber("/proc/sys/vm/overcommit_memory") ?? 0] ?? Overcommit.GUESS;

function thpMode(): ThpMode {
  const text = readText("/sys/kernel/mm/transparent_hugepage/enabled") ?? "";
  const chosen = /\[(\w+)\]/.exec(text)?.[1];
  return Object.values(ThpMode).find((mode) => mode === chosen) ?? ThpMode.NEVER;
}

/** `/dev/zram0  partition  8388604  0  100` */
function readSwaps(): NonNullable<MachineSpec["swap"]> {
  const [, ...lines] = (readText("/proc/swaps") ?? "").trim().split("\n");
  return lines.map((line) => {
    const [path, , sizeKb] = line.split(/\s+/);
    return {
      pages: Math.floor(Number(sizeKb) / KB_PER_PAGE),
      isSynchronous: /^\/dev\/(zram|pmem|ram)/.test(path),
    };
  });
}

const LIMITS: Readonly<Record<keyof Rlimits, string>> = {
  as: "Max address space",
  data: "Max data size",
  stack: "Max stack size",
  memlock: "Max locked memory",
  nproc: "Max processes",
};

function readHardLimits(): Partial<Rlimits> {
  const limits = parseLimits(readFileSync("/proc/self/limits"));
  const hard: Partial<Rlimits> = {};
  for (const [name, words] of Object.entries(LIMITS) as [keyof Rlimits, string][]) {
    const found = limits.find((one) => one.name === words);
    if (found !== undefined) hard[name] = found.hard;
  }
  return hard;
}

/** 6.2: since then status sums the counters; before, each task kept some of the count to itself. */
const EXACT_SINCE = 6002;

/**
 * The profile of that release; else the last one before it; else the first of all.
 * @example
 * ```ts
 * import { profileFor } from "@forkpath/live";
 * console.log(profileFor("6.18.44")); // { kernel: 'v6.18', isExact: true }
 * ```
 */
export function profileFor(name: string): Pick<ThisMachine, "kernel" | "isExact"> {
  const kernel = kernelOfRelease(name);
  if (kernel === undefined) return { kernel: KERNELS[0], isExact: false };
  const isDistribution = !kernel.startsWith("v");
  return { kernel, isExact: isDistribution || releaseNumber(kernel) === releaseNumber(name) };
}
