/** What is predicted: sizes in kB, by the labels of /proc. */
import type { KernelName } from "@forkpath/abi";
import type { Calibration, Duration } from "../cost/cost.ts";
import type { ForkCounts } from "../cost/counts.ts";
import type { Growth, GrowthPoint } from "../cost/growth.ts";
import type { MemoryFacts } from "../cost/machine.ts";
import type { CommitAnswer } from "../cost/refuse.ts";
import type { Bounds } from "../levels/bounds.ts";
import type { Clause } from "../load/clause.ts";
import type { Knowledge } from "../types.ts";
import type { Advice } from "./advice.ts";

/** kB, by the label that /proc gives it. */
export type Figures = Readonly<Record<string, number>>;

/** One process after the fork. */
export interface PredictedSide {
  /** Lines of /proc/PID/status that are about memory. */
  readonly status: Figures;
  /** Lines of smaps_rollup; null where smaps could not be read. */
  readonly rollup: Figures | null;
  /** Pages that nobody else maps; null where that cannot be told. */
  readonly uss: number | null;
  /** What is not known exactly, by its label. */
  readonly bounds: Readonly<Record<string, Bounds>>;
}

/** One area on both sides. */
export interface PredictedArea {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** As maps shows it. */
  readonly name: string;
  /** Why fork copies it, or does not. */
  readonly clause: Clause;
  /** Whether its entries are copied. */
  readonly isCopied: boolean;
  /** Lines of smaps in the parent, after the fork. */
  readonly parent: Figures;
  /** Lines of smaps in each child; null where it has no such area. */
  readonly child: Figures | null;
}

/** What bounds the growth of memory, and when it is reached. */
export interface GrowthLimit {
  /** `memory.max of /system.slice/redis.service`, or the machine's free memory. */
  readonly name: string;
  /** At memory.high writers stall; at the others somebody is killed. */
  readonly isHigh: boolean;
  /** kB that are left. */
  readonly headroom: number;
  /** The last point that fits; null where all of the plan does. */
  readonly reached: GrowthPoint | null;
  /** Not even the fork itself fits. */
  readonly isFull: boolean;
}

/** What a fork of the process would do. */
export interface Prediction {
  /** The program's name. */
  readonly comm: string;
  /** The release that it was forked in. */
  readonly kernel: KernelName;
  /** How much the capture tells. */
  readonly level: Knowledge;
  /** How many were forked, one after the other. */
  readonly children: number;
  /** The parent, with all children alive. */
  readonly parent: PredictedSide;
  /** Each of the children, with all of them alive. */
  readonly child: PredictedSide;
  /** The parent's areas, by address. */
  readonly areas: readonly PredictedArea[];
  /** What a fork has to do; null where nothing was loaded. */
  readonly counts: ForkCounts | null;
  /** How long one fork takes. */
  readonly time: Duration | null;
  /** Whose costs `time` is made of. */
  readonly calibration: Calibration;
  /** What one child costs at once, before anything is written: tables, stack, structures; kB. */
  readonly atOnce: number | null;
  /** What later writes cost; null where nothing was loaded. */
  readonly growth: Growth | null;
  /** Null where meminfo was not captured. */
  readonly memory: MemoryFacts | null;
  /** Where growth ends: the tightest of what cgroup and machine have left, if all is not enough. */
  readonly limits: readonly GrowthLimit[];
  /** Whether the kernel promises the memory; null where that cannot be asked. */
  readonly commit: CommitAnswer | null;
  /** What would make the fork cheaper, each tried alone; empty where none was. */
  readonly advice: readonly Advice[];
  /** What could not be known, or does not fit together: a sentence each. */
  readonly notes: readonly string[];
}
