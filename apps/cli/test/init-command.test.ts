/** `forkpath init`: an example becomes a file of the user's. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "forkpath-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what it writes runs as it says, and names no schema that is not there", async () => {
  const file = join(folder, "mine.yaml");
  const { exitCode, out, err } = await forkpath(["init", file, "--from", "failed-fork"]);
  expect([exitCode, err]).toEqual([0, []]);
  expect(out).toEqual([
    `${file} is written: forkpath run ${file} runs it, forkpath show ${file} shows its steps`,
  ]);
  expect(readFileSync(file, "utf8")).toMatch(/^title: [A-Z]/);
  expect((await forkpath(["run", file])).out).toEqual(
    (await forkpath(["run", "failed-fork"])).out.map(shifted),
  );
});

/** Lines are counted from where the comment about the schema stood. */
const shifted = (line: string): string =>
  line.replace(/^ {1,3}(\d+) /, (_, number) => `${String(Number(number) - 1).padStart(4)} `);

test("- is standard output", async () => {
  const { out } = await forkpath(["init", "-"]);
  expect(out[0]).toMatch(/^title: A prefork server/);
  expect((await forkpath(["run", "-"], ...out)).exitCode).toBe(0);
});

test("a file that is there stays as it is", async () => {
  const file = join(folder, "there.yaml");
  await forkpath(["init", file]);
  const before = readFileSync(file, "utf8");
  const { exitCode, err } = await forkpath(["init", file, "--from", "failed-fork"]);
  expect([exitCode, err]).toEqual([
    2,
    [`error: ${file} is there, and is not written over: give another name`],
  ]);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test.for([
  [
    ["init", "-", "--from", "failed-frok"],
    "no example has the name failed-frok; did you mean failed-fork?",
  ],
  [["init", "-", "--from", "x"], "no example has the name x; forkpath run lists them"],
  [["init", ""], "the name of the file to write is empty"],
] as const)("%j is refused in one line, with exit code 2", async ([words, message]) => {
  expect(await forkpath(words)).toEqual({ exitCode: 2, out: [], err: [`error: ${message}`] });
});
