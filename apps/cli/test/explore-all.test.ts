/** `forkpath explore --all`: every litmus that comes with the command, as a table. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { forkpath } from "./session.ts";

describe("all litmuses", () => {
  test("are a table, a line for each; a schedule that fails is exit code 1", async () => {
    const { exitCode, out, err } = await forkpath(["explore", "--all", "--max", "5"]);
    expect([exitCode, err]).toEqual([1, []]);
    expect(out[0]).toMatch(/^litmus +schedules {2}given up {2}complete {2}failures {2}seconds$/);
    const listed = (await forkpath(["explore"])).out.map((line) => line.split(" ")[0]);
    expect(out.slice(1).map((line) => line.split(" ")[0])).toEqual(listed);
    expect(out).toContainEqual(expect.stringMatching(/^exec-charge-cured +5 +0 +yes +0 +\d/));
    expect(out).toContainEqual(expect.stringMatching(/^d42-two-stacks +5 +0 +no +/));
  });

  test("of a variant, are those that have it; --json is a blob that can be merged", async () => {
    const session = await forkpath(["explore", "--all", "--cured", "--max", "20", "--json"]);
    expect(session.exitCode).toBe(4); // none fails, and some end early
    const { litmuses } = JSON.parse(session.out.join("\n"));
    expect(litmuses.map(({ litmus }: { litmus: string }) => litmus)).toContain(
      "d01-vfork-exec+cured",
    );
    for (const one of litmuses) expect(one.failed).toBe(0);
    const file = join(await mkdtemp(join(tmpdir(), "forkpath-")), "all.json");
    await writeFile(file, session.out.join("\n"));
    expect((await forkpath(["merge", file])).exitCode).toBe(4);
  });

  test.each([
    [["d36-fork-against-mmap"], "--all and d36-fork-against-mmap: wanted one of the two"],
    [["--jobs", "2"], "--all runs each litmus as a whole: no shards, and one job"],
    [["--shard", "1/2"], "--all runs each litmus as a whole: no shards, and one job"],
  ])("with %j is a usage error", async (words, message) => {
    const { exitCode, err } = await forkpath(["explore", "--all", ...words]);
    expect([exitCode, err]).toEqual([2, [`error: ${message}`]]);
  });
});
