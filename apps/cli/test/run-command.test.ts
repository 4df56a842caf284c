/** `forkpath run` as its users see it: steps with answers, expectations, and what is wrong. */
import { expect, test } from "vitest";
import { MIGRATION, SHARED_PAGES, WRONG_SIZE } from "./scenarios.ts";
import { forkpath } from "./session.ts";

test("every step and expectation is told with its line of the file", async () => {
  const { exitCode, out, err } = await forkpath(["run", "-"], SHARED_PAGES);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out).toEqual([
    "Two pages",
    "   7  fork parent as child: success",
    "  10    ok    child heap mapcount: 2",
    "  11  write child heap 1: success",
    "      at the end",
    "  13    ok    child heap entries: r W",
    "  14    ok    child VmRSS: 8 kB (at least 4 kB)",
    "      2 steps, 3 of 3 expectations met",
  ]);
});

test("an expectation that is not met says what was wanted and what came, exit code 1", async () => {
  const { exitCode, out } = await forkpath(["run", "-"], WRONG_SIZE);
  expect(exitCode).toBe(1);
  expect(out).toEqual([
    "A wrong size",
    "   7  fork parent as child, 2 times: success",
    "      at the end",
    "  11    FAIL  child1 VmRSS: wanted 12 kB, got 8 kB",
    "  12    ok    child2 VmRSS: 8 kB",
    "      1 step, 1 of 2 expectations met",
  ]);
});

test("a step that fails half-way tells how often it was done", async () => {
  const limited = WRONG_SIZE.replace("    times: 2", "    times: 2\n    failAllocation: 20");
  const { exitCode, out } = await forkpath(["run", "-"], limited);
  expect(exitCode).toBe(1);
  expect(out[1]).toBe("   7  fork parent as child, 2 times: ENOMEM, 1 done");
  expect(out[2]).toBe("        the request for fs was made to fail");
  expect(out[3]).toBe("   7    FAIL  fork parent as child, 2 times: wanted success, got ENOMEM");
});

test.for(["run", "show"])(
  "%s without a file lists the examples, which it knows by name",
  async (command) => {
    const { exitCode, out } = await forkpath([command]);
    expect(exitCode).toBe(0);
    expect(out).toContain("redis-snapshot        A snapshot under writes");
    expect(out.at(-1)).toBe(
      `forkpath ${command} NAME takes one of these, forkpath init --from NAME writes it to a file.`,
    );
    const names = out.slice(0, -2).map((line) => line.split(" ", 1)[0]);
    expect(names.length).toBeGreaterThan(10);
    const known = await forkpath([command, "failed-fork"]);
    expect([known.exitCode, known.out[0]]).toEqual([0, "A fork that fails half-way"]);
  },
);

test("--check recounts after every step, and what it finds is exit code 1", async () => {
  expect((await forkpath(["run", "-"], MIGRATION)).exitCode).toBe(0);
  const { exitCode, out } = await forkpath(["run", "-", "--check"], MIGRATION);
  expect(exitCode).toBe(1);
  expect(out.slice(1)).toEqual([
    "   7  migrateBegin parent heap 0: success",
    "   8  fork parent as child: success",
    "        recount  I2: mm2: anon_rss is 1, but 2 counted",
    "  10  migrateEnd: success",
    "        recount  I2: mm2: anon_rss is 1, but 2 counted",
    "      3 steps, 0 of 0 expectations met, 2 recounts not clean",
  ]);
});

test("a file that expects nothing is told of show, where programs do not read it", async () => {
  const nothing = "note: it expects nothing: forkpath show - shows what its steps do";
  expect((await forkpath(["run", "-"], MIGRATION)).err).toEqual([nothing]);
  const { out, err } = await forkpath(["run", "-", "--json"], MIGRATION);
  expect(err).toEqual([nothing]);
  expect(JSON.parse(out.join("\n")).ok).toBe(true);
});

test("--check finds nothing in a scenario without a defect", async () => {
  const plain = await forkpath(["run", "-"], SHARED_PAGES);
  expect(await forkpath(["run", "-", "--check"], SHARED_PAGES)).toEqual(plain);
});

