/** What the model has said, as figures with what is not known exactly. */

import { cgroupAnswers, forkCharge } from "../cost/cgroup.ts";
import { forkTime } from "../cost/cost.ts";
import { forkCounts } from "../cost/counts.ts";
import { type Growth, growthOf, progressAt, type SharedPages } from "../cost/growth.ts";
import type { MachineFacts } from "../cost/machine.ts";
import {
  type Bounds,
  type Estimate,
  pssEstimates,
  referencedBounds,
  swapPssEstimate,
} from "../levels/bounds.ts";
import { Clause } from "../load/clause.ts";
import type { LoadedArea } from "../load/loading.ts";
import type { Side } from "../read/side.ts";
import { adviceFor } from "./advice.ts";
import type { Outcome } from "./outcome.ts";
import type {
  Figures,
  GrowthLimit,
  PredictedArea,
  PredictedSide,
  Prediction,
} from "./prediction.ts";

/** Shares of single kinds cannot be told apart from their sum. */
const SHARES_OF_KINDS = ["Pss_Dirty", "Pss_Anon", "Pss_File", "Pss_Shmem"] as const;

/**
 * Lines that page flags decide: the child has them of what is copied, and the parent keeps them.
 */
const ROWS_OF_PAGES = ["KSM", "LazyFree"] as const;

function sumOfRows(areas: readonly LoadedArea[], name: string, role: "parent" | "child"): number {
  const told = role === "parent" ? areas : areas.filter(({ isCopied }) => isCopied);
  return told.reduce((sum, { captured }) => sum + (captured.rows[name] ?? 0), 0);
}

/** Changes the loaded process in the end, to try what would be cheaper. */
export function tell(outcome: Outcome): Prediction {
  const { how, load, parent, child, commit, children } = outcome;
  const { facts, calibration } = how;
  const counts = forkCounts(load.kernel, load.mm, children[0].mm);
  const atOnce = forkCharge(child.status.VmPTE, counts);
  const growth = growthOf(sharedPages(outcome), how.growth);
  return {
    comm: load.captured.comm,
    kernel: how.kernel,
    level: how.level,
    children: how.children,
    parent: toldSide(outcome, parent, "parent"),
    child: toldSide(outcome, child, "child"),
    areas: toldAreas(outcome),
    counts,
    time: forkTime(counts, calibration),
    calibration,
    atOnce,
    growth,
    memory: facts.memory,
    limits: growthLimits(facts, growth, atOnce * how.children),
    commit,
    notes: notesOf(outcome),
    advice: how.advises ? adviceFor(outcome, calibration) : [],
  };
}

/** Anonymous pages of areas that are copied: a write to one of another kind copies nothing more. */
function sharedPages({ load, how }: Outcome): SharedPages {
  const copied = load.areas.filter(({ isCopied }) => isCopied);
  const anon = copied.reduce((sum, area) => sum + area.anon, 0);
  const huge = copied.reduce((sum, area) => sum + (area.captured.rows.AnonHugePages ?? 0), 0) / 4;
  return { small: Math.max(anon - huge, 0), huge: Math.min(huge, anon), children: how.children };
}

/** @param atOnce what the forks themselves take; kB */
function growthLimits(facts: MachineFacts, growth: Growth, atOnce: number): GrowthLimit[] {
  const limits = cgroupAnswers(facts).map(({ path, file, isHigh, headroom }) => ({
    name: `${file} of ${path}`,
    isHigh,
    headroom,
  }));
  const { memory } = facts;
  if (memory !== null) {
    limits.push({ name: "the machine's memory", isHigh: false, headroom: memory.available });
  }
  return limits.map((limit) => ({
    ...limit,
    isFull: limit.headroom < atOnce,
    reached: progressAt(growth, Math.max(limit.headroom - atOnce, 0)) ?? null,
  }));
}

/** Of smaps alone: where pages lie decides only which tables there are. */
export function tellAreasOnly(spread: Outcome, packed: Outcome): Prediction {
  const told = tell(spread);
  const { VmPTE: most = Number.POSITIVE_INFINITY } = spread.load.captured.status;
  const high = Math.min(spread.child.status.VmPTE, most);
  const low = Math.min(packed.child.status.VmPTE, high);
  return {
    ...told,
    child: {
      ...told.child,
      status: { ...told.child.status, VmPTE: high },
      bounds: { ...told.child.bounds, ...(low === high ? {} : { VmPTE: { low, high } }) },
    },
  };
}

