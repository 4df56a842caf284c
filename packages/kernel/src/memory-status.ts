/**
 * The memory block of /proc/PID/status, as numbers (SPEC §10.1).
 *
 * All are unsigned longs of the kernel: on el6 a counter below zero reads as 2^64 less (D3, D4),
 * and so does a VmLib whose text is not counted in exec_vm (D18).
 */
import { MmCounter, peekCounter, peekRss, peekShown } from "@forkpath/counters";
import type { MmStruct } from "@forkpath/mm";
import type { ProcRules } from "./rules/types.ts";

/** kB, in the order of /proc. */
export interface MemoryStatus {
  /** The most that `vmSize` was. */
  readonly vmPeak: bigint;
  /** Mapped, in all areas. */
  readonly vmSize: bigint;
  /** Locked, by mlock. */
  readonly vmLck: bigint;
  /** The most that `vmRSS` was, as far as the kernel has looked. */
  readonly vmHWM: bigint;
  /** In memory, as the counters say. */
  readonly vmRSS: bigint;
  /** Mapped privately and neither stack nor text. */
  readonly vmData: bigint;
  /** Stack. */
  readonly vmStk: bigint;
  /** Text of the program. */
  readonly vmExe: bigint;
  /** Text of libraries. */
  readonly vmLib: bigint;
  /** Page tables. */
  readonly vmPTE: bigint;
  /** In swap, as the counter says. */
  readonly vmSwap: bigint;
}

const KB_PER_PAGE = 4n;
const BYTES_PER_KB = 1024n;

/**
 * Reads without a schedule point: all numbers are of one moment.
 * @kernel task_mem in fs/proc/task_mmu.c
 */
export function memoryStatus(mm: MmStruct, rules: ProcRules): MemoryStatus {
  const { counters, usage } = mm;
  const rss = peekRss(counters);
  const totalVm = BigInt(usage.totalVm);
  const vmExe = BigInt(rules.statusText(mm)) / BYTES_PER_KB;
  return {
    vmPeak: kb(larger(peekCounter(counters, MmCounter.HIWATER_VM), totalVm)),
    vmSize: kb(totalVm - BigInt(usage.reservedVm)),
    vmLck: kb(BigInt(mm.lockedVm)),
    vmHWM: kb(larger(peekCounter(counters, MmCounter.HIWATER_RSS), rss)),
    vmRSS: kb(rss),
    vmData: kb(BigInt(rules.statusData(mm))),
    vmStk: kb(BigInt(usage.stackVm)),
    vmExe,
    vmLib: unsigned(BigInt(usage.execVm) * KB_PER_PAGE - vmExe),
    vmPTE: kb(BigInt(rules.statusTables(mm))),
    vmSwap: kb(peekShown(counters, MmCounter.SWAP_USAGE)),
  };
}

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const kb = (pages: bigint): bigint => unsigned(pages * KB_PER_PAGE);
const larger = (left: bigint, right: bigint): bigint => (left < right ? right : left);
