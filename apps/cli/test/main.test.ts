/** The built command as a process of its own: what only a process shows. */
import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { WRONG_SIZE } from "./scenarios.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 60_000;
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const run = promisify(execFile);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `input` goes to its standard input. */
async function forkpath(words: readonly string[], input = ""): Promise<Ended> {
  const running = run(process.execPath, [MAIN, ...words], { env: { CI: "true" } });
  running.child.stdin?.end(input);
  try {
    return { code: 0, ...(await running) };
  } catch (error) {
    return error as Ended;
  }
}

test("success is exit code 0, the public vectors included", { timeout: TIMEOUT_MS }, async () => {
  const { code, stdout, stderr } = await forkpath(["conform"]);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "458 passed, 0 failed\n",
    stderr: "",
  });
});

test("the demo prints no colours into a pipe", async () => {
  const { code, stdout } = await forkpath(["demo"]);
  expect(code).toBe(0);
  expect(stdout).toContain("copy_pte_range");
  expect(stdout).not.toContain("\u001b");
});

test("a failed line is exit code 1, and the output of a pipe has no colours", async () => {
  const { code, stdout, stderr } = await forkpath(["conform", "-"], "not a vector\n");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL stdin:1\n {2}not a vector: not JSON.*\n0 passed, 1 failed\n$/);
  expect(stderr).toBe("");
});

test("the built command knows its litmuses, and has worker threads", async () => {
  const words = ["explore", "d01-vfork-exec", "--cured", "--jobs", "2"];
  const { code, stdout, stderr } = await forkpath(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/\n0 of \d+ schedules failed\n$/);
});

test("wrong usage is exit code 2 and one line on standard error", async () => {
  const { code, stdout, stderr } = await forkpath(["conform", "--wrong"]);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: unknown option '--wrong'\n",
  });
});

test("a scenario comes through a pipe, and one expectation that is not met is exit code 1", async () => {
  const { code, stdout, stderr } = await forkpath(["run", "-"], WRONG_SIZE);
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout).toContain("FAIL  child1 VmRSS: wanted 12 kB, got 8 kB\n");
});

test("a scenario that is none is exit code 2, and a line for each problem", async () => {
  const { code, stdout, stderr } = await forkpath(["run", "-"], "steps: 3\nexpect: 4\n");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^stdin:1:8: .*\nstdin:2:9: .*\n$/);
});

test("the scenarios of the defects are found where they are installed", async () => {
  const { code, stdout } = await forkpath(["defects", "D1"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^D1\. /);
});

test("a reader that has seen enough is no fault", async () => {
  const child = spawn(process.execPath, [MAIN, "conform", "--json", "--only", "pub-0004"]);
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, stderr]).toEqual([0, ""]);
});
