/** Who a name stands for: a pid, as long as it is the task's that the name was given to. */
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario, ScenarioError } from "../src/index.ts";
import { unmet } from "./files.ts";

const PROCESSES = `processes:
  P: { mappings: { heap: { size: 4 pages, written: all } } }
`;

/** What is not as it should be: of these steps, and in the end. */
function wrongIn(machine: string, steps: readonly string[], expect: readonly string[] = []) {
  const list = (lines: readonly string[]): string => `[${lines.join(", ")}]\n`;
  const text = `machine: ${machine}\n${PROCESSES}steps: ${list(steps)}expect: ${list(expect)}`;
  return unmet(runScenario(parseScenario(text, "test"), { check: true }));
}

const expectNothing = (wrong: readonly string[]): void => expect(wrong).toEqual([]);

describe("a thread that calls exec", () => {
  //  before: P leads, T follows        after: T's task has P's pid, and nobody has T's (SPEC §7.5)
  test("goes on under the name of its process", () => {
    const steps = ["{ clone: P, as: T }", "{ exec: T, data: 3 pages }", "{ write: P data }"];
    const expect = [
      "{ process: P, state: running, mmUsers: 1 }",
      "{ process: T, state: gone }",
      "{ mapping: P data, entries: W W W }",
    ];
    expectNothing(wrongIn("{}", steps, expect));
  });

  test.each(["{ write: T heap 0 }", "{ exit: T }", "{ reclaim: T }", "{ limit: T, nproc: 3 }"])(
    "%s under its old name is told the new one",
    (step) => {
      const [wrong] = wrongIn("{}", ["{ clone: P, as: T }", "{ exec: T }", step]);
      expect(wrong).toMatch(/got T has called exec, and with that became P$/);
    },
  );
});

describe("a pid that is used again", () => {
  // After the last pid comes 300. P 2, X1 to X297 3 to 299, C 300, Y 301, D 300.
  const machine = "{ pidMax: 302 }";
  const again = [
    "{ fork: P, as: X, times: 297 }",
    ...["{ fork: P, as: C }", "{ exit: C }", "{ wait: P }"],
    ...["{ fork: P, as: Y }", "{ fork: P, as: D }"],
  ];

  test("is not who had it before", () => {
    const expect = ["{ process: C, state: gone }", "{ process: D, state: running }"];
    expectNothing(wrongIn(machine, again, expect));
  });

  test.each([
    ["{ write: C heap }", "C has ended"],
    ["{ kill: C }", "C is gone"],
    ["{ reclaim: C }", "C is gone"],
  ])("%s does nothing to who has it now", (step, why) => {
    const wrong = wrongIn(machine, [...again, step], ["{ process: D, state: running }"]);
    expect(wrong).toEqual([expect.stringMatching(new RegExp(`got ${why}$`))]);
  });
});

describe("init", () => {
  const orphan = ["{ fork: P, as: C }", "{ fork: C, as: D }", "{ exit: C }", "{ exit: D }"];

  test("takes word of those whose parent has ended (SPEC §8.7)", () => {
    const steps = [...orphan, "{ wait: init }"];
    const expect = ["{ process: C, state: zombie }", "{ process: D, state: gone }", "{ tasks: 3 }"];
    expectNothing(wrongIn("{}", steps, expect));
  });

  test("does not take what its grandchildren's parent has to", () => {
    expect(wrongIn("{}", ["{ fork: P, as: C }", "{ exit: C }", "{ wait: init }"])).toEqual([
      expect.stringMatching(/wait init: wanted success, got waits$/),
    ]);
  });

  test("makes no other call", () => {
    expect(() => wrongIn("{}", ["{ fork: init }"])).toThrow(ScenarioError);
  });
});

describe("a call that has to wait", () => {
  //  page 0 of heap is under way: T waits for it with mmap_sem held, P waits for mmap_sem
  const stuck = [
    "{ clone: P, as: T }",
    "{ migrateBegin: P heap 0 }",
    "{ mlock: T heap, waits: true }",
  ];

  test("names the child when it has made it", () => {
    const steps = [...stuck, "{ fork: P, as: C, waits: true }", "{ migrateEnd: true }"];
    expectNothing(
      wrongIn("{}", [...steps, "{ write: C heap }"], ["{ process: C, state: running }"]),
    );
  });

  test("names the mapping when it has made it", () => {
    const steps = [...stuck, "{ mmap: P, as: new, size: 2 pages, waits: true }"];
    const expect = ["{ mapping: P new, entries: W W }"];
    expectNothing(wrongIn("{}", [...steps, "{ migrateEnd: true }", "{ write: P new }"], expect));
  });

  test("of who was killed meanwhile names nobody", () => {
    const steps = [...stuck, "{ fork: P, as: C, waits: true }", "{ kill: P, waits: true }"];
    const wrong = wrongIn("{}", [...steps, "{ migrateEnd: true }", "{ write: C heap }"]);
    expect(wrong).toEqual([expect.stringMatching(/got there is no process C$/)]);
  });
});
