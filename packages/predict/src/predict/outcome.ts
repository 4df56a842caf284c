/** The loaded process has forked: what the model says of both sides. */
import type { KernelName } from "@forkpath/abi";
import type { CapturedPages } from "@forkpath/procfs";
import type { Calibration } from "../cost/cost.ts";
import type { GrowthPlan } from "../cost/growth.ts";
import type { MachineFacts } from "../cost/machine.ts";
import {
  allowForks,
  type CommitAnswer,
  commitAnswer,
  type RefusedFork,
  setCommit,
} from "../cost/refuse.ts";
import { loadProcess } from "../load/load.ts";
import type { Loading } from "../load/loading.ts";
import { pinRegistered } from "../load/pin.ts";
import { readSide, type Side } from "../read/side.ts";
import type { CapturedProcess, Knowledge } from "../types.ts";
import { type Forked, forkOnce } from "./fork.ts";

export interface ForkHow {
  readonly kernel: KernelName;
  readonly level: Knowledge;
  readonly children: number;
  readonly facts: MachineFacts;
  readonly growth: GrowthPlan;
  readonly calibration: Calibration;
  readonly advises: boolean;
}

export interface Outcome {
  readonly how: ForkHow;
  readonly load: Loading;
  readonly before: Side;
  readonly parent: Side;
  /** The last of the children, with all of them alive. */
  readonly child: Side;
  readonly children: readonly Forked[];
  readonly commit: CommitAnswer | null;
  /** Pages that direct I/O holds, each copied for each child. */
  readonly pinned: number;
}

/** Loads the process and forks it; where the machine would refuse that, as if it did not. */
export function forkCaptured(
  captured: CapturedProcess,
  pages: CapturedPages,
  how: ForkHow,
): Outcome {
  const load = loadProcess(captured, pages, how.level, how.kernel);
  const pinned = pinRegistered(load);
  const before = readSide(load, load.mm, load.pid, "before");
  setCommit(load.env, how.facts);
  let refused: RefusedFork | null = null;
  const children: Forked[] = [];
  while (children.length < how.children) {
    const forked = forkOnce(load);
    if (typeof forked !== "number") children.push(forked);
    else if (refused === null) {
      refused = { child: children.length + 1, refusal: load.kernel.refusal(load.pid) };
      allowForks(load.env);
    } else throw new RangeError(`forkCaptured: fork answered ${forked} and is never refused here`);
  }
  const last = children[children.length - 1];
  return {
    how,
    load,
    before,
    parent: readSide(load, load.mm, load.pid, "parent"),
    child: readSide(load, last.mm, last.pid, "child"),
    children,
    commit: commitAnswer(load, how.facts, refused, how.children),
    pinned,
  };
}
