/** `forkpath explore`, run inside the test, and wrong usage of what goes with it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, json, SHIPPED, text, writeBlob } from "./explorations.ts";
import { forkpath } from "./session.ts";

test("without a name, every litmus is listed with its title", async () => {
  const { exitCode, out } = await forkpath(["explore"]);
  expect(exitCode).toBe(0);
  expect(out).toContainEqual(expect.stringMatching(/^exec-charge-shipped +acct_arg_size/));
  expect(out).toContainEqual(expect.stringMatching(/^d01-exec-arguments +exec's charge/));
  expect(out.length).toBeGreaterThanOrEqual(17);
});

test("D1 on bare counters: 129 of 153 schedules, and how to see one again", async () => {
  const session = await forkpath(["explore", SHIPPED, "--strategy", "dfs"]);
  expect(session.exitCode).toBe(1);
  const { out } = session;
  expect(out[1]).toBe("dfs: 153 schedules of about 18 steps");
  expect(out[2]).toBe("covers every schedule");
  expect(out).toContain("lockset  anon_rss of mm1: page_table_lock not held by acct_arg_size");
  expect(out).toContain(`      forkpath replay ${SHIPPED}@v1:ab16`);
  expect(out.at(-1)).toBe("129 of 153 schedules failed");
});

test("a litmus of the whole kernel fails as shipped, and holds when cured", async () => {
  const shipped = await forkpath(["explore", "d01-vfork-exec"]);
  expect(shipped.exitCode).toBe(1);
  expect(text(shipped)).toContain("where turns are taken only at mm1._anon_rss, mm1.mm");
  const cured = await forkpath(["explore", "d01-vfork-exec", "--cured"]);
  expect(cured.exitCode).toBe(0);
  expect(cured.out.at(-1)).toMatch(/^0 of \d+ schedules failed$/);
});

test("--everywhere leaves no step out, and its replay strings say so", async () => {
  const shipped = await forkpath(["explore", "d01-vfork-exec", "--everywhere"]);
  expect(shipped.exitCode).toBe(1);
  expect(text(shipped)).toContain("covers every class of schedules");
  expect(text(shipped)).not.toContain("where turns are taken only");
  const [string] = /d01-vfork-exec\+everywhere#[0-9a-f]{16}@v1:\w+/.exec(text(shipped)) ?? [""];
  const again = await forkpath(["replay", string]);
  expect(again.exitCode).toBe(1);
  expect(again.out.at(-1)).toMatch(/^FAIL {2}final: worker anonRss: wanted 2 pages/);
});

test("a file of one's own, or standard input, is as good as a name", async () => {
  const lines = [
    "title: Two readers",
    "machine: { memory: 16M }",
    "processes: { P: { mappings: { heap: { size: 1 page } } } }",
    "steps: [{ clone: P, as: T }]",
    "threads: { a: { read: P heap }, b: { read: T heap } }",
  ];
  const session = await forkpath(["explore", "-", "--strategy", "bounded:1"], ...lines);
  expect(session).toMatchObject({ exitCode: 0, err: [] });
  expect(session.out[0]).toBe("Two readers");
  const file = join(await folder(), "mine.yaml");
  await writeFile(file, lines.join("\n"));
  const named = await forkpath(["explore", file, "--strategy", "bounded:1"]);
  const withoutName = (out: readonly string[]): string[] =>
    out.map((line) => line.replace(/replay .*@/, "replay @"));
  expect(withoutName(named.out)).toEqual(withoutName(session.out));
});

describe("an exploration that ends early", () => {
  const CURED_ONE = ["explore", "exec-charge-cured", "--strategy", "dfs"];

  test("says so, and has an exit code of its own", async () => {
    const session = await forkpath([...CURED_ONE, "--max", "2"]);
    expect(session).toMatchObject({ exitCode: 4, err: [] });
    expect(session.out[2]).toBe("covers 2 schedules, short of every schedule");
    expect((await forkpath(CURED_ONE)).exitCode).toBe(0);
  });

  test("has failed where it failed", async () => {
    const words = ["explore", SHIPPED, "--strategy", "dfs", "--max", "10"];
    expect((await forkpath(words)).exitCode).toBe(1);
  });

  test("is a failure with --require-complete", async () => {
    const session = await forkpath([...CURED_ONE, "--max", "2", "--require-complete"]);
    const message =
      "error: exec-charge-cured is not complete: 2 schedules, short of every schedule";
    expect(session).toMatchObject({ exitCode: 1, err: [message] });
    expect((await forkpath([...CURED_ONE, "--require-complete"])).exitCode).toBe(0);
  });

  test("is one with shards missing, as merge sees it", async () => {
    const dir = await folder();
    const words = ["exec-charge-cured", "--strategy", "dfs"];
    const [first, second] = await Promise.all(
      ["1/2", "2/2"].map((part) =>
        writeBlob(join(dir, part.replace("/", "of")), ...words, "--shard", part),
      ),
    );
    expect((await forkpath(["merge", first])).exitCode).toBe(4);
    expect((await forkpath(["merge", first, "--require-complete"])).exitCode).toBe(1);
    expect((await forkpath(["merge", second, first, "--require-complete"])).exitCode).toBe(0);
  });
});

test("--json is for programs: failures with replay strings, and what merge needs", async () => {
  const session = await forkpath(["explore", SHIPPED, "--strategy", "dfs", "--json"]);
  expect(session.exitCode).toBe(1);
  expect(json(session)).toMatchObject({
    forkpath: "explorations",
    version: 3,
    litmus: SHIPPED,
    schedules: 153,
    complete: true,
    guarantee: "every schedule",
    findings: [{ monitor: "lockset" }, { monitor: "happens-before" }],
    failures: [{ kind: "final", count: 6, replay: `${SHIPPED}@v1:ab15a` }, {}, {}, {}],
    explorations: [{ program: SHIPPED, strategy: "dfs", shard: { index: 0, count: 1 } }],
  });
});

test("worker threads find what one finds", { timeout: 60_000 }, async () => {
  const words = ["explore", SHIPPED, "--strategy", "dfs"];
  const [one, two] = [await forkpath(words), await forkpath([...words, "--jobs", "2"])];
  expect(two).toEqual(one);
});

test("any number of workers find the same, to the last digit", { timeout: 60_000 }, async () => {
  const words = ["explore", "d36-fork-against-mmap", "--everywhere", "--json", "--jobs"];
  const [two, three] = [await forkpath([...words, "2"]), await forkpath([...words, "3"])];
  expect(two).toEqual(three);
  expect(json(two).complete).toBe(true);
});

test.each([
  [["explore", "no-such"], "no litmus has the name no-such; explore lists them"],
  [["explore", "two-fork"], "no litmus has the name two-fork; did you mean two-forks?"],
  [["explore", "./no-such.yaml"], "cannot read ./no-such.yaml: ENOENT: no such file or directory"],
  [["explore", "two-forks", "--cured"], "two-forks.yaml has no cure to run with"],
  [["explore", "exec-charge-split", "--cured"], "exec-charge-split has no cure to run with"],
  [
    ["explore", SHIPPED, "--strategy", "bfs"],
    'strategy: wanted dfs, dpor, bounded:PREEMPTIONS, pct:SEED,DEPTH, random:SEED, got "bfs"',
  ],
  [
    ["explore", SHIPPED, "--shard", "3/2"],
    "--shard 3/2 names no shard: wanted one of n, such as --shard 1/8",
  ],
  [
    ["explore", SHIPPED, "--shard", "1/1000000000"],
    "--shard 1/1000000000: wanted at most 10000 shards, got 1000000000",
  ],
  [
    ["explore", SHIPPED, "--shard", "1/9000", "--jobs", "2"],
    "9000 shards of 2 jobs each: wanted at most 10000 shards, got 18000",
  ],
  [
    ["explore", SHIPPED, "--strategy", "bounded:-1", "--jobs", "2"],
    'strategy: wanted dfs, dpor, bounded:PREEMPTIONS, pct:SEED,DEPTH, random:SEED, got "bounded:-1"',
  ],
  [["explore", ""], "no litmus has an empty name; explore lists them"],
  [["replay", "v1:ab"], 'wanted a litmus, @ and a schedule, got "v1:ab"'],
  [
    ["replay", `${SHIPPED}@v1:b18`],
    `the schedule does not fit ${SHIPPED} at step 18: the run is over, choices left: 2; one that fits: ${SHIPPED}@v1:a2`,
  ],
  [["merge", "./package.json"], "./package.json: wanted what forkpath explore --json writes"],
  [["merge", "./README.md"], "./README.md: not JSON"],
])("%j is wrong usage: one line, exit code 2", async (words, message) => {
  expect(await forkpath(words)).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});

test("a scenario without threads, or whose steps fail, is no litmus", async () => {
  const head = [
    "machine: { memory: 16M }",
    "processes: { P: { mappings: { heap: { size: 1 page } } } }",
  ];
  expect((await forkpath(["explore", "-"], ...head)).err).toEqual([
    "error: stdin has no threads to explore",
  ]);
  const failing = [
    "steps: [{ clone: P, as: T }, { read: P heap, fails: EIO }]",
    "threads: { a: { read: P heap }, b: { read: T heap } }",
  ];
  expect((await forkpath(["explore", "-"], ...head, ...failing)).err).toEqual([
    "error: stdin: line 3: read P heap: wanted EIO, got success",
  ]);
});
