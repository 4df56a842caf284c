/** `forkpath merge` of what `explore --json` has written, run inside the test. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeBlob } from "../src/explore/blob.ts";
import { folder, json, SHIPPED, text, writeBlob } from "./explorations.ts";
import { forkpath } from "./session.ts";

test("shards come together in any order, any of them twice", async () => {
  const dir = await folder();
  const words = [SHIPPED, "--strategy", "dfs"];
  const parts = await Promise.all(
    [1, 2, 3].map((index) =>
      writeBlob(join(dir, `${index}.json`), ...words, "--shard", `${index}/3`),
    ),
  );
  const merged = await forkpath(["merge", ...parts]);
  expect(merged.exitCode).toBe(1);
  expect(text(merged)).toContain("covers every schedule");
  expect(merged.out.at(-1)).toBe("129 of 153 schedules failed");
  expect(await forkpath(["merge", ...parts.toReversed(), ...parts])).toEqual(merged);

  const partly = await forkpath(["merge", parts[0], parts[2]]);
  expect(text(partly)).toMatch(/covers \d+ schedules, short of every schedule/);
  const half = join(dir, "half.json");
  await writeFile(half, text(await forkpath(["merge", "--json", parts[0], parts[1]])));
  expect(await forkpath(["merge", half, parts[2]])).toEqual(merged);
});

test("one shard with two results is an error", async () => {
  const dir = await folder();
  const first = await writeBlob(join(dir, "a.json"), SHIPPED, "--strategy", "dfs");
  const { explorations } = json(await forkpath(["merge", "--json", first]));
  const forged = join(dir, "b.json");
  const other = [{ ...explorations[0], steps: explorations[0].steps + 1 }];
  await writeFile(forged, JSON.stringify(makeBlob(other)));
  expect(await forkpath(["merge", first, forged])).toEqual({
    exitCode: 2,
    out: [],
    err: [
      "error: wanted one result for exec-charge-shipped, dfs, in 1 by 0 choices: shard 1 of 1, got " +
        "two that differ",
    ],
  });
});

describe("a litmus is known by its text", () => {
  const QUICK = ["--strategy", "bounded:0"];
  const litmus = (more: string): string =>
    [
      "machine: { memory: 16M }",
      "processes: { P: { mappings: { heap: { size: 1 page } } } }",
      "steps: [{ clone: P, as: T }]",
      `threads: { a: { read: P heap }, b: { read: T heap${more} } }`,
      "expect: [{ process: P, anonRss: 1 }]", // reads bring in the zero page: it fails
    ].join("\n");

  test("two files of one text are one litmus, which goes by the first name", async () => {
    const dir = await folder();
    const blobs = await Promise.all(
      ["b.yaml", "a.yaml"].map(async (name, index) => {
        await writeFile(join(dir, name), litmus(""));
        return writeBlob(
          join(dir, `${name}.json`),
          join(dir, name),
          ...QUICK,
          "--shard",
          `${index + 1}/2`,
        );
      }),
    );
    const { out } = await forkpath(["merge", ...blobs]);
    expect(out[0]).toBe(join(dir, "a.yaml"));
    expect(out.filter((line) => line.startsWith("covers"))).toEqual([
      expect.not.stringContaining("short of"),
    ]);
  });

  test("one file with two texts is two, and a schedule of the first fits no other", async () => {
    const dir = await folder();
    const file = join(dir, "mine.yaml");
    await writeFile(file, litmus(""));
    const before = await writeBlob(join(dir, "1.json"), file, ...QUICK, "--shard", "1/2");
    const { failures } = json(await forkpath(["explore", file, ...QUICK, "--json"]));
    expect((await forkpath(["replay", failures[0].replay])).exitCode).toBe(1);
    await writeFile(file, litmus(" 0"));
    const after = await writeBlob(join(dir, "2.json"), file, ...QUICK, "--shard", "2/2");
    const merged = await forkpath(["merge", before, after]);
    expect(merged.out.filter((line) => line.includes("short of"))).toHaveLength(2);
    expect(await forkpath(["replay", failures[0].replay])).toMatchObject({
      exitCode: 2,
      out: [],
      err: [expect.stringMatching(/mine\.yaml is another litmus than the one of this schedule/)],
    });
  });
});

describe("a broken blob is one error", () => {
  async function blobWith(change: (blob: { explorations: unknown; checksum?: string }) => unknown) {
    const file = join(await folder(), "blob.json");
    const blob = json(await forkpath(["explore", SHIPPED, "--strategy", "dfs", "--json"]));
    await writeFile(file, JSON.stringify(change(blob)));
    const { exitCode, out, err } = await forkpath(["merge", file]);
    expect([exitCode, out, err.length]).toEqual([2, [], 1]);
    return err[0].replace(file, "FILE");
  }
  const withFirst = (more: object) => (blob: { explorations: unknown }) => ({
    ...blob,
    explorations: [{ ...(blob.explorations as object[])[0], ...more }],
  });

  test.each([
    ["empty", () => ({}), "wanted what forkpath explore --json writes"],
    ["null", () => null, "wanted what forkpath explore --json writes"],
    ["old", (blob) => ({ ...blob, version: 1 }), "wanted version 3, got 1: explore it again"],
    [
      "no version",
      (blob) => ({ ...blob, version: "x" }),
      "wanted version 3, got none: explore it again",
    ],
    [
      "no list",
      (blob) => ({ ...blob, explorations: 3 }),
      "explorations: wanted a list of explorations",
    ],
    [
      "nothing in it",
      (blob) => ({ ...blob, explorations: [] }),
      "explorations: wanted at least one exploration",
    ],
    [
      "an empty one",
      (blob) => ({ ...blob, explorations: [{}] }),
      "explorations.0.program: wanted a text",
    ],
    [
      "a text for a number",
      withFirst({ schedules: "153" }),
      "explorations.0.schedules: wanted a whole number",
    ],
    [
      "a shard out of range",
      withFirst({ shard: { index: 2, count: 2, depth: 8 } }),
      "explorations.0.shard: wanted an index below the count",
    ],
    [
      "no such schedule",
      withFirst({ outcomes: [{ outcome: "x", count: 1, schedule: "v1:1", failure: null }] }),
      "explorations.0.outcomes.0.schedule: wanted a schedule, such as v1:ab2",
    ],
    [
      "more ends than schedules",
      withFirst({ schedules: 1 }),
      "explorations.0: wanted as many outcomes and failures as schedules",
    ],
    ["an unknown key", withFirst({ more: 1 }), "explorations.0: wanted an exploration"],
    [
      "another number",
      withFirst({ steps: 1 }),
      "the checksum is another one: the file was changed",
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof blobWith>[0], string])[])(
    "%s",
    async (_what, change, message) => {
      expect(await blobWith(change)).toBe(`error: FILE: ${message}`);
    },
  );
});
