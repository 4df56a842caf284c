/** `forkpath show` as its users see it: a machine before and after each step. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runProgram } from "../src/program.ts";
import { colorsFor } from "../src/terminal.ts";
import { MIGRATION, SHARED_PAGES } from "./scenarios.ts";
import { forkpath } from "./session.ts";

/** The lines below the heading of a stop, up to the next. */
function stop(out: readonly string[], heading: string): string[] {
  const first = out.findIndex((line) => line.startsWith(`── ${heading} `));
  const rest = out.slice(first + 1);
  return rest.slice(0, rest.indexOf(""));
}

test("the start, and what each step changed", async () => {
  const { exitCode, out, err } = await forkpath(["show", "-"], SHARED_PAGES);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out.slice(0, 2)).toEqual([
    "Two pages",
    "el6, 4 CPUs, 4 GB of memory, no swap, overcommit heuristic",
  ]);
  expect(stop(out, "at the start")).toEqual([
    "machine, pages     free   used   committed   anon   tables   tasks",
    "                1048572      2           2      2        1       2",
    "  parent  pid 2  running  2 minor faults",
    "    status, kB  VmPeak   VmSize   VmHWM   VmRSS   VmData   VmPTE",
    "                     8        8       8       8        8       4",
    "     smaps, kB  Rss   Pss   Private_Dirty   Referenced   Anonymous",
    "                  8     8               8            8           8",
    "      1000000000 rw-p heap  2  WW",
  ]);
  expect(stop(out, "step 2 of 2")).toEqual([
    "write child heap 1: success   1 allocation",
    "machine, pages     free   used   committed   anon   tables   tasks   forks",
    "        before  1048572      2           4      2        2       3       1",
    "         after  1048571*     3*          4      3*       2       3       1",
    "* parent  pid 2  running  2 minor faults",
    "     smaps, kB  Rss   Pss   Shared_Dirty   Private_Dirty   Referenced   Anonymous",
    "        before    8     4              8               0            8           8",
    "         after    8     6*             4*              4*           8           8",
    "    = 1 area as before",
    "* child  pid 3  running  0 → 1 minor faults",
    "     smaps, kB  Rss   Pss   Shared_Dirty   Private_Dirty   Referenced   Anonymous",
    "        before    8     4              8               0            0           8",
    "         after    8     6*             4*              4*           4*          8",
    "    * 1000000000 rw-p heap  2  was  rr",
    "                               now  rW",
  ]);
});

test("signs are explained, and of the letters those that are shown", async () => {
  const { out } = await forkpath(["show", "-"], SHARED_PAGES);
  expect(out.slice(-2)).toEqual([
    "+ new   * changed   - gone   = as before      zeroes are left out; pages of 4 kB",
    "W anonymous, writable   r anonymous, read-only",
  ]);
  const start = await forkpath(["show", "-", "--at", "0"], SHARED_PAGES);
  expect(start.out.at(-1)).toBe("W anonymous, writable");
});

test("--at shows one step, with all that it left as it was", async () => {
  const { out } = await forkpath(["show", "-", "--at", "2"], SHARED_PAGES);
  expect(out.filter((line) => line.startsWith("──"))).toHaveLength(1);
  expect(stop(out, "step 2 of 2")).toContain("      1000000000 rw-p heap  2  rr");
  const start = await forkpath(["show", "-", "--at", "0"], SHARED_PAGES);
  expect(stop(start.out, "at the start").at(-1)).toContain("WW");
});

test("--process shows some, by name or by how their names begin", async () => {
  const lines = async (...words: string[]): Promise<string> =>
    (await forkpath(["show", "-", ...words], SHARED_PAGES)).out.join("\n");
  expect(await lines("--process", "child")).not.toContain("parent  pid");
  expect(await lines("--process", "p*")).not.toContain("child  pid");
  expect(await lines("--process", "parent", "--process", "child")).toBe(await lines());
});

test("processes that look alike are one block", async () => {
  const { out } = await forkpath(
    ["show", "-"],
    SHARED_PAGES.replace("as: child", "as: child\n    times: 3")
      .replaceAll("child heap", "child1 heap")
      .replace("process: child", "process: child1"),
  );
  expect(out.join("\n")).toContain("+ child1..child3  pid 3..5  running");
});

test("a zombie has no memory, and a task that was waited for is gone", async () => {
  const text = `${SHARED_PAGES.split("expect:\n  - {")[0]}  - exit: child
  - wait: parent`;
  const { out } = await forkpath(["show", "-"], text);
  expect(stop(out, "step 3 of 4").join("\n")).toMatch(/\* child {2}pid 3 {2}running → zombie/);
  expect(stop(out, "step 4 of 4").join("\n")).toMatch(/- child {2}pid 3 {2}zombie → gone/);
});

