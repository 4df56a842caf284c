/** Rows of a witness: what of a schedule is worth one. */
import type { KernelEvent } from "@forkpath/events";
import { PointKind, type Subject } from "@forkpath/sync";
import { expect, test } from "vitest";
import { type WitnessPoint, type WitnessStep, witnessRows } from "../src/index.ts";

const [TABLE, OTHER]: readonly Subject[] = ["mm1", "mm2"].map((owner) => ({
  kind: "lock",
  owner,
  field: "pte_lock",
}));

/** A step of `thread` that does nothing but `what`. */
function step(thread: number, what: Partial<WitnessStep>): WitnessStep {
  return {
    thread,
    point: null,
    fn: `fn${thread}`,
    held: [],
    isPreemption: false,
    deeds: [],
    ...what,
  };
}

const load = (thread: number, owner: string): WitnessStep => {
  const event = { kind: "load", cell: `${owner}.x`, owner, field: "x", value: 1n } as const;
  return step(thread, { point: at(PointKind.LOAD, owner), deeds: [{ event, fn: "f" }] });
};

const lock = (thread: number, name: string): WitnessStep => {
  const named = { lock: name, owner: "mm1", lockClass: "pte_lock", where: "f" };
  const event: KernelEvent = { kind: "lock", ...named };
  return step(thread, { deeds: [{ event, fn: "f" }] });
};

const at = (kind: PointKind, owner: string, of: Partial<Subject> = {}): WitnessPoint => ({
  kind,
  of: { kind: "field", owner, field: "x", ...of },
  label: `${owner}.x`,
});

const entry = (thread: number, held: readonly Subject[]): WitnessStep =>
  step(thread, { held, point: at(PointKind.STORE, "", { kind: "entry", field: "pte" }) });

const sortsOf = (steps: readonly WitnessStep[], isFull = false): unknown[] =>
  witnessRows(steps, { isFull }).map((row) => [row.step, row.sort, row.times]);

test("what one thread alone touches is folded, and shown in full", () => {
  const steps = [load(0, "a"), load(0, "b"), load(0, "c"), load(1, "a")];
  expect(sortsOf(steps)).toEqual([
    [0, "event", 1],
    [1, "fold", 2],
    [3, "event", 1],
  ]);
  const full = witnessRows(steps, { isFull: true });
  expect(full.map((row) => row.sort === "event" && row.isShared)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test("a fold ends where another thread goes on", () => {
  const pause = (thread: number): WitnessStep =>
    step(thread, { point: at(PointKind.RESCHED, "cpu") });
  expect(sortsOf([pause(0), pause(0), pause(1)])).toEqual([
    [0, "fold", 2],
    [2, "fold", 1],
  ]);
});

test("locks of one class and one owner are alike; other values are other rows", () => {
  expect(sortsOf([lock(0, "mm1.pt1"), lock(0, "mm1.pt2"), lock(1, "mm1.pt1")])).toEqual([
    [0, "event", 2],
    [2, "event", 1],
  ]);
  expect(sortsOf([load(0, "a"), load(0, "b"), load(1, "b"), load(1, "a")])).toEqual([
    [0, "event", 1],
    [1, "event", 1],
    [2, "event", 1],
    [3, "event", 1],
  ]);
});

test("a step on an entry is worth a row where both threads take the lock of its table", () => {
  const both = [lock(0, "mm1.pt"), lock(1, "mm1.pt")];
  expect(sortsOf([...both, entry(0, [OTHER, TABLE]), entry(0, [TABLE, OTHER])])).toEqual([
    [0, "event", 1],
    [1, "event", 1],
    [2, "point", 1],
    [3, "fold", 1],
  ]);
});

test("a call begins a row, whatever else its first step does; calls of other labels are others", () => {
  const call = (label: string): WitnessStep =>
    step(0, { point: { ...at(PointKind.CALL, "t"), label }, isPreemption: true });
  const steps = [call("read a"), call("read b"), call("read b")];
  expect(sortsOf(steps)).toEqual([
    [0, "call", 1],
    [1, "call", 2],
  ]);
  expect(witnessRows(steps)[0]).toMatchObject({ isPreemption: true, thread: 0 });
});

test("rows are plain, and can leave a worker", () => {
  const rows = witnessRows([load(0, "a"), load(1, "a"), lock(1, "mm1.pt")], { isFull: true });
  expect(rows).toHaveLength(3);
  expect(structuredClone(rows)).toEqual(rows);
});
