/** What a run tells: of what came, of what did not, and of what cannot be. */
import { EventClass, type KernelEvent } from "@forkpath/events";
import { createTraceRing, events } from "@forkpath/trace";
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario, type ScenarioResult } from "../src/index.ts";
import { parsed, scenarioFiles, unmet } from "./files.ts";

const run = (text: string): ScenarioResult => runScenario(parseScenario(text, "test"));

/** A process with four written pages, and these steps. */
const withSteps = (...steps: string[]): string => `processes:
  P: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
${steps.map((step) => `  - ${step}`).join("\n")}
`;

describe("a step", () => {
  test("that goes well has nothing to tell", () => {
    const { steps, expectations, isOk } = run(withSteps("{ fork: P, as: C }"));
    expect(expectations).toEqual([]);
    expect(isOk).toBe(true);
    expect(steps).toMatchObject([
      { number: 1, line: 4, text: "fork P as C", outcome: "success", done: 1 },
    ]);
  });

  test("that fails unasked is told", () => {
    const result = run(withSteps("{ read: P heap }", "{ swapoff: 3 }"));
    expect(unmet(result)).toEqual(["5: swapoff: wanted success, got EINVAL"]);
    expect(result.isOk).toBe(false);
  });

  test("that should fail and does not is told", () => {
    const result = run(withSteps("{ fork: P, fails: ENOMEM }"));
    expect(unmet(result)).toEqual(["4: fork P as child: wanted ENOMEM, got success"]);
  });

  test("that should fail another way is told", () => {
    const result = run(withSteps("{ fork: P, failAllocation: 1, fails: EAGAIN }"));
    expect(unmet(result)).toEqual(["4: fork P as child: wanted EAGAIN, got ENOMEM"]);
  });

  test("asks for memory less often than the failure that it wants", () => {
    const result = run(withSteps("{ read: P heap, failAllocation: 7 }"));
    expect(unmet(result)).toEqual(["4: read P heap: allocations: wanted at least 7, got 0"]);
  });

  test("of a process whose fork failed cannot be", () => {
    const steps = ["{ fork: P, as: C, times: 3, failAllocation: 20 }", "{ write: C2 heap }"];
    expect(unmet(run(withSteps(...steps)))).toEqual([
      "4: fork P as C, 3 times: wanted success, got ENOMEM",
      "5: write C2 heap: wanted success, got there is no process C2",
    ]);
  });

  test("of a process that waits cannot be", () => {
    const steps = ["{ vfork: P, as: C, waits: true }", "{ write: P heap }"];
    expect(unmet(run(withSteps(...steps)))).toEqual([
      "5: write P heap: wanted success, got P waits for vfork_done of 3",
    ]);
  });

  test("of a process that has ended cannot be", () => {
    const steps = ["{ fork: P, as: C }", "{ exit: C }", "{ write: C heap }"];
    expect(unmet(run(withSteps(...steps)))[0]).toBe(
      "6: write C heap: wanted success, got C has ended",
    );
  });

  test("gets the signal that the access would bring", () => {
    const steps = [
      "{ mprotect: P heap, access: r }",
      "{ write: P heap 0, fails: SIGSEGV }",
      "{ read: P heap 0 }",
      "{ munmap: P heap }",
      "{ read: P heap 0, fails: SIGSEGV }",
    ];
    expect(unmet(run(withSteps(...steps)))).toEqual([]);
  });

  test.each([
    ["a heap that there is", "kind: heap, size: 4 pages", "heap", 6],
    ["no heap yet, but a mapping of that name", "size: 4 pages", "brk", 2],
  ])("brk grows %s", (_, mapping, name, pages) => {
    const text = `machine: { memory: 1M }
processes: { P: { mappings: { heap: { ${mapping}, written: all } } } }
steps:
  - { brk: P, by: 2 pages }
  - { write: "P ${name}" }
  - { brk: P, by: 2M, fails: ENOMEM }
  - { brk: P, by: -1 page }
expect:
  - { process: P, anonRss: 5, mappedPages: 5 }
  - { mapping: P ${name}, entries: W*${pages - 1} }
  - { check: clean }
`;
    expect(unmet(run(text))).toEqual([]);
  });

  test("a heap that a step makes begins where the break was", () => {
    const steps = [
      "{ mmap: P, as: data, kind: heap, size: 4 pages, written: 1 page }",
      "{ mmap: P, as: more, kind: heap, size: 2 pages }",
      "{ write: P more 1 }",
      "{ mmap: P, as: most, kind: heap, size: 1T, fails: ENOMEM }",
    ];
    const text = `processes: { P: {} }
steps:
${steps.map((step) => `  - ${step}`).join("\n")}
expect:
  - { mapping: P data, entries: W none*3 }
  - { mapping: P more, entries: none W }
  - { process: P, VmSize: 24 kB }
`;
    expect(unmet(run(text))).toEqual([]);
  });

  test("past the end of a file gets SIGBUS", () => {
    const text = `processes:
  P: { mappings: { log: { kind: shared-file, size: 4 pages, fileSize: 2 pages } } }
steps:
  - { write: P log 0..1 }
  - { write: P log 2, fails: SIGBUS }
`;
    expect(unmet(run(text))).toEqual([]);
  });
});