test("areas that come, go and change what they allow", async () => {
  const text = `processes:
  P: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { mprotect: P heap 0..1, access: r }
  - { munmap: P heap }
  - { mmap: P, as: other, size: 2 pages }`;
  const { out } = await forkpath(["show", "-"], text);
  expect(stop(out, "step 1 of 3").slice(-4)).toEqual([
    "    * 1000000000 r--p heap 0..1  2  was  rw-p",
    expect.stringMatching(/^ +WW$/),
    expect.stringMatching(/^ +now {2}rr$/),
    expect.stringMatching(/^ {4}\* 1000002000 rw-p heap 2\.\.3 {2}2 {7}WW$/),
  ]);
  expect(stop(out, "step 2 of 3").join("\n")).toMatch(/- 1000000000 r--p heap 0\.\.1 +2 +rr/);
  expect(stop(out, "step 3 of 3").join("\n")).toMatch(/\+ [0-9a-f]+ rw-p other +2 +--/);
});

test("long names and long steps fit too", async () => {
  const name = (letter: string): string => letter.repeat(50);
  const text = `processes:
${["a", "b", "c"].map((one) => `  ${name(one)}: { mappings: { ${name("m")}: { size: 1 page, written: all } } }`).join("\n")}
steps:
  - { write: ${name("a")} ${name("m")} 0 }
  - { fork: ${name("a")}, as: ${name("w")}, times: 4 }`;
  const { exitCode, out } = await forkpath(["show", "-"], text);
  expect(exitCode).toBe(0);
  expect(out.filter((line) => line.length > 100)).toEqual([]);
  expect(out).toContain(`= ${name("a")} and 2 more as before`);
});

test("--check tells what a recount finds after a step", async () => {
  const { exitCode, out } = await forkpath(["show", "-", "--check"], MIGRATION);
  expect(exitCode).toBe(0);
  expect(out).toContain("  recount  I2: mm2: anon_rss is 1, but 2 counted");
});

test("--json has the machine around each step", async () => {
  const { out } = await forkpath(["show", "-", "--json"], SHARED_PAGES);
  const story = JSON.parse(out.join("\n"));
  expect(Object.keys(story)).toEqual(["file", "title", "fault", "start", "steps"]);
  const [fork, write] = story.steps;
  expect(fork.before).toEqual(story.start);
  expect(write.before).toEqual(fork.after);
  expect(write).toMatchObject({ number: 2, line: 11, text: "write child heap 1", kind: "done" });
  expect(write.after.tasks[1]).toMatchObject({
    name: "child",
    minorFaults: 1,
    memory: {
      status: { VmRSS: 8, VmPTE: 4 },
      sums: { Private_Dirty: 4, Shared_Dirty: 4 },
      areas: [
        {
          permissions: "rw-p",
          runs: [
            { letter: "r", pages: 1 },
            { letter: "W", pages: 1 },
          ],
        },
      ],
    },
  });
  const one = JSON.parse(
    (
      await forkpath(["show", "-", "--json", "--at", "2", "--process", "child"], SHARED_PAGES)
    ).out.join("\n"),
  );
  expect(one.steps).toHaveLength(1);
  expect(one.steps[0].after.tasks).toEqual([write.after.tasks[1]]);
});

test("a machine that cannot be brought to its first step says why, exit code 1", async () => {
  const text = SHARED_PAGES.replace("processes:", "machine: { memory: 8 kB }\nprocesses:");
  const { exitCode, out } = await forkpath(["show", "-"], text);
  expect(exitCode).toBe(1);
  expect(out.join("\n")).toContain("it cannot begin: mapping heap of parent: ENOMEM: 2 pages");
});

test.for([
  [["--at", "3"], "stdin has 2 steps, not 3"],
  [["--process", "chidl"], "no process has the name chidl; did you mean child?"],
  [["--process", "x*"], "no process has the name x*; there are parent, child"],
  [["--cured"], "stdin has no cure to run with"],
] as const)("%j is refused in one line, with exit code 2", async ([words, message]) => {
  const session = await forkpath(["show", "-", ...words], SHARED_PAGES);
  expect(session).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});

test("on a screen colours take the place of the sign at a figure", async () => {
  const out: string[] = [];
  await runProgram(["show", "-"], {
    stdin: (async function* () {
      yield new TextEncoder().encode(SHARED_PAGES);
    })(),
    env: {},
    colors: colorsFor({ isTTY: true }, {}),
    status: null,
    onInterrupt: () => () => {},
    out: (text) => void out.push(text),
    err: () => undefined,
  });
  expect(out.join("\n")).not.toMatch(/\d\*/);
  expect(out.join("\n")).toContain("\u001b[33m");
});

describe("every scenario that comes with forkpath fits a terminal", () => {
  const folder = fileURLToPath(new URL("../../../examples/", import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  test.for(files)("%s", async (name) => {
    const { exitCode, out } = await forkpath(["show", `${folder}${name}`, "--all"]);
    expect(exitCode).toBe(0);
    expect(out.filter((line) => line.length > 100 || line.endsWith(" "))).toEqual([]);
  });
});
