/** `npx forkpath` in an empty folder, and the command where it is installed. */
import { beforeAll, expect, test } from "vitest";
import type { Project, Rehearsal } from "../../publish/rehearsal.ts";
import type { Ran } from "../../publish/shell.ts";

export function testCommand(rehearsal: () => Rehearsal): void {
  let installed: Project;
  const forkpath = (...args: string[]): Promise<Ran> =>
    installed.run("node", "node_modules/forkpath/dist/main.js", ...args);

  beforeAll(async () => {
    installed = await rehearsal().project("command");
    await installed.run("npm", "install", "forkpath");
  });

  test("shows the demo, from nothing", async () => {
    const empty = await rehearsal().project("empty");
    const { code, stdout } = await empty.run("npx", "--yes", "forkpath", "demo");
    expect(code).toBe(0);
    expect(stdout).toContain("copy_pte_range");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("runs the recorded vectors that come with it", async () => {
    const { code, stdout } = await forkpath("conform");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("458 passed, 0 failed");
  });

  test("shows a defect, whose scenario comes in another package", async () => {
    const { code, stdout } = await forkpath("defects", "D1");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^D1\. /);
  });

  test("writes an example, and runs it", async () => {
    expect((await forkpath("init", "first.yaml")).code).toBe(0);
    const { code, stdout } = await forkpath("run", "first.yaml");
    expect(code).toBe(0);
    expect(stdout).toContain("expectations met");
  });

  test("answers a usage error with one line and exit code 2", async () => {
    const { code, stderr } = await forkpath("conform", "--no-such-option");
    expect(code).toBe(2);
    expect(stderr).not.toContain("    at ");
  });
}
