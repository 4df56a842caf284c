/**
 * What a machine is made of: the axes along which builds and boots differ, each with its default.
 */
import { type Exchanges, expectInteger, type KernelName, rulesOf } from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import type { Rlimits } from "@forkpath/fork";
import { defaultMaxThreads } from "@forkpath/fork/internal";
import { type CommitOptions, ThpMode } from "@forkpath/mm";
import { swapRules } from "@forkpath/swap";
import { checkConfig } from "./check-config.ts";

/** A swap area that the machine boots with, or gets later. */
export interface SwapConfig {
  /** Usable slots of the area; its header is one more. */
  readonly pages: number;
  /** 0 to 32767; without one the area comes after all others. */
  readonly prio?: number;
  /** The device is memory, such as zram: a page that is read may pass the swap cache by. */
  readonly isSynchronous?: boolean;
}

/** Which machine createKernel makes. */
export interface KernelConfig {
  /** Which kernel it is; by default el6, 2.6.32-642.6.2. */
  readonly kernel?: KernelName;
  /** Rules that answer as another kernel does, or as if a defect were mended: by their names. */
  readonly rules?: Exchanges;
  /** Processors; by default four. */
  readonly nrCpus?: number;
  /** Parts of the memory that are near to different CPUs; by default one. */
  readonly nrNodes?: number;
  /**
   * On el6: with at least this many CPUs each page table has a lock of its own (SPEC §1.1); by
   * default four.
   */
  readonly splitPtlockCpus?: number;
  /** CONFIG_MEMORY_FAILURE takes a type from swap areas (L2/2); by default it is built in. */
  readonly memoryFailure?: boolean;
  /** CONFIG_DEVICE_PRIVATE takes several, on releases that have it; by default it is built in. */
  readonly devicePrivate?: boolean;
  /**
   * Whether a copy or an unmap lets go of its lock when another thread spins on it; by
   * default not.
   */
  readonly preempt?: boolean;
  /** Which anonymous memory gets huge pages; by default none. */
  readonly transparentHugepage?: ThpMode;
  /** Frames of 4 KiB; by default 4 GiB of them. */
  readonly memoryPages?: number;
  /** Swap areas; by default none. */
  readonly swap?: readonly SwapConfig[];
  /** Mode, ratio and reserves of the commit check; the defaults are mm's. */
  readonly overcommit?: CommitOptions;
  /** Tasks that may exist; by default a 32nd of the frames, 20 at least (SPEC §6.4). */
  readonly maxThreads?: number;
  /** Pids stay below it; by default 32,768. */
  readonly pidMax?: number;
  /** Areas that an address space may have, as far as mmap looks; by default 65,530. */
  readonly maxMapCount?: number;
  /** Limits of init, which all others inherit; Infinity for none. */
  readonly rlimits?: Partial<Rlimits>;
}

/** A configuration in which nothing is left open. */
export interface MachineConfig extends Required<KernelConfig> {
  /** What nrCpus and splitPtlockCpus come to on this kernel. */
  readonly splitPtlocks: boolean;
}

const DEFAULTS = {
  kernel: "el6",
  rules: {},
  nrCpus: 4,
  nrNodes: 1,
  splitPtlockCpus: 4,
  memoryFailure: true,
  devicePrivate: true,
  preempt: false,
  transparentHugepage: ThpMode.NEVER,
  memoryPages: 2 ** 20,
  swap: [],
  overcommit: {},
  pidMax: 32_768,
  maxMapCount: 65_530,
  rlimits: {},
} as const satisfies KernelConfig;

/**
 * Fills in the defaults.
 * @throws RangeError or TypeError that names the first key that is unknown or out of range
 * @modelOnly the kernel's .config and its boot command line
 */
export function resolveConfig(config: KernelConfig): MachineConfig {
  checkConfig(config);
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  const filled = { ...DEFAULTS, ...(Object.fromEntries(given) as KernelConfig) };
  const { swapTypes } = rulesOf(swapRules, filled.kernel, filled.rules);
  const { maxSwapfiles } = swapTypes(filled);
  expectInteger("createKernel", "swap.length", filled.swap.length, 0, maxSwapfiles);
  const { splitPtlocks } = rulesOf(counterRules, filled.kernel, filled.rules);
  return Object.freeze({
    ...filled,
    maxThreads: filled.maxThreads ?? defaultMaxThreads(filled.memoryPages),
    splitPtlocks: splitPtlocks(filled.nrCpus, filled.splitPtlockCpus),
  });
}
