/**
 * What the memory cgroup allows, level by level (predict.md §9): a fork charges tables and the
 * kernel's own structures at once, and a page for each that is copied later, to the writer's group.
 */
import type { CgroupLevel } from "@forkpath/procfs";
import type { ForkCounts } from "./counts.ts";
import type { MachineFacts } from "./machine.ts";

/** kB. */
export interface CgroupAnswer {
  readonly path: string;
  /** The file with the limit: `memory.max`. */
  readonly file: string;
  readonly limit: number;
  /** At memory.high writers stall, and none is killed. */
  readonly isHigh: boolean;
  readonly current: number;
  /** What can be had below the limit: free, reclaimable, and swapped out for it. */
  readonly headroom: number;
}

/** Of one child, in kB (measured: 256 for a static program of 64 MiB). */
export function forkCharge(vmPte: number, counts: ForkCounts): number {
  const areas = counts.areasSkipped + counts.areasCopied;
  return Math.ceil(
    vmPte + PGD_KB + STACK_KB + AREA_KB * areas + ANON_VMA_KB * counts.areasCopied + REST_KB,
  );
}

const PGD_KB = 4;
const STACK_KB = 16;
const AREA_KB = 0.2;
const ANON_VMA_KB = 0.24;
const REST_KB = 50;

/** Every level that has a limit, the tightest first. */
export function cgroupAnswers({ cgroup }: MachineFacts): CgroupAnswer[] {
  const levels = cgroup ?? [];
  const swap = swapHeadroom(levels);
  return levels
    .flatMap((level) => [answerOf(level, "max", swap), answerOf(level, "high", swap)])
    .filter((answer) => answer !== null)
    .toSorted((one, other) => one.headroom - other.headroom);
}

function answerOf(level: CgroupLevel, kind: "max" | "high", swap: number): CgroupAnswer | null {
  const isV1 = kind === "max" && Object.hasOwn(level.files, V1_LIMIT);
  const name = isV1 ? V1_LIMIT : `memory.${kind}`;
  const bytes = bytesOf(level, name);
  const current = bytesOf(level, "memory.current") ?? bytesOf(level, "memory.usage_in_bytes");
  if (bytes === null || current === null || bytes >= NO_LIMIT) return null;
  const stat = statOf(level);
  const inactive = stat.total_inactive_file ?? stat.inactive_file ?? 0;
  const active = stat.total_active_file ?? stat.active_file ?? 0;
  const file = inactive + active + (stat.slab_reclaimable ?? 0);
  const kept = Math.max(bytesOf(level, "memory.min") ?? 0, bytesOf(level, "memory.low") ?? 0);
  const reclaimable = Math.max(file - kept, 0) + Math.min(swap, stat.anon ?? 0);
  return {
    path: level.path,
    file: name,
    limit: kb(bytes),
    isHigh: kind === "high",
    current: kb(current),
    headroom: kb(Math.max(bytes - current + reclaimable, 0)),
  };
}

const V1_LIMIT = "memory.limit_in_bytes";
/** v1 has no word for "no limit", only a number that no machine has. */
const NO_LIMIT = 2 ** 60;
const kb = (bytes: number): number => Math.floor(bytes / 1024);

/** Bytes that may be swapped out: the least that a level leaves; none where nothing is said. */
function swapHeadroom(levels: readonly CgroupLevel[]): number {
  const left = levels.flatMap((level) => {
    const max = bytesOf(level, "memory.swap.max");
    const current = bytesOf(level, "memory.swap.current");
    return max === null || current === null ? [] : [Math.max(max - current, 0)];
  });
  return left.length === 0 ? 0 : Math.min(...left);
}

/** Null where there is no such file, or it says `max`. */
function bytesOf({ files }: CgroupLevel, name: string): number | null {
  const text = Object.hasOwn(files, name) ? files[name].trim() : "";
  return /^\d{1,19}$/.test(text) ? Number(text) : null;
}

function statOf({ files }: CgroupLevel): Readonly<Record<string, number>> {
  const text = Object.hasOwn(files, "memory.stat") ? files["memory.stat"] : "";
  const entries = [...text.matchAll(/^([a-z_]+) (\d{1,19})$/gm)];
  return Object.fromEntries(entries.map(([, name, value]) => [name, Number(value)]));
}
