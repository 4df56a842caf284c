/** Lock uses: whose lock, which, how often, where. */
import { createTraceRing, events } from "@forkpath/trace";
import { expect, test } from "vitest";
import { createLockUses, type LockUse, lockUses, pictureProcess } from "../src/index.ts";
import { stage } from "./stage.ts";

const forked = (): { uses: (names?: Record<string, string>) => LockUse[]; mm: string } => {
  const { kernel, parent } = stage();
  const ring = createTraceRing({ capacity: 10_000 });
  kernel.attach(ring);
  kernel.fork(parent);
  const { mm } = pictureProcess(kernel, parent);
  return { uses: (names) => lockUses(events(ring), names), mm };
};

test("an owner with a name has its own lines; all others share theirs", () => {
  const { uses, mm } = forked();
  const named = uses({ [mm]: "parent" }).filter(({ lock }) => lock === "mmap_sem");
  expect(named.map(({ whose, times }) => [whose, times])).toEqual([
    ["parent", 1],
    [null, 1],
  ]);
  expect(uses().filter(({ lock }) => lock === "mmap_sem")).toMatchObject([
    { whose: null, times: 2, where: ["dup_mmap"] },
  ]);
});

test("names change no sum", () => {
  const { uses, mm } = forked();
  const sum = (all: LockUse[]): number => all.reduce((total, { times }) => total + times, 0);
  expect(sum(uses())).toBe(13);
  expect(sum(uses({ [mm]: "parent" }))).toBe(sum(uses()));
});

test("a lock that was not given back is held", () => {
  const { kernel, parent } = stage();
  const sink = createLockUses();
  kernel.attach(sink);
  kernel.fork(parent);
  expect(sink.held).toBe(0);
  expect(sink.uses().length).toBeGreaterThan(3);
});
