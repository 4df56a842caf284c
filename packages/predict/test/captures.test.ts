import type { Capture } from "@forkpath/procfs";
import { expect, test } from "vitest";
import { type PredictedSide, type Prediction, predictFork } from "../src/index.ts";
import { PROGRAMS, type Program, recordedFork, withoutFrames } from "./recorded.ts";

const predict = (capture: Capture): Prediction => predictFork(capture, { advises: false });

/** Lines that are predicted and recorded, except those that are known only between bounds. */
function differing(predicted: PredictedSide, recorded: Capture): string[] {
  const different: string[] = [];
  const compare = (
    mine: Readonly<Record<string, number>>,
    real: Readonly<Record<string, number>>,
  ) => {
    for (const [label, value] of Object.entries(mine)) {
      if (real[label] === undefined || predicted.bounds[label] !== undefined) continue;
      if (real[label] !== value) different.push(`${label}: ${value}, recorded ${real[label]}`);
    }
  };
  compare(predicted.status, recorded.status.rows);
  compare(predicted.rollup ?? {}, recorded.rollup?.rows ?? {});
  return different;
}

/** Bounds that the recorded number is not within. */
const outside = (predicted: PredictedSide, { status, rollup }: Capture): string[] =>
  Object.entries(predicted.bounds).flatMap(([label, { low, high }]) => {
    const real = status.rows[label] ?? rollup?.rows[label] ?? Number.NaN;
    return real >= low && real <= high ? [] : [`${label}: ${low} to ${high}, recorded ${real}`];
  });

/** Cells of smaps that differ; Referenced apart, which has bounds only as a sum. */
function differingCells(
  prediction: Prediction,
  side: "parent" | "child",
  { smaps }: Capture,
): string[] {
  const areas = new Map(prediction.areas.map((area) => [area.start, area[side]]));
  return (smaps ?? []).flatMap(({ start, rows, name }) => {
    const mine = areas.get(start);
    if (mine === undefined || mine === null) {
      return name === "[vsyscall]" ? [] : [`${start.toString(16)}: missing`];
    }
    return Object.entries(mine)
      .filter(([label, value]) => label !== "Referenced" && (rows[label] ?? value) !== value)
      .map(([label, value]) => `${start.toString(16)} ${label}: ${value}, ${rows[label]}`);
  });
}

test.each(PROGRAMS)("%s: both sides are as recorded, to the page", async (program) => {
  const { pre, parent, child } = await recordedFork(program);
  for (const capture of [pre, { ...pre, anonVmas: null }]) {
    const prediction = predict(capture);
    expect(prediction.level).toBe("frames");
    expect(differing(prediction.parent, parent)).toEqual([]);
    expect(differing(prediction.child, child)).toEqual([]);
    expect(outside(prediction.child, child)).toEqual([]);
    expect(Object.keys(prediction.parent.bounds)).toEqual([]);
    expect(differingCells(prediction, "parent", parent)).toEqual([]);
    expect(differingCells(prediction, "child", child)).toEqual([]);
    expect(prediction.areas.filter((area) => area.child !== null)).toHaveLength(
      (child.smaps ?? []).filter(({ name }) => name !== "[vsyscall]").length,
    );
  }
});

/** Six pages of files that other processes mapped between the two moments. */
const MEANWHILE: Partial<Record<Program, string[]>> = {
  redis: ["Pss: 238907, recorded 238906"],
};

/** Percent that the estimate of Pss is off: parent and child, as predict.md §5 measured them. */
const PSS_ERROR = {
  redis: [0.01, 0.01],
  nginx: [0.05, 0.37],
  "php-fpm": [0.19, 0.19],
  sshd: [0.01, 0.01],
} as const;

test.each(PROGRAMS)("%s: without frame numbers, Pss lies within its bounds", async (program) => {
  const { pre, parent, child } = await recordedFork(program);
  const prediction = predict(withoutFrames(pre));
  expect(prediction.level).toBe("pages");
  expect(differing(prediction.parent, parent)).toEqual(MEANWHILE[program] ?? []);
  expect(differing(prediction.child, child)).toEqual([]);
  expect(outside(prediction.child, child)).toEqual([]);
  expect(outside(prediction.parent, parent)).toEqual([]);
  const error = (side: PredictedSide, { rollup }: Capture): number =>
    (Math.abs((side.rollup?.Pss ?? 0) - (rollup?.rows.Pss ?? 0)) / (rollup?.rows.Pss ?? 1)) * 100;
  expect(error(prediction.parent, parent)).toBeLessThan(PSS_ERROR[program][0]);
  expect(error(prediction.child, child)).toBeLessThan(PSS_ERROR[program][1]);
});

/** kB that the estimate of VmPTE is too high. */
const VM_PTE_ERROR = { redis: 16, nginx: 0, "php-fpm": 4, sshd: 0 } as const;

test.each(PROGRAMS)("%s: from smaps alone, page tables lie within bounds", async (program) => {
  const { pre, parent, child } = await recordedFork(program);
  const prediction = predict({ ...pre, anonVmas: null, pages: null });
  expect(prediction.level).toBe("areas");
  const { VmPTE } = prediction.child.status;
  expect(VmPTE - (child.status.rows.VmPTE ?? 0)).toBe(VM_PTE_ERROR[program]);
  expect(differing(prediction.parent, parent)).toEqual(MEANWHILE[program] ?? []);
  const known = differing(prediction.child, child).filter((line) => !line.startsWith("VmPTE"));
  expect(known).toEqual([]);
  expect(outside(prediction.child, child)).toEqual([]);
});

test("a status from before 4.5 does not say which pages are of files, so that the child's does not", async () => {
  const { pre } = await recordedFork("sshd");
  const { RssAnon: _, ...rows } = pre.status.rows;
  const old = { ...pre, status: { ...pre.status, rows } };
  const { child } = predict({ ...old, anonVmas: null, pages: null, smaps: null, rollup: null });
  expect(Object.keys(child.status)).toContain("VmRSS");
  expect(Object.keys(child.status)).not.toContain("RssFile");
});

test.each(PROGRAMS)(
  "%s: from status alone, the child's counters lie within bounds",
  async (program) => {
    const { pre, child } = await recordedFork(program);
    const prediction = predict({ ...pre, anonVmas: null, pages: null, smaps: null, rollup: null });
    expect(prediction.level).toBe("status");
    expect(prediction.child.rollup).toBeNull();
    expect(outside(prediction.child, child)).toEqual([]);
    expect(prediction.child.status.RssAnon).toBe(child.status.rows.RssAnon);
    // A fork copies no pages of files; how many the child maps once it has run is not known.
    expect(prediction.child.status.RssFile).toBe(0);
    expect(prediction.child.bounds.RssFile).toEqual({ low: 0, high: pre.status.rows.RssFile });
  },
);