function toldSide(outcome: Outcome, side: Side, role: "parent" | "child"): PredictedSide {
  const { load, how } = outcome;
  const figures: Record<string, number> = { ...side.rollup };
  const bounds: Record<string, Bounds> = {};
  const estimate = (name: string, { value, low, high }: Estimate): void => {
    figures[name] = value;
    if (low !== high) bounds[name] = { low, high };
  };
  if (how.level !== "frames") {
    for (const name of SHARES_OF_KINDS) delete figures[name];
    estimate("Pss", pssEstimates(load, how.children)[role]);
    for (const name of ROWS_OF_PAGES) figures[name] = sumOfRows(load.areas, name, role);
  }
  if (side.rollup.Swap > 0) estimate("SwapPss", swapPssEstimate(load, side));
  if (role === "child") {
    const { low, high } = referencedBounds(load, side);
    estimate("Referenced", { value: high, low, high });
  }
  const { Private_Clean, Private_Dirty } = side.rollup;
  return {
    status: toldStatus(outcome, side, role),
    rollup: figures,
    uss: Private_Clean + Private_Dirty,
    bounds,
  };
}

/** fork changes no counter of the parent's, so that what was read stays what it is. */
function toldStatus({ load }: Outcome, side: Side, role: "parent" | "child"): Figures {
  if (role === "child") return side.status;
  const { status } = load.captured;
  return Object.fromEntries(
    Object.entries(side.status).map(([name, value]) => [name, status[name] ?? value]),
  );
}

function toldAreas({ load, parent, child }: Outcome): PredictedArea[] {
  const childRows = new Map(child.areas.map(({ start, rows }) => [start, rows]));
  return load.areas.map((area, at) => ({
    start: area.vma.start,
    end: area.vma.end,
    name: area.captured.name,
    clause: area.clause,
    isCopied: area.isCopied,
    parent: parent.areas[at].rows,
    child: childRows.get(area.vma.start) ?? null,
  }));
}

function notesOf({ load, how, before, pinned, commit }: Outcome): string[] {
  const notes: string[] = [];
  if (load.captured.anonVmas === null && load.areas.some(isLikely)) {
    notes.push(
      "whether an area has an anon_vma is estimated from its anonymous and swapped pages: " +
        "wrong only for memory that was written and given back",
    );
  }
  if (how.level === "pages") {
    notes.push("without frame numbers: how many processes share a page is known only in sum");
  }
  if (how.level === "areas") {
    notes.push("without pagemap: where the pages lie is not known, so page tables are bounded");
  }
  if (pinned > 0)
    notes.push(`${pinned} pages are registered with io_uring: each child gets copies`);
  if (commit?.isAssumed)
    notes.push("vm.overcommit_memory was not captured: 0, the default, is taken");
  if (how.facts.memory !== null && how.facts.cgroup === null) {
    notes.push(
      "limits of control groups were not captured: in a container memory.max may leave less than " +
        "what the machine has",
    );
  }
  const { VmPin = 0 } = load.captured.status;
  if (VmPin > 0 && pinned === 0) {
    notes.push(`${VmPin} kB are pinned, and where is not known: each child gets copies of them`);
  }
  const differing = differences(load.captured.status, before.status);
  if (differing.length > 0) {
    notes.push(`what was read does not fit together: ${differing.join(", ")}`);
  }
  return notes;
}

const isLikely = ({ clause }: LoadedArea): boolean => clause === Clause.LIKELY_WRITTEN;

/** Counters that the loaded areas should come to. */
const RECOUNTED = ["VmSize", "RssAnon", "RssFile", "RssShmem", "VmSwap", "HugetlbPages"];

function differences(captured: Figures, loaded: Figures): string[] {
  return RECOUNTED.filter(
    (name) => captured[name] !== undefined && captured[name] !== loaded[name],
  ).map(
    (name) => `status has ${captured[name]} kB as ${name}, the areas come to ${loaded[name]} kB`,
  );
}
