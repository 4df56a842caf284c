/** What is predicted: sizes in kB, by the labels of /proc. */
import type { KernelName } from "@forkpath/abi";
import type { Bounds } from "./levels/bounds.ts";
import type { Clause } from "./load/clause.ts";
import type { CommitAnswer } from "./refuse.ts";
import type { Level } from "./types.ts";

/** kB, by the label that /proc gives it. */
export type Figures = Readonly<Record<string, number>>;

export interface PredictedSide {
  readonly status: Figures;
  /** Lines of smaps_rollup; null where smaps could not be read. */
  readonly rollup: Figures | null;
  /** Pages that nobody else maps; null where that cannot be told. */
  readonly uss: number | null;
  /** What is not known exactly, by its label. */
  readonly bounds: Readonly<Record<string, Bounds>>;
}

export interface PredictedArea {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly clause: Clause;
  readonly isCopied: boolean;
  /** Null in a child that has no such area. */
  readonly parent: Figures;
  readonly child: Figures | null;
}

export interface Prediction {
  readonly comm: string;
  readonly kernel: KernelName;
  readonly level: Level;
  readonly children: number;
  readonly parent: PredictedSide;
  /** Each of the children, with all of them alive. */
  readonly child: PredictedSide;
  readonly areas: readonly PredictedArea[];
  readonly commit: CommitAnswer | null;
  /** What could not be known, or does not fit together: a sentence each. */
  readonly notes: readonly string[];
}
