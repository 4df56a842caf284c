/** `pnpm mutation` on a workspace of two tiny packages: what it says of a fault. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fault, faultsIn } from "../../mutation/fault.ts";
import { Judge } from "../../mutation/judge.ts";
import type { Suite } from "../../mutation/suite.ts";
import { Tests } from "../../mutation/tests.ts";
import { copyWorkspace, type Workspace } from "../../mutation/workspace.ts";
import { makeTinyRepo } from "./tiny-repo.ts";

const ADD = "export const add = (a: number, b: number): number => a + b;\n";
const FILES: Readonly<Record<string, string>> = {
  "packages/tiny/package.json": '{ "name": "tiny", "type": "module" }',
  "packages/tiny/src/add.ts": ADD,
  "packages/tiny/test/add.test.ts": addTest("../src/add.ts", "0 changes nothing", "3, 0", 3),
  "packages/tiny/test/zero.test.ts": addTest("../src/add.ts", "nothing", "0, 0", 0),
  "packages/user/package.json": '{ "name": "user", "type": "module" }',
  "packages/user/test/use.test.ts": addTest("../../tiny/src/add.ts", "sums", "1, 2", 3),
  "apps/none/package.json": '{ "name": "none" }',
};
const TINY: Suite = { dir: "packages/tiny" };
const USER: Suite = { dir: "packages/user" };

function addTest(path: string, name: string, args: string, sum: number): string {
  return [
    'import { expect, test } from "vitest";',
    `import { add } from "${path}";`,
    `test("${name}", () => expect(add(${args})).toBe(${sum}));`,
  ].join("\n");
}

const faultOf = (replace: string): Fault =>
  faultsIn("tiny", [{ name: "fault", file: "add.ts", find: "a + b", replace, why: "" }])[0]!;

let repo: string;
let workspace: Workspace;
let tests: Tests;

beforeAll(async () => {
  repo = await makeTinyRepo(FILES);
  workspace = await copyWorkspace(repo);
  tests = new Tests(workspace.root);
});

afterAll(async () => {
  tests?.close();
  await workspace?.remove();
  await rm(repo, { recursive: true, force: true });
});

test("killed at home, by a user, not at all; and code that cannot run proves nothing", async () => {
  const judge = new Judge(workspace, tests, () => [TINY, USER]);
  const verdicts = [];
  for (const replace of ["a * b", "a - b", "b + a", "a + c"]) {
    verdicts.push(await judge.judge(faultOf(replace)));
  }
  expect(verdicts).toEqual([
    { kind: "killed", by: "packages/tiny", test: "0 changes nothing", isAtHome: true },
    { kind: "killed", by: "packages/user", test: "sums", isAtHome: false },
    { kind: "survived" },
    { kind: "broken", problem: "ReferenceError: c is not defined" },
  ]);
});

test("the fault is in the copy while it is judged, and never in the checkout", async () => {
  const path = "packages/tiny/src/add.ts";
  const texts = await workspace.withFault(faultOf("a - b"), () =>
    Promise.all([repo, workspace.root].map((root) => readFile(join(root, path), "utf8"))),
  );
  expect(texts).toEqual([ADD, ADD.replace("a + b", "a - b")]);
  expect(await readFile(join(workspace.root, path), "utf8")).toBe(ADD);
});

test("a file that failed before is no part of a run without it", async () => {
  const path = "packages/tiny/src/add.ts";
  const results = await workspace.withFault(faultOf("a * b"), async () => [
    await tests.run(TINY, path),
    await tests.run(TINY, path, ["packages/tiny/test/zero.test.ts"]),
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(["failed", "passed"]);
});

test("a suite without an end fails when its time is up", async () => {
  const hasty = new Tests(workspace.root, 1);
  const result = await hasty.run(TINY);
  expect(result).toEqual({ kind: "failed", test: "no end within 0 s" });
});

test("a suite that fails without any fault would kill them all: so none is judged", async () => {
  const judge = new Judge(workspace, tests, () => [
    { dir: "packages/user", files: ["no-such-file"] },
  ]);
  await expect(judge.judge(faultOf("a - b"))).rejects.toThrow(
    "the tests of packages/user fail without any fault",
  );
});
