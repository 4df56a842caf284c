/**
 * D1 in the whole kernel: exec's charge for its argument pages against a fault of whoever shares
 * the old address space (SPEC D1, §7.2). Under dfs turns are taken at that counter and at its lock,
 * under dpor everywhere.
 */
import { bounded, dfs, type Exploration, exploreProgram } from "@forkpath/interleave";
import { describe, expect, test } from "vitest";
import { lockset, observe, patrol } from "../src/index.ts";
import { type FileOptions, litmusFile, reduced } from "./litmus-files.ts";

const endings = ({ outcomes }: Exploration): string[] => outcomes.map(({ outcome }) => outcome);
/** What does not end by then fails, and keeps nobody waiting. */
const MOST = { max: 5000 };
// No path takes the lock of the whole mm there: a litmus could not name it.
const SPLIT: FileOptions = { machine: { nrCpus: 4 } };

describe.each(["d01-exec-arguments", "d01-vfork-exec"])("%s", (name) => {
  const every = exploreProgram(litmusFile(name), dfs());

  test("as shipped, in the build with one lock, schedules lose updates", () => {
    expect(every).toMatchObject({ complete: true, guarantee: "every schedule" });
    const lost = every.failures.filter(({ message }) =>
      message.includes("wanted 2 pages, got 1 page"),
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(every.failures.every(({ kind }) => kind === "final")).toBe(true);
  });

  test("wherever turns are taken, there is no other way to end", () => {
    const all = exploreProgram(litmusFile(name, { everywhere: true }), reduced, MOST);
    expect(all).toMatchObject({ complete: true });
    expect(endings(all)).toEqual(endings(every));
  });

  test.each<[string, FileOptions]>([
    ["the lock taken", { cured: true }],
    ["a lock for each table", SPLIT],
  ])("with %s, no schedule at all loses anything", (_build, options) => {
    const all = exploreProgram(litmusFile(name, { ...options, everywhere: true }), reduced, MOST);
    expect(all).toMatchObject({ complete: true, failures: [] });
    expect(all.outcomes).toHaveLength(1);
  });

  test("one preemption is enough to lose a page", () => {
    const once = exploreProgram(litmusFile(name, { everywhere: true }), bounded(1));
    expect(once.failures.length).toBeGreaterThan(0);
  });

  test("the lockset names counter, lock and function, in whatever schedule", () => {
    const schedules: string[] = [];
    const litmus = litmusFile(name, { everywhere: true });
    exploreProgram(litmus, reduced, { onRun: (run) => schedules.push(run.schedule()) });
    const messages = schedules.flatMap((schedule) =>
      observe(litmus, schedule, { monitors: [lockset()] }).findings.map(({ message }) => message),
    );
    expect(messages).toHaveLength(schedules.length);
    expect(new Set(messages)).toEqual(
      new Set(["anon_rss of mm1: page_table_lock not held by acct_arg_size"]),
    );
  });

  test.each<[string, FileOptions]>([
    ["cured", { cured: true }],
    ["split", { ...SPLIT, switchAt: ["mm1._anon_rss"] }],
  ])("the monitors have nothing to say when %s", (_build, options) => {
    expect(patrol(litmusFile(name, options))).toEqual([]);
  });
});
