/** `forkpath predict`, on captures of real forks. */
import { fileURLToPath } from "node:url";
import type { Prediction } from "@forkpath/predict";
import { expect, test } from "vitest";
import { parseWrites } from "../src/predict/writes-option.ts";
import { forkpath } from "./session.ts";

const CAPTURES = new URL("../../../packages/procfs/test/captures/", import.meta.url);
const capture = (name: string): string => fileURLToPath(new URL(`${name}/pre`, CAPTURES));

test("tells first whether it works, how long it takes and what it costs", async () => {
  const { exitCode, out, err } = await forkpath(["predict", capture("nginx")]);
  expect([exitCode, err]).toEqual([0, []]);
  const text = out.join("\n");
  expect(text).toMatch(/^nginx forks, Linux 6\.18, read with frame numbers: exact\n/);
  expect(text).toContain("whether Linux allows it is not known: meminfo was not captured");
  expect(text).toMatch(/it takes about \d+ µs/);
  expect(text).toMatch(/\n {2}VmRSS +\d+ +\d+\n/);
  expect(text).toContain("copied: has an anon_vma: it was written to");
  for (const line of out.join("\n").split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("--json is one object, of the same figures", async () => {
  const { out } = await forkpath(["predict", capture("sshd"), "--json", "--no-advice"]);
  const prediction = JSON.parse(out.join("\n")) as Prediction;
  expect(prediction).toMatchObject({ comm: "sshd", level: "frames", children: 1, advice: [] });
  expect(prediction.child.status.VmRSS).toBeGreaterThan(0);
});

test("growth over time has a column for it", async () => {
  const words = [
    "predict",
    capture("redis"),
    "--kernel",
    "v6.18",
    "--no-advice",
    "--parent-writes",
    "20MB/s",
  ];
  const { out } = await forkpath([...words, "--seconds", "10"]);
  expect(out.join("\n")).toContain("How memory grows with time");
  expect(out.at(-1)).toBe("  each copy takes its writer about 2 µs, all of them 72.5 ms");
  expect(out.join("\n")).toMatch(/\n +10\.0 +35\.6 % +0 % +41,4\d\d +161\.\d MB {2}█+(\n|$)/);
});

test.for([
  [["predict", "no-such-folder"], "error: there is no no-such-folder"],
  [["predict", "package.json"], "error: package.json is no folder"],
  [["predict", "."], "error: ./status: wanted the text of a process"],
  [["predict", ".", "--children", "0"], "'--children <N>' argument '0' is invalid"],
  [["predict", ".", "--parent-writes", "lots"], "Expected a share such as 10%"],
  [["predict", ".", "--child-writes", "101%"], "A share is 100% at the most"],
] as const)("%j is refused with exit code 2", async ([words, message]) => {
  const { exitCode, err } = await forkpath(words);
  expect([exitCode, err.join(" ")]).toEqual([2, expect.stringContaining(message)]);
});

test.for([
  ["10%", { kind: "share", share: 0.1 }],
  ["25000", { kind: "pages", pages: 25_000 }],
  ["64MB", { kind: "pages", pages: 16_384 }],
  ["64MiB", { kind: "pages", pages: 16_384 }],
  ["5000/s", { kind: "rate", perSecond: 5000 }],
  ["0.5GB/s", { kind: "rate", perSecond: 131_072 }],
] as const)("%s writes are read", ([text, writes]) => {
  expect(parseWrites(text)).toEqual(writes);
});