describe("an expectation", () => {
  const of = (one: string): readonly string[] =>
    unmet(run(`${withSteps("{ fork: P, as: C }")}expect: [${one}]`));

  test("that is not met tells its line, wanted and got", () => {
    expect(of("{ process: C, VmRSS: 20 kB }")).toEqual(["5: C VmRSS: wanted 20 kB, got 16 kB"]);
  });

  test("about many tells the first that is not so", () => {
    expect(of("{ process: all, minorFaults: 0 }")).toEqual([
      "5: all minorFaults (P): wanted 0, got 4",
    ]);
  });

  test("about pages tells the first that is not so", () => {
    const steps = withSteps("{ fork: P, as: C }", "{ write: C heap 2..3 }");
    expect(unmet(run(`${steps}expect: [{ page: C heap, mapcount: 2 }]`))).toEqual([
      "6: C heap mapcount (the 3. of them): wanted 2, got 1",
    ]);
  });

  test("about a slot where there is none says so", () => {
    expect(of("{ page: C heap 0, swapCount: 1 }")).toEqual([
      "5: C heap 0 swapCount: wanted 1, got no slot there: its entry is r",
    ]);
  });

  test("about a child that was never waited for says so", () => {
    expect(of("{ reaped: C, status: 0 }")).toEqual([
      "5: C status: wanted 0, got no process has waited for C",
    ]);
  });

  test.each([
    "process: C, VmRSS: 4 kB",
    "mapping: C heap, entries: r",
    "mapping: C heap, Pss: 4 kB",
    "page: C heap 0, mapcount: 1",
    "page: P heap 0, sameFrameAs: C heap 0",
  ])("about memory of who has ended says so: %s", (one) => {
    const steps = withSteps("{ fork: P, as: C }", "{ exit: C }");
    expect(unmet(run(`${steps}expect: [{ ${one} }]`))[0]).toMatch(/got C has no memory$/);
  });

  test("of frames compares them", () => {
    expect(of("{ page: C heap, otherFrameThan: P heap }")).toEqual([
      "5: C heap otherFrameThan: wanted another frame than P heap, got the same frame",
    ]);
  });
});

describe("setting up", () => {
  const setUp = (mapping: string, machine = "{ memory: 1M }"): readonly string[] =>
    unmet(run(`machine: ${machine}\nprocesses: { P: { mappings: { heap: ${mapping} } } }`));

  test("what does not fit into memory is told", () => {
    expect(setUp("{ size: 2M, noreserve: true, written: all }")).toEqual([
      "2: set up: wanted success, got writing of P heap ended with ENOMEM: " +
        "memory is used up: there is no frame for a page",
    ]);
  });

  test("what may not be promised is told", () => {
    expect(setUp("{ size: 1M }", "{ memory: 1M, overcommit: strict }")).toEqual([
      "2: set up: wanted success, got mapping heap of P: ENOMEM: 256 pages for 0x1000000000: " +
        "only 127 can be promised (overcommit strict: limit 128, promised 0)",
    ]);
  });

  test("swap that is not there is told", () => {
    expect(setUp("{ size: 2 pages, swapped: all }")[0]).toContain("only 0 of 2 pages");
  });

  test("writing to what may only be read is told", () => {
    expect(setUp("{ size: 2 pages, access: r, written: all }")[0]).toContain("SIGSEGV");
  });
});

test("options: onStep is called before each step and at the end", () => {
  const seen: number[] = [];
  runScenario(parseScenario(withSteps("{ fork: P }", "{ exit: P }")), {
    onStep: (kernel, step) => seen.push(step, kernel.totals().tasks),
  });
  expect(seen).toEqual([1, 2, 2, 3, 3, 3]);
});

test("options: check recounts after each step, and a defect need not pass it", () => {
  const text = withSteps("{ migrateBegin: P heap 0 }", "{ munmap: P heap }");
  const bad = runScenario(parseScenario(text), { check: true });
  expect(bad.steps.map(({ mismatches }) => mismatches.length > 0)).toEqual([false, true]);
  expect(bad.isOk).toBe(false);
  expect(runScenario(parseScenario(`defect: D3\n${text}`), { check: true }).isOk).toBe(true);
});

test("options: a scenario without a cure cannot be run cured", () => {
  const scenario = parseScenario("title: nothing", "nothing.yaml");
  expect(() => runScenario(scenario, { cured: true })).toThrow(
    new RangeError("runScenario: nothing.yaml has no cure to run with"),
  );
});

test("a sink sees the steps, and a trace can be kept of them", () => {
  const ring = createTraceRing({ capacity: 1000, wants: EventClass.CALL | EventClass.TASK });
  runScenario(parseScenario(withSteps("{ fork: P, as: C }")), { sink: ring });
  const names = [...events(ring)].map(({ event }) => (event.kind === "call" ? event.fn : ""));
  expect(names).toEqual(expect.arrayContaining(["do_fork", "copy_process", "dup_mmap"]));
});

test("two runs are alike, event by event", () => {
  for (const file of scenarioFiles("../defects")) {
    const [first, second] = [1, 2].map(() => {
      const seen: KernelEvent[] = [];
      const sink = { wants: 255, emit: (event: KernelEvent) => void seen.push(event) };
      const { steps, expectations } = runScenario(parsed(file), { sink });
      return { seen: seen.length, last: seen.slice(-200), steps, expectations };
    });
    expect(second, file.name).toEqual(first);
  }
});
