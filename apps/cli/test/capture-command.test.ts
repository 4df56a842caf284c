/** `forkpath capture` and `explain`: a live process, and captures of real ones. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const CAPTURES = fileURLToPath(new URL("../../../packages/procfs/test/captures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "forkpath-capture-"));
const children: ChildProcess[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const child of children) child.kill("SIGKILL");
});

function start(...words: string[]): string {
  const child = spawn(words[0], words.slice(1), { stdio: "ignore" });
  children.push(child);
  return String(child.pid);
}

describe.skipIf(!existsSync("/proc/self/smaps"))("a live process (skipped without /proc)", () => {
  test("is written to a folder, which explain reads", async () => {
    const pid = start("sleep", "60");
    const into = join(folder, "sleeper");
    const { exitCode, out } = await forkpath(["capture", "--pid", pid, "-o", into]);
    expect(exitCode).toBe(0);
    expect(out[0]).toMatch(/sleeper is written: sleep, VmRSS [\d,]+ kB, \d+ areas, [\d,]+ pages$/);
    expect(readdirSync(into)).toContain("capture.json");
    const again = await forkpath(["capture", "--pid", pid, "-o", into]);
    expect([again.exitCode, again.err]).toEqual([2, [`error: ${into} holds something already`]]);
    const explained = await forkpath(["explain", into]);
    expect(explained.out[0]).toMatch(/^sleep, process \d+: VmRSS [\d,]+ kB$/);
  });

  test("a family is summed up", async () => {
    const pid = start("sh", "-c", "sleep 60 & sleep 60 & wait");
    let members: { pid: number }[] = [];
    while (members.length < 3) {
      const { out } = await forkpath(["explain", "--pid", pid, "--json"]);
      const { processes } = JSON.parse(out.join("\n"));
      members = processes;
      if (processes.length === 3) {
        const { family } = JSON.parse(out.join("\n"));
        expect(family.sum.rss).toBeGreaterThan(family.held ?? family.sum.pss);
        expect(family.again).toBe(family.sum.rss - (family.held ?? family.sum.pss));
      }
    }
    const { out } = await forkpath(["explain", "--pid", pid, "--alone"]);
    expect(out.join("\n")).not.toContain("3 processes");
  });
});

test("explain of a real capture", async () => {
  const { exitCode, out } = await forkpath(["explain", `${CAPTURES}redis/pre`, "--areas", "1"]);
  expect(exitCode).toBe(0);
  const text = out.join("\n");
  expect(out[0]).toBe("redis-server, process 29471: VmRSS 475,204 kB");
  expect(text).toContain(
    "\nall                          475,204  469,656   5,548  471,737        0\n",
  );
  expect(text).toContain("\nthis one alone       117,414  469,656  98.8 %\n");
  expect(text).toContain("… and 101 more: --areas 102 shows all");
  expect(text).toContain("Not in VmRSS: 1,016 kB of page tables, 0 kB in swap.");
});

test("parent and child together: frames that both map are counted once", async () => {
  const words = ["parent", "child"].map((moment) => `${CAPTURES}php-fpm/${moment}`);
  const { out } = await forkpath(["explain", ...words]);
  expect(out[0]).toBe("2 processes");
  expect(out.at(-2)).toBe(
    "  No. The sum is 11,120 kB; what they hold is 6,944 kB: 4,176 kB are counted again.",
  );
});

test("a capture that fails leaves no folder behind", async () => {
  const into = join(folder, "nobody");
  const { exitCode } = await forkpath(["capture", "--pid", "4194304", "-o", into]);
  expect(exitCode).toBe(2);
  expect(existsSync(into)).toBe(false);
});

test.each([
  [["explain"], "error: what is to be explained? --pid PID, or a folder of forkpath capture"],
  [["explain", "--pid", "4194303"], "error: there is no process 4194303"],
  [["explain", folder], `error: ${folder}/status: wanted the text of a process, got no such file`],
  [
    ["capture", "--pid", "0"],
    "error: option '--pid <PID>' argument '0' is invalid. Expected a whole number from 1 to 4194304.",
  ],
  [["capture"], "error: required option '--pid <PID>' not specified"],
])("%j is refused", async (words, message) => {
  const { exitCode, err } = await forkpath(words);
  expect([exitCode, err]).toEqual([2, [message]]);
});
