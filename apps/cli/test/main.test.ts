/** The built command as a process of its own: what only a process shows. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { WRONG_SIZE } from "./scenarios.ts";

/** Room for a machine that has other things to do. */
const TIMEOUT_MS = 60_000;
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const run = promisify(execFile);

interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
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

test("a start leaves what was compiled to the next one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkpath-start-"));
  const env = { CI: "true", TMPDIR: folder };
  await run(process.execPath, [MAIN, "--version"], { env });
  const { length } = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  rmSync(folder, { recursive: true });
  expect(length).toBeGreaterThan(1);
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

/** Starts the command, and waits for its end; `meanwhile` is called at the start. */
async function start(
  words: readonly string[],
  stdout: "pipe" | number,
  meanwhile: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", stdout, "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk) => {
      texts[name] += String(chunk);
    });
  }
  meanwhile(child);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...texts };
}

/** On a slow machine, Ctrl-C may come before the work has begun, and ends the command at once. */
async function interrupt(words: readonly string[], delay: number = 2000): Promise<Ended> {
  const ended = await start(words, "pipe", (child) => {
    setTimeout(() => child.kill("SIGINT"), delay);
  });
  return ended.code === null ? interrupt(words, delay * 3) : ended;
}

test("a reader that has gone ends it without a word, as shells tell it", async () => {
  const ended = await start(["conform", "--json", "--only", "pub-0004"], "pipe", ({ stdout }) =>
    stdout?.destroy(),
  );
  expect(ended).toEqual({ code: 141, stdout: "", stderr: "" });
});

test.skipIf(process.platform !== "linux")(
  "a full disk is told in a line (Linux: /dev/full)",
  async () => {
    const full = openSync("/dev/full", "w");
    const reason = "ENOSPC: no space left on device\n";
    const stderr = `error: cannot write standard output: ${reason}`;
    expect(await start(["demo"], full)).toEqual({ code: 2, stdout: "", stderr });
    const words = ["trace", "-", "-o", "/dev/full"];
    const { code, stdout, stderr: told } = await forkpath(words, WRONG_SIZE);
    expect([code, stdout, told]).toEqual([2, "", `error: cannot write /dev/full: ${reason}`]);
  },
);

/** Millions of schedules. */
const ENDLESS = ["explore", "d02-collapse-against-reclaim", "--everywhere", "--strategy=bounded:3"];

test.for([
  [[...ENDLESS], "bounded(3): ", "interrupted after "],
  [[...ENDLESS, "--jobs", "2"], "bounded(3): ", "interrupted after "],
  [["fuzz", "--steps", "1000000"], " steps in ", "to go on: forkpath fuzz --seed "],
  [["bench", "fork", "--runs", "10000"], "ns an entry", "interrupted after "],
] as const)("Ctrl-C ends %j with what was found", async ([words, found, goOn]) => {
  expect(await interrupt(words)).toEqual({
    code: 130,
    stdout: expect.stringContaining(found),
    stderr: expect.stringContaining(goOn),
  });
});
