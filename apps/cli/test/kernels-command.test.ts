/** Releases as commands: kernels, bisect, run --kernels. */
import { describe, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const AXIS = "el6 v3.10 rhel7 v4.4 v4.14 rhel8 v5.4 v5.10 v5.14 v5.19 v6.1 v6.12 v6.18".split(" ");

describe("kernels", () => {
  test("lists every release, and what differs from the one above", async () => {
    const { out, exitCode } = await forkpath(["kernels"]);
    const rows = out.slice(1, 1 + AXIS.length).map((line) => line.split(/ {2,}/));
    expect(rows.map(([name]) => name)).toEqual(AXIS);
    expect(rows.find(([name]) => name === "rhel8")?.[1]).toBe("4.18.0-240, RHEL 8.3");
    expect(exitCode).toBe(0);
  });

  test("tells what one does: every rule, where it is written, how sure it is", async () => {
    const { out } = await forkpath(["kernels", "v5.10"]);
    const at = out.findIndex((line) => line.startsWith("  reuse "));
    expect(out[at]).toMatch(/^ {2}reuse +mapcount 1 and one reference +M26, first in 5\.9; \w+/);
    expect(out[at + 1]?.trim()).toBe("when a write fault reuses an anonymous page");
  });

  test("tells what differs between two, and nothing else", async () => {
    const { out } = await forkpath(["kernels", "v4.14", "rhel8"]);
    const names = out.flatMap((line) => /^ {2}(\w+) /.exec(line)?.[1] ?? []);
    expect(out[0]).toContain(`${names.length} of `);
    expect(names).toContain("overcommitGuess");
    expect(names).not.toContain("reuse");
    expect((await forkpath(["kernels", "v5.4", "v5.4"])).out[0]).toContain("0 of ");
  });

  test("as data, too", async () => {
    const { out } = await forkpath(["kernels", "v5.4", "v5.10", "--json"]);
    const { from, to, rules } = JSON.parse(out.join("\n"));
    const reuse = rules.find(({ name }: { name: string }) => name === "reuse");
    expect([from, to, reuse.package, reuse.was.since, reuse.is.since, reuse.is.first]).toEqual([
      "v5.4",
      "v5.10",
      "mm",
      "el6",
      "v5.10",
      "5.9",
    ]);
    const all = JSON.parse((await forkpath(["kernels", "--json"])).out.join("\n"));
    expect(all).toHaveLength(AXIS.length);
  });

  test("a release that there is none of is refused, with those that there are", async () => {
    const { exitCode, err } = await forkpath(["kernels", "plan9"]);
    expect(exitCode).toBe(2);
    expect(err[0]).toMatch(/Allowed choices are el6, v3.10, .*v6.18/);
  });
});

describe("run --kernels", () => {
  test("is a table, with a column for each release", async () => {
    const { out, exitCode } = await forkpath(["run", "fault-around", "--kernels", "rhel7..v4.14"]);
    expect(out).toEqual([
      "How much of a library one read brings",
      "      rhel7  v4.4  v4.14",
      "  19  child lib entries: -*16",
      "         ok    ok     ok",
      "  22  child lib Rss: 4 kB",
      "         ok     -      -",
      "  23  child lib Rss: 64 kB",
      "          -    ok     ok",
      "  26  child minorFaults: 16",
      "         ok     -      -",
      "  27  child minorFaults: 1",
      "          -    ok     ok",
      "  28  recount: clean",
      "         ok    ok     ok",
      "      all as expected on 3 releases",
    ]);
    expect(exitCode).toBe(0);
  });

  test("fails if one release does not do what it is asked", async () => {
    const scenario = `
processes: { P: { mappings: { buffers: { kind: shmem, size: 8k, written: all } } } }
expect: [{ process: P, fileRss: 2 }]`;
    const words = ["run", "-", "--kernels", "v4.4,v5.4,rhel8"];
    const { out, exitCode } = await forkpath(words, scenario);
    expect(out.slice(1)).toEqual([
      "      v4.4  rhel8  v5.4",
      "   3  P fileRss: 2 pages",
      "        ok   FAIL  FAIL",
      "      rhel8 and v5.4: got 0 pages",
      "      not as expected on rhel8 and v5.4",
    ]);
    expect(exitCode).toBe(1);
    const json = JSON.parse((await forkpath([...words, "--json"], scenario)).out.join("\n"));
    expect(json.ok).toBe(false);
    expect(json.rows[0].cells[1]).toEqual({
      kernel: "rhel8",
      wanted: "2 pages",
      got: "0 pages",
      ok: false,
      asked: true,
    });
  });

  test("says where a single release is asked nothing", async () => {
    const scenario = "steps: []\nexpect: [{ on: v5.4+, tasks: 1 }]";
    const { err, exitCode } = await forkpath(["run", "-", "--kernel", "v4.4"], scenario);
    expect(err).toEqual([
      "note: it expects nothing of v4.4: --kernels all runs it on the releases that are asked",
    ]);
    expect(exitCode).toBe(0);
  });

  test.each([
    ["v5.8", /v5.8 has none of el6, .*v6.18 in it/],
    ["twelve", /Wanted all, or releases such as v5.8\+/],
    ["all,v5.4", /Wanted all, or releases/],
  ])("%s are no releases", async (ranges, message) => {
    const { exitCode, err } = await forkpath(["run", "fault-around", "--kernels", ranges]);
    expect([exitCode, err[0]]).toEqual([2, expect.stringMatching(message)]);
  });

  test("one release or several: not both, and no cure", async () => {
    const both = await forkpath(["run", "x", "--kernels", "all", "--kernel", "el6"]);
    const cured = await forkpath(["run", "x", "--kernels", "all", "--cured"]);
    expect([both.exitCode, cured.exitCode]).toEqual([2, 2]);
  });
});

describe("bisect", () => {
  test("tells between which releases, and which rule", async () => {
    const words = ["bisect", "thp-after-fork", "--from", "v5.4", "--to", "v5.14"];
    const { out, exitCode } = await forkpath(words);
    expect(out[2]).toBe("v5.4 → v5.10");
    expect(out[3]).toMatch(
      /^ {2}huge {2}how huge pages are mapped, shared and cut +M24\/5, first in 5\.8/,
    );
    expect(out).toContain("    24  child AnonHugePages: 2048 kB → 0 kB");
    expect(out.filter((line) => line.includes("→"))).toHaveLength(5);
    expect(exitCode).toBe(0);
    const { turns } = JSON.parse((await forkpath([...words, "--json"])).out.join("\n"));
    expect(turns[0]).toMatchObject({ how: "alone", rules: [{ name: "huge" }] });
  });

  test("ends with 1 where nothing changes", async () => {
    const { out, exitCode } = await forkpath(["bisect", "thp-after-fork", "--from", "v5.10"]);
    expect(out[1]).toBe("nothing changes: v5.10 to v6.18 all answer the same");
    expect(exitCode).toBe(1);
  });

  test("wants two releases", async () => {
    const { err, exitCode } = await forkpath(["bisect", "x", "--from", "v5.4", "--to", "v5.4"]);
    expect([err, exitCode]).toEqual([
      ["error: --from and --to must be two releases, both are v5.4"],
      2,
    ]);
  });
});
