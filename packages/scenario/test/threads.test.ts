/**
 * Scenarios with threads: how they are read, and how somebody else steps through them.
 *
 *    steps, alone  ──▶  stage: threads, not begun  ──▶  finish: what came of it
 */
import { runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  CannotRun,
  parseScenario,
  runScenario,
  ScenarioError,
  type StagedThread,
} from "../src/index.ts";
import { stageThreads } from "../src/internal.ts";
import { unmet } from "./files.ts";

const HEAD = `machine: { memory: 16M }
processes:
  P: { mappings: { heap: { size: 4 pages, written: 1 page } } }
steps:
  - { clone: P, as: T }
`;

/** What is wrong with the text below the head. */
function problemsOf(text: string): readonly string[] {
  try {
    parseScenario(HEAD + text, "f");
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.split("\n");
  }
}

const stageOf = (text: string) => stageThreads(parseScenario(HEAD + text));

/** Runs the threads of a stage, one after the other. */
function runSerially({ kernel, threads, finish }: ReturnType<typeof stageThreads>) {
  for (const thread of threads) {
    kernel.machine.mm.sync.current = thread.self;
    runToCompletion(thread.path);
  }
  return finish();
}

const TWO = `threads:
  a: { write: P heap 1 }
  b: [{ write: T heap 2 }, { read: T heap 3, times: 2 }]
`;

describe("reading", () => {
  test("a thread is a step, or a list of steps", () => {
    const { threads } = parseScenario(HEAD + TWO);
    expect(
      [...threads].map(([name, steps]) => [name, ...steps.map(({ action }) => action.verb)]),
    ).toEqual([
      ["a", "write"],
      ["b", "write", "read"],
    ]);
  });

  test.each([
    ["threads: { a: { read: P heap } }", ["f:6:10: threads: wanted 2 to 4 threads, got 1"]],
    ["threads: { a: { read: P heap }, b: [] }", ["f:6:36: threads.b: wanted a step, got a list"]],
    [
      "threads: { a: { read: Q heap }, b: { frok: P } }",
      ["f:6:36: unknown step frok; did you mean fork?"],
    ],
    [
      "threads: { a: { read: Q heap }, b: { read: P heap } }",
      ["f:6:23: unknown process Q; did you mean P?"],
    ],
    [
      "threads: { a: { read: P heap, failAllocation: 1 }, b: { fork: P, waits: true } }",
      [
        "f:6:23: threads.a: which allocation fails would depend on the schedule",
        "f:6:63: threads.b: whether it waits, and what is done, depends on the schedule",
      ],
    ],
    [
      "threads: { a: { read: P heap, expect: [{ check: clean }] }, b: { read: P heap } }",
      ["f:6:23: threads.a: put what must hold into expect, at the end"],
    ],
    [
      "threads: { a: { race: { x: { read: P heap } } }, b: { read: P heap } }",
      ["f:6:23: threads.a: a thread is no race; give each of its threads a name here"],
    ],
    [`${TWO}neverFalls: [P VmHWM, Q VmHWM]`, ["f:9:23: unknown process Q; did you mean P?"]],
    [
      `${TWO}neverFalls: [P onMmlist]`,
      [
        'f:9:14: neverFalls: wanted a process and one of its numbers, such as server VmHWM, got "P onMmlist"',
      ],
    ],
  ])("%s", (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe("a stage", () => {
  test("has run the steps, and no thread yet", () => {
    const { kernel, threads } = stageOf(TWO);
    const [, pid = 0] = [...kernel.machine.fork.tasks.keys()];
    expect(kernel.letters(pid, 0x1000000000, 4)).toBe("W - - -");
    expect(threads.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(kernel.machine.mm.sync.interleaved).toBe(true);
  });

  test("finishes with what the scenario expects, and a clean recount", () => {
    const results = runSerially(stageOf(`${TWO}expect: [{ process: P, anonRss: 3 }]`));
    expect(results).toMatchObject([{ text: "P anonRss", got: "3 pages", isMet: true }]);
  });

  test("a thread dies with its process, at the end of its call, and takes no further step", () => {
    const stage = stageOf(`threads:
  a: [{ write: T heap 1 }, { write: T heap 2 }]
  b: { exit: P, status: 3 }
`);
    const [a, b] = stage.threads;
    const { sync } = stage.kernel.machine.mm;
    const step = (thread: StagedThread): IteratorResult<unknown> => {
      sync.current = thread.self;
      return thread.path.next();
    };
    for (let i = 0; i < 5; i++) expect(step(a).done).toBe(false); // inside the fault
    while (!step(b).done); // P has gone, and T does not know it yet
    expect(stage.kernel.totals().tasks).toBe(3);
    while (!step(a).done);
    expect(stage.kernel.totals().tasks).toBe(2); // init, and a zombie
    expect(stage.finish().filter(({ isMet }) => !isMet)).toEqual([]);
  });

  test("exec ends a thread that is in user space, and what was left for it to do is not done", () => {
    const stage = stageOf(`threads:
  a: { exec: P, program: /bin/sh }
  b: [{ write: T heap 1 }, { write: T heap 2 }]
`);
    expect(runSerially(stage).filter(({ isMet }) => !isMet)).toEqual([]);
    expect(stage.kernel.totals().tasks).toBe(2); // init and P
  });

  test("tells of steps that ended otherwise than they should", () => {
    const stage = stageOf(
      "threads: { a: { munmap: P heap }, b: { write: T heap 0 }, c: { read: T heap, fails: EIO } }",
    );
    expect(runSerially(stage).map(({ text, wanted, got }) => `${text}: ${wanted}, ${got}`)).toEqual(
      ["write T heap 0: success, SIGSEGV", "read T heap: EIO, SIGSEGV"],
    );
  });

  test("tells of a peak that has fallen since the last look", () => {
    const stage = stageOf(`threads: { a: { munmap: P heap }, b: { look: nothing } }
neverFalls: [P VmRSS]`);
    expect(stage.findFall()).toBeUndefined();
    runSerially(stage);
    expect(stage.findFall()).toBe("P VmRSS falls from 4 to 0");
  });

  test("lets nobody act for a task that waits, or is gone", () => {
    const waiting = stageThreads(
      parseScenario(`${HEAD}  - { vfork: P, as: C, waits: true }
threads: { a: { read: P heap }, b: { read: T heap } }`),
    );
    expect(() => runSerially(waiting)).toThrow(new CannotRun("P waits for vfork_done of 4"));
  });

  test("lets no two threads be one task at once", () => {
    const { kernel, threads } = stageOf("threads: { a: { read: P heap }, b: { write: P heap } }");
    const [left, right] = threads.map(({ path }) => path);
    left.next();
    left.next(); // now inside the call
    right.next();
    expect(() => right.next()).toThrow(
      new CannotRun("P is in a call of thread a: clone a thread of it"),
    );
    expect(kernel.check()).toEqual([]);
  });

  test("is refused where a step before it fails", () => {
    expect(() => stageOf(`  - { read: P heap, fails: EIO }\n${TWO}`)).toThrow(
      new CannotRun("line 6: read P heap: wanted EIO, got success"),
    );
  });
});

test("as a plain scenario, threads run one after the other", () => {
  const result = runScenario(parseScenario(`${HEAD}${TWO}expect: [{ process: P, anonRss: 3 }]`));
  expect(result.steps.map(({ text }) => text)).toEqual([
    "clone P as T",
    "write P heap 1",
    "write T heap 2",
    "read T heap 3, 2 times",
  ]);
  expect(unmet(result)).toEqual([]);
});
