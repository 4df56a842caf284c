/** A scenario walked through step by step: what can be seen in between, and by which names. */
import { createTraceRing, events } from "@forkpath/trace";
import { expect, test } from "vitest";
import { openSession, parseScenario, runScenario, type Session } from "../src/index.ts";
import { stageThreads } from "../src/internal.ts";

const TEXT = `
processes:
  parent: { mappings: { heap: { size: 2 pages, written: all } } }
steps:
  - { fork: parent, as: child, expect: [{ events: alloc, what: task, is: 1 }] }
  - { write: child heap 1 }
  - { exit: child }
expect:
  - { process: child, state: zombie }
`;

const lettersOf = ({ kernel, names }: Session, of: string): string => {
  const { pid, mappings } = names().find(({ name }) => name === of)!;
  const [{ start, pages }] = mappings;
  return kernel.letters(pid, start, pages);
};

test("the machine can be looked at before each step, by the names of the scenario", () => {
  const session = openSession(parseScenario(TEXT));
  expect(session.names().map(({ name, state }) => [name, state])).toEqual([["parent", "running"]]);
  expect(lettersOf(session, "parent")).toBe("W W");
  expect(session.next()).toMatchObject({ number: 1, outcome: "success" });
  expect(lettersOf(session, "child")).toBe("r r");
  session.next();
  expect(lettersOf(session, "child")).toBe("r W");
  session.next();
  expect(session.names().map(({ name, state }) => [name, state])).toEqual([
    ["parent", "running"],
    ["child", "zombie"],
  ]);
  expect(session.next()).toBeUndefined();
  expect(session.judge()).toMatchObject([{ isMet: true }]);
});

test("its steps come out as those of a run", () => {
  const scenario = parseScenario(TEXT);
  const session = openSession(scenario);
  const steps = session.steps.map(() => session.next());
  expect(steps).toEqual(runScenario(scenario).steps);
});

test("a sink hears one step, and expectations that count events still do", () => {
  const session = openSession(parseScenario(TEXT));
  const ring = createTraceRing({ capacity: 10_000 });
  const step = session.next({ sink: ring });
  expect(step?.expectations).toMatchObject([{ got: "1", isMet: true }]);
  const heard = events(ring).length;
  expect(heard).toBeGreaterThan(0);
  session.next();
  expect(events(ring)).toHaveLength(heard);
});

test("a machine that cannot be brought to its first step says why, and has no steps", () => {
  const text = `
machine: { memory: 1M }
processes:
  parent: { mappings: { heap: { size: 2M, written: all } } }
steps:
  - { fork: parent, as: child }
`;
  const session = openSession(parseScenario(text));
  expect(session.fault).toMatchObject({ line: 4, text: "set up", isMet: false });
  expect([session.steps, session.next()]).toEqual([[], undefined]);
});

test("steps before threads may count events", () => {
  const text = `${TEXT.replace(/expect:\n.*zombie \}\n/, "")}
threads:
  a: { write: parent heap 0 }
  b: { write: parent heap 1 }
`;
  expect(() => stageThreads(parseScenario(text))).not.toThrow();
});

const inside = (text: string, steps: number): Session => {
  const session = openSession(parseScenario(text));
  for (let step = 0; step < steps; step++) session.next();
  return session;
};

test("a walk stops at every point of a step, and comes to what the step comes to", () => {
  const session = inside(TEXT, 0);
  const walk = session.walk()!;
  const seen = new Set<string>();
  let isEverMade = false;
  while (walk.advance() === 1) {
    seen.add(walk.stack.join(" "));
    const made = session.kernel.addressSpaces().filter(({ isBeingMade }) => isBeingMade);
    isEverMade ||= made.length === 1;
  }
  const functions = [...seen].join(" ");
  expect(functions).toContain("do_fork copy_process copy_mm dup_mm dup_mmap copy_page_range");
  expect(isEverMade).toBe(true);
  expect([walk.next, walk.stack]).toEqual([null, []]);
  expect(walk.finish({ check: true })).toEqual(
    runScenario(parseScenario(TEXT), { check: true }).steps[0],
  );
  expect(session.names().map(({ name }) => name)).toEqual(["parent", "child"]);
  expect(session.next()).toMatchObject({ number: 2, outcome: "success" });
});

test("a walk that is finished early, and one of several rounds, are the same", () => {
  const text = `
processes:
  parent: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { fork: parent, as: child, times: 3, expect: [{ events: alloc, what: task, is: 3 }] }
  - { write: child2 heap }
`;
  for (const points of [0, 1, 40, 141]) {
    const session = inside(text, 0);
    const walk = session.walk()!;
    walk.advance(points);
    expect(walk.points).toBe(points);
    expect(walk.finish()).toEqual(runScenario(parseScenario(text)).steps[0]);
    expect(session.next()).toEqual(runScenario(parseScenario(text)).steps[1]);
  }
});

test("a walk into a vfork stands before what it waits for, and goes on when the child is gone", () => {
  const text = `
processes:
  parent: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { vfork: parent, as: child, waits: true }
  - { exit: child }
  - { wait: parent }
`;
  const session = inside(text, 0);
  const walk = session.walk()!;
  walk.advance(Number.POSITIVE_INFINITY);
  expect([walk.canAdvance, walk.next?.split(" ")[0]]).toEqual([false, "wait"]);
  const wanted = runScenario(parseScenario(text)).steps;
  expect([walk.finish(), session.next(), session.next()]).toEqual(wanted);
});

test("a stage knows its names as well", () => {
  const text = `
processes:
  parent: { mappings: { heap: { size: 1 pages } } }
steps:
  - { fork: parent, as: child }
threads:
  a: { write: parent heap 0 }
  b: { write: child heap 0 }
`;
  const names = stageThreads(parseScenario(text)).names();
  expect(names.map(({ name, mappings }) => [name, mappings[0].pages])).toEqual([
    ["parent", 1],
    ["child", 1],
  ]);
});

test("a race is no list of calls: a walk into it has no points, and runs it", () => {
  const text = `
processes:
  parent: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - race: { a: { write: parent heap 0 } }
    schedule: [a to the end]
`;
  const walk = inside(text, 0).walk()!;
  expect([walk.canAdvance, walk.advance(9)]).toEqual([false, 0]);
  expect(walk.finish()).toMatchObject({ outcome: "success", number: 1 });
});
