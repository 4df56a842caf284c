import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChromeEvent, toPerfetto } from "../src/index.ts";
import { onlyCosts, record } from "./play.ts";
import { nestedTraces, wildTraces } from "./random-trace.ts";

const GROUPS = new Map([
  [1, "thread"],
  [2, "task"],
]);

/** One line an event: where, when, what. Names of rows are left out. */
const draw = (events: readonly ChromeEvent[]): string[] =>
  events
    .filter(({ ph }) => ph !== "M")
    .map(({ ph, name, ts, pid, tid, args, id }) => {
      const values = args === undefined ? "" : ` ${JSON.stringify(args)}`;
      const flow = id === undefined ? "" : ` #${id}`;
      return `${GROUPS.get(pid)} ${tid} @${ts} ${ph} ${name}${values}${flow}`;
    });

const drawPicture = (picture: string): string[] =>
  draw(toPerfetto(record(picture, onlyCosts({ call: 1000, countedPage: 10 }))).traceEvents);

test("calls are slices in microseconds, other events marks on the same row", () => {
  const picture = `
    0 dup_mm {
    0   lock dst.mm
    0   dup_mmap {
    0   } dup_mmap
    0 } dup_mm`;
  expect(drawPicture(picture)).toEqual([
    "thread 0 @0 B dup_mm",
    "thread 0 @1 i lock dst.mm",
    "thread 0 @1 B dup_mmap",
    "thread 0 @2 E dup_mmap",
    "thread 0 @2 E dup_mm",
  ]);
});

test("each mm has a counter row, which sums the batches since the trace began", () => {
  const picture = `
    0 rss child +1 +2 +0
    0 rss parent +0 +1 +0
    0 rss child +0 -1 +4`;
  expect(drawPicture(picture).filter((line) => line.includes(" C "))).toEqual([
    'thread 0 @0 C rss child {"file":1,"anon":2,"swap":0}',
    'thread 0 @0.03 C rss parent {"file":0,"anon":1,"swap":0}',
    'thread 0 @0.04 C rss child {"file":1,"anon":1,"swap":4}',
  ]);
});

test("a fork draws an arrow from the running function to the child's row", () => {
  const picture = `
    0 do_fork {
    0   fork 100 101
    0 } do_fork
    0 do_exit {
    0   exit 101 0
    0 } do_exit
    0 wait 100 101`;
  expect(drawPicture(picture)).toEqual([
    "thread 0 @0 B do_fork",
    "task 100 @1 B running",
    "task 101 @1 B running",
    "thread 0 @1 s fork #1",
    "task 101 @1 f fork #1",
    "thread 0 @1 E do_fork",
    "thread 0 @1 B do_exit",
    "task 101 @2 E running",
    "thread 0 @2 E do_exit",
    'task 100 @2 i wait {"other":101}',
    "task 100 @2 E running", // the trace stops here
  ]);
});

test("what a dead task still does is a mark, until its pid is born again", () => {
  const picture = `
    0 exit 101 0
    0 exit 101 0
    0 release 101 0
    0 fork 100 101`;
  const ofChild = drawPicture(picture).filter((line) => line.startsWith("task 101"));
  expect(ofChild).toEqual([
    "task 101 @0 B running",
    "task 101 @0 E running",
    'task 101 @0 i exit {"other":0}',
    'task 101 @0 i release {"other":0}',
    "task 101 @0 B running",
    "task 101 @0 f fork #3",
    "task 101 @0 E running",
  ]);
});

test("what is cut off at either end of the trace is closed all the same", () => {
  const picture = `
    0 } dup_mmap
    0 do_exit {
    0   exit_mm {`;
  expect(drawPicture(picture)).toEqual([
    "thread 0 @0 B dup_mmap",
    "thread 0 @0 E dup_mmap",
    "thread 0 @0 B do_exit",
    "thread 0 @1 B exit_mm",
    "thread 0 @1 E exit_mm",
    "thread 0 @1 E do_exit",
  ]);
});

test("groups and rows have names: those that the caller gives, or numbers", () => {
  const trace = toPerfetto(record("0 fork 100 101\n1 cond_resched"), {
    threadNames: { 0: "cpu0" },
    taskNames: { 101: "worker" },
  });
  const names = trace.traceEvents.filter(({ ph }) => ph === "M");
  expect(names.map(({ name, pid, tid, args }) => `${pid}/${tid} ${name}: ${args?.name}`)).toEqual([
    "1/0 process_name: forkpath (simulated time)",
    "1/0 thread_name: cpu0",
    "1/1 thread_name: thread 1",
    "2/0 process_name: tasks",
    "2/100 thread_name: task 100",
    "2/101 thread_name: worker",
  ]);
  expect(trace.otherData.clock).toMatch(/simulated/);
});

/** Names of the slices that are open on each row, after every event; throws on a wrong end. */
function expectNested(events: readonly ChromeEvent[]): void {
  const open = new Map<string, string[]>();
  for (const { ph, name, pid, tid } of events) {
    const row = `${pid}/${tid}`;
    const stack = open.get(row) ?? [];
    open.set(row, stack);
    if (ph === "B") stack.push(name);
    if (ph === "E") expect(stack.pop()).toBe(name);
  }
  expect([...open.values()].flat()).toEqual([]);
}

test("slices nest on every row, even in a broken trace, and time never runs back", () => {
  fc.assert(
    fc.property(fc.oneof(nestedTraces, wildTraces), (records) => {
      const { traceEvents } = toPerfetto(records);
      expectNested(traceEvents);
      const times = traceEvents.map(({ ts }) => ts);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { seed: 6 },
  );
});

test("the object survives JSON", () => {
  const trace = toPerfetto(record("0 do_fork {\n0 fork 100 101\n0 rss child +1 +0 +0"));
  expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
});
