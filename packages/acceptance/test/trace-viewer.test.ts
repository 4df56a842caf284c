/** A trace file, in the eyes of a viewer that was not written here. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { beforeAll, describe, expect, test } from "vitest";
import { openInSpeedscope, type SavedProfile, type SavedProfiles } from "./speedscope.ts";

const SCENARIO = `title: A server, its workers, and a program that one of them starts
machine: { memory: 64M }
processes:
  server:
    mappings:
      heap: { size: 4M, written: all }
steps:
  - fork: server
    as: worker
    times: 2
  - write: worker1 heap 0..15
  - vfork: worker2
    as: tool
    waits: true
  - exec: tool
    program: /bin/tool
  - exit: tool
  - exit: worker1
`;

const MAX_OUTPUT = 2 ** 25;
const MAIN = join(REPO, "apps/cli/dist/main.js");

const trace = (format: string): string =>
  execFileSync(process.execPath, [MAIN, "trace", "-", "--format", format], {
    input: SCENARIO,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
  });

/** What a trace event must have for these tests. */
interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly id?: number;
  readonly args?: Readonly<Record<string, number | string>>;
}

let events: readonly TraceEvent[] = [];
let opened: SavedProfiles;
beforeAll(async () => {
  const text = trace("perfetto");
  events = JSON.parse(text).traceEvents;
  opened = await openInSpeedscope("trace.json", text);
});

describe("speedscope", () => {
  test("takes the file, and finds the kernel's threads and the tasks by their names", () => {
    expect(opened.exporter).toMatch(/^speedscope@/);
    const names = opened.profiles.map(({ name }) => name);
    const threads = names.filter((name) => name.startsWith("forkpath (simulated time)"));
    const tasks = names.filter((name) => name.startsWith("tasks"));
    expect(threads.length + tasks.length).toBe(names.length);
    for (const process of ["server (2)", "worker1 (3)", "worker2 (4)", "tool (5)"]) {
      expect(names.filter((name) => name.includes(process))).toHaveLength(2);
    }
  });

  test("sees the flame graph that the folded stacks say: same stacks, same nanoseconds", () => {
    const kernel = opened.profiles.filter(({ name }) => name.startsWith("forkpath"));
    const seen = foldProfiles(kernel, opened);
    const folded = trace("folded").trimEnd().split("\n");
    expect(folded.length).toBeGreaterThan(40);
    expect([...seen].map(([stack, ns]) => `${stack} ${ns}`).sort()).toEqual([...folded].sort());
  });
});

test("every process has a counter of its own, and every birth an arrow to the child", () => {
  const counters = new Set(events.filter(({ ph }) => ph === "C").map(({ name }) => name));
  expect([...counters].filter((name) => /^rss mm\d+$/.test(name)).length).toBeGreaterThanOrEqual(3);
  const starts = events.filter(({ ph }) => ph === "s");
  const ends = new Map(events.filter(({ ph }) => ph === "f").map((event) => [event.id, event]));
  const arrows = starts.map(({ id, name, tid }) => `${name} ${tid} to ${ends.get(id)?.tid}`);
  expect(arrows).toEqual(["fork 2 to 3", "fork 2 to 4", "vfork 4 to 5"]);
});

/** Nanoseconds that the innermost frame of each stack took itself, as folded stacks count. */
function foldProfiles(
  profiles: readonly SavedProfile[],
  { shared }: SavedProfiles,
): ReadonlyMap<string, number> {
  const selfNs = new Map<string, number>();
  for (const { events, unit } of profiles) {
    expect(unit).toBe("microseconds");
    const open: string[] = [];
    let before = 0;
    for (const { type, frame, at } of events) {
      const stack = open.join(";");
      const ns = Math.round((at - before) * 1000);
      if (ns > 0 && stack !== "") selfNs.set(stack, (selfNs.get(stack) ?? 0) + ns);
      before = at;
      const { name } = shared.frames[frame];
      if (type === "O") open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  }
  return selfNs;
}
