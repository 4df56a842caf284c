/** SPEC §4.5 with two CPUs: every point of a path is a place where the other one may run. */
import {
  createSpinLock,
  createThread,
  failNth,
  type KernelThread,
  type SchedulePoint,
  type Thread,
} from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anonVmaFork, anonVmaPrepare, unlinkAnonVmas } from "../src/index.ts";
import * as tree from "./family.ts";

interface Cpu {
  readonly thread: Thread;
  readonly path: KernelThread<unknown>;
  waitsFor: SchedulePoint | null;
}

/** Runs the paths to their ends; bit by bit, `choices` says who of those that can goes next. */
function interleave(family: tree.Family, paths: KernelThread<unknown>[], choices: boolean[]): void {
  const { sync } = family;
  sync.interleaved = true;
  let running: Cpu[] = paths.map((path, id) => ({
    thread: createThread(id, `cpu${id}`),
    path,
    waitsFor: null,
  }));
  for (let turn = 0; running.length > 0; turn++) {
    const able = running.filter(({ waitsFor }) => waitsFor === null || waitsFor.ready());
    const cpu = able[choices[turn] ? able.length - 1 : 0];
    sync.current = cpu.thread;
    const step = cpu.path.next();
    if (step.done) running = running.filter((other) => other !== cpu);
    else cpu.waitsFor = step.value;
  }
  sync.interleaved = false;
}

/** A schedule: who goes at each turn. Two paths of this file take fewer than 40 turns. */
const schedules = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
const RUNS = { seed: 20161004, numRuns: 300 };

test("two threads that fault at once give their vma one anon_vma, and free the other", () => {
  let losers = 0;
  fc.assert(
    fc.property(schedules, (choices) => {
      const family = tree.createFamily();
      const vma = tree.map(family, "P");
      const lock = createSpinLock("page_table_lock");
      const fault = (): KernelThread<number> =>
        anonVmaPrepare(family.sync, family.anonVmas, vma, lock, () => null);
      interleave(family, [fault(), fault()], choices);
      expect(vma.anonVmaChain.length).toBe(1);
      expect(tree.check(family)).toEqual([]);
      losers += family.anonVmas.nextId - 2;
    }),
    RUNS,
  );
  expect(losers).toBeGreaterThan(0); // the race was met
});

/** P forks D while its first child C exits; the requests named in `refused` fail. */
function forkDuringExit(
  choices: boolean[],
  refused: readonly number[] = [],
): { readonly family: tree.Family; readonly child: tree.NamedVma } {
  const family = tree.createFamily();
  const { sync, anonVmas, vmas } = family;
  tree.write(family, "P");
  tree.fork(family, "P", "C");
  const [exiting, child] = [tree.vmaOf(family, "C"), tree.freshVma("D")];
  for (const request of refused) failNth(sync.gate, request);
  const exit = unlinkAnonVmas(sync, anonVmas, exiting);
  interleave(family, [exit, anonVmaFork(sync, anonVmas, child, tree.vmaOf(family, "P"))], choices);
  vmas.delete("C");
  return { family, child };
}

test("a parent that forks twice while a child exits: the graph is whole afterwards", () => {
  fc.assert(
    fc.property(schedules, (choices) => {
      const { family, child } = forkDuringExit(choices);
      family.vmas.set("D", child);
      expect(tree.check(family)).toEqual([]);
      expect(tree.draw(family).anonVmas).toEqual({ A: "P D | degree 3", C: "D | degree 1" });
    }),
    RUNS,
  );
});

test("the same without memory for a link: the unborn child leaves nothing behind", () => {
  fc.assert(
    fc.property(schedules, (choices) => {
      const { family, child } = forkDuringExit(choices, [0, 1]); // under the lock, and without it
      expect(child).toEqual(tree.freshVma("D"));
      expect(tree.check(family)).toEqual([]);
      expect(tree.draw(family).anonVmas).toEqual({ A: "P | degree 2" });
    }),
    RUNS,
  );
});

test("the last two of a family exit at once: the root goes exactly once, after both", () => {
  fc.assert(
    fc.property(schedules, (choices) => {
      const family = tree.createFamily();
      const { sync, anonVmas, vmas } = family;
      tree.write(family, "P");
      tree.fork(family, "P", "C");
      const paths = ["P", "C"].map((name) =>
        unlinkAnonVmas(sync, anonVmas, tree.vmaOf(family, name)),
      );
      interleave(family, paths, choices);
      vmas.clear();
      expect(tree.draw(family).anonVmas).toEqual({});
    }),
    RUNS,
  );
});
