/** A scenario walked through step by step: what can be seen in between, and by which names. */
import { createTraceRing, events } from "@forkpath/trace";
import { expect, test } from "vitest";
import {
  openSession,
  parseScenario,
  runScenario,
  type Session,
  stageThreads,
} from "../src/index.ts";

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
