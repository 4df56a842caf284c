/** `forkpath faults`: each allocation refused in turn, and what comes of it. */
import { expect, test } from "vitest";
import { MIGRATION, SHARED_PAGES } from "./scenarios.ts";
import { forkpath } from "./session.ts";

/** Two areas of a page table each: so a fork asks for page tables one after the other. */
const TWO_TABLES = SHARED_PAGES.replace("size: 2 pages, written: all", "size: 4M, written: all");

test("each allocation of each step is told: what, how the step ended, what a recount finds", async () => {
  const { exitCode, out, err } = await forkpath(["faults", "-"], SHARED_PAGES);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out[0]).toBe("Two pages");
  expect(out[1]).toBe("   7  fork parent as child");
  expect(out[2]).toBe("        1           task                 ENOMEM     clean");
  expect(out).toContain("        15          pte                  ENOMEM     clean");
  expect(out.slice(-3)).toEqual([
    "  11  write child heap 1",
    "        1           page                 ENOMEM     clean",
    "      17 allocations refused, every recount clean",
  ]);
});

test("neighbours that end alike share a line", async () => {
  const { out } = await forkpath(["faults", "-", "--step", "1"], TWO_TABLES);
  expect(out).toContain("        15..16      pte                  ENOMEM     clean");
});

test("--step looks at one step only", async () => {
  const { out } = await forkpath(["faults", "-", "--step", "2"], SHARED_PAGES);
  expect(out).toEqual([
    "Two pages",
    "  11  write child heap 1",
    "        1           page                 ENOMEM     clean",
    "      1 allocation refused, every recount clean",
  ]);
});

test("what is left behind is told of each fault, and is exit code 1", async () => {
  const { exitCode, out } = await forkpath(["faults", "-"], MIGRATION);
  expect(exitCode).toBe(1);
  const avc = out.indexOf("        10          avc                  success    not clean");
  expect(out.slice(avc + 1, avc + 3)).toEqual([
    "          I2: mm2: anon_rss is 1, but 2 counted",
    "          at the end: I13: mm2: anon_rss is -1, but 0 counted",
  ]);
  expect(out.at(-1)).toBe("      17 allocations refused, 1 not clean");
});

test("a scenario of a defect may leave something behind", async () => {
  const known = MIGRATION.replace("title:", "defect: D3\ntitle:");
  const { exitCode, out } = await forkpath(["faults", "-"], known);
  expect(exitCode).toBe(0);
  expect(out.at(-1)).toBe("      17 allocations refused, 1 not clean: it shows the defect D3");
});

test("--json is one object with a list of all faults", async () => {
  const { out } = await forkpath(["faults", "-", "--step", "2", "--json"], SHARED_PAGES);
  expect(JSON.parse(out.join("\n"))).toEqual({
    file: "stdin",
    title: "Two pages",
    ok: true,
    faults: [
      {
        step: 2,
        line: 11,
        text: "write child heap 1",
        allocation: 1,
        what: "page",
        outcome: "ENOMEM",
        reason: null,
        mismatches: [],
        leaks: [],
      },
    ],
  });
});

test.for([
  [["faults", "-", "--step", "3"], "stdin has 2 steps, not 3"],
  [
    ["faults", "-", "--step", "0"],
    "option '--step <N>' argument '0' is invalid. Expected a whole number from 1 to 1000000.",
  ],
] as const)("%j is refused in one line, with exit code 2", async ([words, message]) => {
  const session = await forkpath(words, SHARED_PAGES);
  expect(session).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});
