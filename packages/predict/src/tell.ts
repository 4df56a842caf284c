/** What the model has said, as figures with what is not known exactly. */

import {
  type Bounds,
  type Estimate,
  isCopied,
  pssEstimates,
  referencedBounds,
  swapPssEstimate,
} from "./levels/bounds.ts";
import { Clause } from "./load/clause.ts";
import type { LoadedArea } from "./load/loading.ts";
import type { Outcome } from "./outcome.ts";
import type { Figures, PredictedArea, PredictedSide, Prediction } from "./prediction.ts";
import type { Side } from "./read/side.ts";

/** Shares of single kinds cannot be told apart from their sum. */
const SHARES_OF_KINDS = ["Pss_Dirty", "Pss_Anon", "Pss_File", "Pss_Shmem"] as const;

export function tell(outcome: Outcome): Prediction {
  const { how, load, parent, child, commit } = outcome;
  return {
    comm: load.captured.comm,
    kernel: how.kernel,
    level: how.level,
    children: how.children,
    parent: toldSide(outcome, parent, "parent"),
    child: toldSide(outcome, child, "child"),
    areas: toldAreas(outcome),
    commit: commit.mode === null ? null : commit,
    notes: notesOf(outcome),
  };
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
  }
  if (side.rollup.Swap > 0) estimate("SwapPss", swapPssEstimate(load, side));
  if (role === "child") {
    const { low, high } = referencedBounds(load, side);
    estimate("Referenced", { value: high, low, high });
  }
  const { Private_Clean, Private_Dirty, Private_Hugetlb } = side.rollup;
  return {
    status: toldStatus(outcome, side, role),
    rollup: figures,
    uss: Private_Clean + Private_Dirty + Private_Hugetlb,
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
    isCopied: isCopied(area),
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
  if (commit.isAssumed)
    notes.push("vm.overcommit_memory was not captured: 0, the default, is taken");
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
