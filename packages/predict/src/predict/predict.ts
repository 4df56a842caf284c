/**
 * A captured process forks in a kernel of its release, and both sides are read.
 *
 *    capture ─ load ─ may it fork? ─ fork ─ parent and child, as /proc would show them
 */
import type { KernelName } from "@forkpath/abi";
import type { Capture } from "@forkpath/procfs";
import { type Calibration, DEFAULT_CALIBRATION } from "../cost/cost.ts";
import { type GrowthPlan, SNAPSHOT } from "../cost/growth.ts";
import { type MachineFacts, machineFactsOf } from "../cost/machine.ts";
import { childOfStatus } from "../levels/status-only.ts";
import { syntheticPages } from "../levels/synthetic.ts";
import type { CapturedProcess } from "../types.ts";
import { forkCaptured } from "./outcome.ts";
import type { PredictedSide, Prediction } from "./prediction.ts";
import { kernelOf, levelOf, subjectOf } from "./subject.ts";
import { tell, tellAreasOnly } from "./tell.ts";

/** What is predicted, for which machine. */
export interface PredictOptions {
  /** By default the release that the process runs on. */
  readonly kernel?: KernelName;
  /** How many children are forked, one after the other, and all live; by default 1. */
  readonly children?: number;
  /** Who writes how much after the fork; by default the parent, everything. */
  readonly growth?: GrowthPlan;
  /** What a fork's parts cost here; by default, what they cost on one other machine. */
  readonly calibration?: Calibration;
  /** Whether to try what would make the fork cheaper; by default true. */
  readonly advises?: boolean;
}

const MOST_CHILDREN = 10_000;

/**
 * @throws RangeError where areas and pages of the capture do not fit together, or an option is out
 *   of range
 * @example
 * ```ts
 * import { predictFork } from "@forkpath/predict";
 * import { parseCapture } from "@forkpath/procfs";
 * const lines = ["Name:\tsh", "Pid:\t71", "VmSize:\t 8192 kB", "VmRSS:\t 4096 kB"];
 * const { level } = predictFork(parseCapture({ status: `${lines.join("\n")}\n` }));
 * console.log(level); // status
 * ```
 */
export function predictFork(capture: Capture, options: PredictOptions = {}): Prediction {
  const { children = 1 } = options;
  if (!Number.isInteger(children) || children < 1 || children > MOST_CHILDREN) {
    throw new RangeError(
      `predictFork: children must be an integer from 1 to ${MOST_CHILDREN}, got ${children}`,
    );
  }
  const told = predicted(capture, options, children);
  if ((options.kernel ?? kernelOf(capture.info?.release ?? null)) !== undefined) return told;
  const note = `on which release it runs is not known: ${told.kernel}, the newest, is taken`;
  return { ...told, notes: [note, ...told.notes] };
}

function predicted(capture: Capture, options: PredictOptions, children: number): Prediction {
  const subject = subjectOf(capture, options.kernel);
  const facts = machineFactsOf(capture);
  const kernel = options.kernel ?? subject.kernel;
  const level = levelOf(subject);
  const { areas, pages } = subject;
  if (level === "status" || areas === null) {
    const why = capture.empty?.includes("smaps") ? "is empty" : "could not be read";
    const note = `smaps ${why}: which areas are copied is not known, and nothing was forked`;
    return ofStatus(subject, facts, kernel, options, note);
  }
  const { growth = SNAPSHOT, calibration = DEFAULT_CALIBRATION, advises = true } = options;
  const how = { kernel, level, children, facts, growth, calibration, advises };
  if (level !== "areas" && pages !== null) return tell(forkCaptured(subject, pages, how));
  const spread = forkCaptured(subject, syntheticPages(areas, "spread"), how);
  const packed = forkCaptured(subject, syntheticPages(areas, "packed"), how);
  return tellAreasOnly(spread, packed);
}

/** Nothing to load: what status alone leaves open. */
function ofStatus(
  subject: CapturedProcess,
  { memory }: MachineFacts,
  kernel: KernelName,
  { children = 1, calibration = DEFAULT_CALIBRATION }: PredictOptions,
  note: string,
): Prediction {
  const child = childOfStatus(subject);
  const figures = Object.entries(child);
  const side: PredictedSide = {
    status: Object.fromEntries(figures.map(([name, { value }]) => [name, value])),
    rollup: null,
    uss: null,
    bounds: Object.fromEntries(
      figures
        .filter(([, { low, high }]) => low !== high)
        .map(([name, { low, high }]) => [name, { low, high }]),
    ),
  };
  return {
    comm: subject.comm,
    kernel,
    level: "status",
    children,
    parent: { status: subject.status, rollup: null, uss: null, bounds: {} },
    child: side,
    areas: [],
    counts: null,
    time: null,
    calibration,
    atOnce: null,
    growth: null,
    memory,
    limits: [],
    commit: null,
    advice: [],
    notes: [note],
  };
}
