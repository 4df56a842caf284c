/** Random histories of a few processes: after every step everything can be recounted. */
import { CloneFlag, PAGE_SIZE, Signal } from "@forkpath/abi";
import { reclaimPages, touch } from "@forkpath/mm";
import { failNth } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ANY_CHILD,
  type ForkEnv,
  sysClone,
  sysExecve,
  sysExit,
  sysExitGroup,
  sysFork,
  sysWait4,
  TaskFlag,
  type TaskStruct,
  WaitOption,
} from "../src/index.ts";
import { argumentOf, program } from "./exec/programs.ts";
import { mmsOf, recount } from "./recount.ts";
import { machine, map, spawn, THREAD } from "./world.ts";

const SEED = 20260728;
const MOST_TASKS = 12;

/** What `task` does; `choice` decides the rest. */
const MOVES: Record<string, (fe: ForkEnv, task: TaskStruct, choice: number) => void> = {
  fork: (fe, task) => void run(sysFork(fe, task)),
  thread: (fe, task) => void run(sysClone(fe, task, THREAD)),
  sharer: (fe, task) => void run(sysClone(fe, task, CloneFlag.VM | Signal.SIGCHLD)),
  exit: (fe, task, choice) => run(sysExit(fe, task, choice)),
  exitGroup: (fe, task, choice) => run(sysExitGroup(fe, task, choice)),
  exec: (fe, task, choice) =>
    void run(sysExecve(fe, task, program(fe, { argv: [argumentOf(1 + (choice % 5))] }))),
  wait: (fe, task) => {
    run(sysWait4(fe, task, ANY_CHILD, WaitOption.NOHANG));
    run(sysWait4(fe, fe.initTask, ANY_CHILD, WaitOption.NOHANG));
  },
  ignoreChildren: (_fe, { sighand }, choice) => {
    sighand.sigchld = choice % 2 === 0 ? "ignore" : "default";
  },
  map: (fe, task, choice) => {
    if ((task.mm?.mapCount ?? 0) < 8) map(fe, task, choice % 3 === 0 ? "[F f -]" : "[W - z]");
  },
  touch: (fe, task, choice) => {
    const vma = task.mm?.vmas[choice % task.mm.vmas.length];
    if (task.mm === null || vma === undefined) return;
    const page = choice % ((vma.end - vma.start) / PAGE_SIZE);
    run(touch(fe.mm, task.mm, vma.start + page * PAGE_SIZE, choice % 2 === 0));
  },
  swapOut: (fe, task, choice) => {
    if (task.mm !== null) run(reclaimPages(fe.mm, task.mm, { count: 1 + (choice % 4) }));
  },
};

const step = fc.record({
  move: fc.constantFrom(...Object.keys(MOVES)),
  who: fc.nat(99),
  choice: fc.nat(999),
  /** Which allocation from now on fails, if any. */
  refuse: fc.option(fc.nat(30), { freq: 3 }),
});

const liveTasks = (fe: ForkEnv): TaskStruct[] =>
  [...fe.tasks.values()].filter(
    (task) => task !== fe.initTask && (task.flags & TaskFlag.EXITING) === 0,
  );

/** Milliseconds, on a machine that does other things too. */
const PATIENCE = 60_000;

test.each([true, false])(
  "no history of tasks leaks or loses anything (split %s)",
  (splitPtlocks) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 30 }), (steps) => {
        const fe = machine({ splitPtlocks, memoryPages: 2048 });
        spawn(fe, "[W W z]", "[F f]");
        for (const { move, who, choice, refuse } of steps) {
          const tasks = liveTasks(fe);
          if (
            tasks.length === 0 ||
            (tasks.length >= MOST_TASKS && /fork|thread|sharer/.test(move))
          ) {
            continue;
          }
          // A picture is mapped to be right, so nothing is refused while it is drawn.
          if (refuse !== null && move !== "map") failNth(fe.mm.sync.gate, refuse);
          MOVES[move](fe, tasks[who % tasks.length], choice);
          fe.mm.sync.gate.refused.clear();
          expect(recount(fe)).toEqual([]);
        }
        for (const task of liveTasks(fe)) {
          if (fe.tasks.get(task.pid) === task) run(sysExit(fe, task, 0));
        }
        while (run(sysWait4(fe, fe.initTask, ANY_CHILD, WaitOption.NOHANG)).pid > 0);
        expect([recount(fe), mmsOf(fe), fe.mm.commit.committed]).toEqual([[], [], 0]);
      }),
      { seed: SEED, numRuns: 40 },
    );
  },
  PATIENCE,
);