test("a scenario of a defect may leave the recount unclean", async () => {
  const known = MIGRATION.replace("title:", "defect: D3\ntitle:");
  const { exitCode, out } = await forkpath(["run", "-", "--check"], known);
  expect(exitCode).toBe(0);
  expect(out.at(-1)).toContain("2 recounts not clean");
});

test("--json is one object: steps with their expectations, and those of the end", async () => {
  const { exitCode, out } = await forkpath(["run", "-", "--json"], WRONG_SIZE);
  expect(exitCode).toBe(1);
  expect(JSON.parse(out.join("\n"))).toEqual({
    file: "stdin",
    title: "A wrong size",
    ok: false,
    steps: [
      {
        line: 7,
        text: "fork parent as child, 2 times",
        outcome: "success",
        kind: "done",
        refusal: null,
        reason: null,
        done: 2,
        allocations: expect.any(Number),
        expectations: [],
        mismatches: [],
      },
    ],
    expectations: [
      { line: 11, text: "child1 VmRSS", wanted: "12 kB", got: "8 kB", ok: false },
      { line: 12, text: "child2 VmRSS", wanted: "8 kB", got: "8 kB", ok: true },
    ],
  });
});

test("--cured runs on the mended machine, and holds it against what the cure expects", async () => {
  const overcommit = `title: A terabyte
defect: D17
machine: { memory: 16M, overcommit: { mode: heuristic, adminReserve: 64M } }
processes:
  user: { admin: false }
steps:
  - mmap: user
    as: arena
    size: 1T
    expect:
      - { committed: 1 TB }
cure:
  machine: { overcommit: { mode: heuristic, adminReserve: 0 } }
  expect:
    - { committed: 0 }`;
  expect((await forkpath(["run", "-"], overcommit)).out.at(-1)).toContain("1 of 1");
  const { exitCode, out } = await forkpath(["run", "-", "--cured"], overcommit);
  expect(exitCode).toBe(0);
  expect(out.slice(1)).toEqual([
    "   7  mmap user as arena: ENOMEM",
    "        268435456 pages for 0x1000000000: only 3966 can be promised (overcommit heuristic: free",
    "        3967, reclaimable 0)",
    "      at the end",
    "  15    ok    committed: 0 pages",
    "      1 step, 1 of 1 expectation met",
  ]);
});

test("all problems of a file are told at once, by line and column, exit code 2", async () => {
  const misspelt = WRONG_SIZE.replace("fork: parent", "frok: parent").replace("12 kB", "a lot");
  const { exitCode, out, err } = await forkpath(["run", "-"], misspelt);
  expect([exitCode, out]).toEqual([2, []]);
  expect(err).toEqual([
    "stdin:7:5: unknown step frok; did you mean fork?",
    expect.stringMatching(/^stdin:11:\d+: expect\.VmRSS: wanted an amount .*, got "a lot"$/),
  ]);
});

test.for([
  [
    ["run", "prefork-servr"],
    "there is no file prefork-servr; did you mean the example prefork-server?",
  ],
  [["run", "nothing"], "cannot read nothing: ENOENT: no such file or directory"],
  [["run", "missing.yaml"], "cannot read missing.yaml: ENOENT: no such file or directory"],
  [["run", "-", "--cured"], "stdin has no cure to run with"],
] as const)("%j is refused in one line, with exit code 2", async ([words, message]) => {
  const session = await forkpath(words, SHARED_PAGES);
  expect(session).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});

test("--json tells why a step was refused, as data", async () => {
  const { exitCode, out } = await forkpath(["run", "overcommit-strict", "--json"]);
  const { steps } = JSON.parse(out.join("\n"));
  const refused = steps.find(({ outcome }: { outcome: string }) => outcome === "ENOMEM");
  expect(exitCode).toBe(0);
  expect(refused.refusal).toMatchObject({ kind: "promise", terms: { rule: "never" } });
  expect(Object.keys(refused.refusal.area)).toEqual(["start", "end"]);
});
