/** `forkpath conform` as its users see it: lines, exit codes, and what happens to bad input. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type ForkVector, loadVectors } from "@forkpath/conformance";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const vectors = loadVectors();
const [first, second] = vectors.map((vector) => JSON.stringify(vector));
const fork = vectors[0] as ForkVector;
/** The first vector under another name, with changes. */
const changed = (changes: Partial<ForkVector>): string =>
  JSON.stringify({ ...fork, id: "test-1", shape: "test", ...changes });
const { childPtes } = fork.expect;
/** Fails: one entry of the child is not expected, and one table too many is. */
const wrong = changed({ expect: { ...fork.expect, nrPtes: 2, childPtes: childPtes.slice(1) } });
/** What is wrong with it. */
const [unexpected] = childPtes;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "forkpath-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("files, packed or not, and standard input are read one after the other", async () => {
  const plain = fileOf("plain.jsonl", `${first}\n\n${second}\n`);
  const packed = fileOf("packed.bin", gzipSync(`${second}\n`));
  const session = await forkpath(["conform", plain, "-", packed], first);
  expect(session).toEqual({ exitCode: 0, out: ["4 passed, 0 failed"], err: [] });
});

test("each mismatch is one line: field, wanted, got", async () => {
  const { exitCode, out } = await forkpath(["conform", "-"], first, wrong);
  expect(exitCode).toBe(1);
  expect(out[0]).toBe("FAIL stdin:2 test-1 (test)");
  expect(out).toContain("  nrPtes: wanted 2, got 1");
  expect(out).toContain(
    `  childPtes[${unexpected.addr}]: wanted nothing, got ${JSON.stringify(unexpected)}`,
  );
  expect(out.at(-1)).toBe("1 passed, 1 failed");
});

test("a malformed line tells its number and what is wrong, and the rest still runs", async () => {
  const misspelt = first.replace('"resched":"never"', '"resched":"seldom"');
  const { exitCode, out } = await forkpath(["conform", "-"], "{", first, misspelt, second);
  expect(exitCode).toBe(1);
  expect(out).toEqual([
    "FAIL stdin:1",
    expect.stringMatching(/^ {2}not a vector: not JSON: /),
    "FAIL stdin:3",
    '  not a vector: config.resched: expected "never", "always" or a list of call indices',
    "2 passed, 2 failed",
  ]);
});

test("a vector that contradicts itself fails in one line, and the rest still runs", async () => {
  const page = { pfn: "0x20", count: 1, mapcount: 1, anon: true };
  const twice = changed({ pages: [page, page] });
  const slot = { type: 0, offset: "0x5", map: "0x01", state: "in-use" } as const;
  const noDevice = changed({ swapDevices: [], swap: [slot] });
  const { out } = await forkpath(["conform", "-"], twice, noDevice, first);
  expect(out).toEqual([
    "FAIL stdin:1 test-1 (test)",
    expect.stringContaining("pfn must be free, got 0x20"),
    "FAIL stdin:2 test-1 (test)",
    expect.stringContaining("pokeSlot: type"),
    "1 passed, 2 failed",
  ]);
});

test("--only runs one vector and shows its trace", async () => {
  const { exitCode, out } = await forkpath(["conform", "--only", "pub-0419"]);
  expect(exitCode).toBe(0);
  expect(out).toEqual([
    "PASS public.jsonl:420 pub-0419 (alloc-failure/cross-pmd-table)",
    "     0  vma 0",
    "     1  notify_start 0x54fffffef000 0x550000009000",
    "     2  alloc pud fail",
    "     3  notify_end 0x54fffffef000 0x550000009000",
    "     4  ret -12",
    "1 passed, 0 failed",
  ]);
});

test("--only shows the trace of a vector that fails, below what is wrong", async () => {
  const { out } = await forkpath(["conform", "-", "--only", "test-1"], first, wrong);
  const trace = out.indexOf("     0  vma 0");
  expect(out[0]).toBe("FAIL stdin:2 test-1 (test)");
  expect(trace).toBeGreaterThan(out.indexOf("  nrPtes: wanted 2, got 1"));
  expect(out.at(-1)).toBe("0 passed, 1 failed");
});

test("--json is one object: totals, and the failures with their mismatches", async () => {
  const { exitCode, out } = await forkpath(["conform", "--json", "-"], "{", first, wrong);
  const answer = JSON.parse(out.join("\n"));
  expect(exitCode).toBe(1);
  expect(Object.keys(answer)).toEqual(["passed", "failed", "failures"]);
  expect(answer).toMatchObject({
    passed: 1,
    failed: 2,
    failures: [
      { source: "stdin", line: 1, problem: expect.stringContaining("not JSON"), mismatches: [] },
      { source: "stdin", line: 3, id: "test-1", shape: "test" },
    ],
  });
  expect(answer.failures[1].mismatches).toContainEqual({ path: "nrPtes", wanted: 2, got: 1 });
  expect(answer.failures[1].mismatches).toContainEqual({
    path: `childPtes[${unexpected.addr}]`,
    wanted: null,
    got: unexpected,
  });
});

test("--json --only carries the trace", async () => {
  const { out } = await forkpath(["conform", "--json", "--only", "pub-0419"]);
  const { passed, traces } = JSON.parse(out.join("\n"));
  expect(passed).toBe(1);
  expect(traces).toMatchObject([{ source: "public.jsonl", line: 420 }]);
  expect(traces[0].events.at(-1)).toBe("ret -12");
});

test.for([
  [["conform", "--only", "nobody"], "no vector has the id nobody"],
  [["conform", "missing.jsonl"], "cannot read missing.jsonl: ENOENT: no such file or directory"],
  [["conform", "-"], "no vectors given"],
  [["conform", "--jsno"], "unknown option '--jsno' (Did you mean --json?)"],
  [["conform", "--only"], "option '--only <ID>' argument missing"],
  [["comform"], "unknown command 'comform' (Did you mean conform?)"],
] as const)("%j is refused in one line, with exit code 2", async ([words, message]) => {
  expect(await forkpath(words)).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});

test("a damaged archive is refused before anything runs", async () => {
  const broken = fileOf("broken.gz", gzipSync(`${first}\n`).subarray(0, 200));
  const { exitCode, out, err } = await forkpath(["conform", "-", broken], first);
  expect([exitCode, out]).toEqual([2, []]);
  expect(err).toEqual([`error: cannot unpack ${broken}: unexpected end of file`]);
});
