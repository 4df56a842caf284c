/** What a capture tells of the machine, as far as it decides whether a process may fork. */
import { Overcommit } from "@forkpath/mm";
import type { Capture, CgroupLevel } from "@forkpath/procfs";

/** kB. */
export interface MemoryFacts {
  /** MemTotal. */
  readonly total: number;
  /** MemAvailable; MemFree where the release does not say. */
  readonly available: number;
  /** SwapTotal. */
  readonly swapTotal: number;
  /** CommitLimit. */
  readonly commitLimit: number;
  /** Committed_AS. */
  readonly committed: number;
}

export interface MachineFacts {
  /** Null where meminfo was not captured. */
  readonly memory: MemoryFacts | null;
  /** vm.overcommit_memory; null where it was not captured. */
  readonly overcommit: Overcommit | null;
  /** kB. */
  readonly adminReserve: number;
  readonly userReserve: number;
  /** The process's memory cgroup and those above it; null where unknown. */
  readonly cgroup: readonly CgroupLevel[] | null;
}

const MODES: readonly Overcommit[] = Object.values(Overcommit);

export function machineFactsOf({ meminfo, info }: Capture): MachineFacts {
  const rows = meminfo?.rows ?? {};
  const { MemTotal = 0, MemFree = 0, SwapTotal = 0 } = rows;
  // Kept back at boot: a 32nd of what was free, 8 MiB at most, and 128 MiB.
  const reserve = (most: number): number => Math.min(Math.floor(MemTotal / 32), most);
  return {
    memory:
      MemTotal === 0
        ? null
        : {
            total: MemTotal,
            available: rows.MemAvailable ?? MemFree,
            swapTotal: SwapTotal,
            commitLimit: rows.CommitLimit ?? Math.floor(MemTotal / 2) + SwapTotal,
            committed: rows.Committed_AS ?? 0,
          },
    overcommit: MODES.find((mode) => mode === info?.vm.overcommit_memory) ?? null,
    adminReserve: info?.vm.admin_reserve_kbytes ?? reserve(8192),
    userReserve: info?.vm.user_reserve_kbytes ?? reserve(131_072),
    cgroup: info?.cgroup?.levels ?? null,
  };
}
