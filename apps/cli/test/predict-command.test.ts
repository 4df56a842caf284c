/** `forkpath predict`, on captures of real forks. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Advice, Prediction } from "@forkpath/predict";
import { afterAll, describe, expect, test } from "vitest";
import { adviceLines } from "../src/predict/advice-text.ts";
import { parseWrites } from "../src/predict/writes-option.ts";
import { runProgram } from "../src/program.ts";
import { colorsFor } from "../src/terminal.ts";
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

test("a rate in MB/s says how many writes that is", async () => {
  const { out } = await forkpath([
    ...["predict", capture("sshd"), "--no-advice", "--children", "2"],
    ...["--parent-writes", "20MB/s", "--child-writes", "1/s"],
  ]);
  expect(out.join("\n")).toContain(
    "  the parent makes 5,120 writes a second, each child makes 1 write a second, each to any page",
  );
  const { out: share } = await forkpath(["predict", capture("sshd"), "--no-advice"]);
  expect(share.join("\n")).not.toContain("MB/s");
});

test("time that is extrapolated from a trial of a part is said to be, and from how much", () => {
  const counts = { areasSkipped: 0, areasCopied: 1, tables: 1, entries: 1, hugePages: 5 };
  const advice: Advice = {
    ...{ kind: "huge pages", area: null, vmRss: 0, vmPte: 0, savedPte: 0, savedPages: 0 },
    ...{ savedTime: 500e6, counts: { ...counts, hugePages: 261 }, tried: 0.01 },
  };
  const prediction = { advice: [advice], counts, time: { value: 522e6, low: 0, high: 0 } };
  const lines = adviceLines(prediction as unknown as Prediction, colorsFor({}, {}));
  expect(lines.map((line) => line.trim()).join(" ")).toContain(
    "fork takes 22.0 ms in place of 522.0 ms, about 25,600 huge pages (256 of them were tried, 1 %, " +
      "and the time is extrapolated from those)",
  );
});

test("a screen shows what is read and loaded, and is clear before the answer", async () => {
  const seen: string[] = [];
  const exitCode = await runProgram(["predict", capture("sshd"), "--no-advice"], {
    stdin: (async function* () {})(),
    env: {},
    colors: colorsFor({}, {}),
    status: { draw: (text) => void seen.push(text), clear: () => void seen.push("clear") },
    onInterrupt: () => () => {},
    out: (text) => void seen.push(text.slice(0, 10)),
    err: (text) => void seen.push(text),
  });
  const [reading, loading, ...rest] = seen;
  expect(exitCode).toBe(0);
  expect(reading).toMatch(/^reading .*sshd\/pre …$/);
  expect(loading).toMatch(/^loading .*sshd\/pre into the model: \d+\.\d MB, [\d,]+ pages …$/);
  expect(rest).toEqual(["clear", "sshd forks"]);
});

describe("texts copied by hand", () => {
  const LARGE_KB = 30 * 2 ** 20;
  const MEMINFO =
    "MemTotal: 4194304 kB\nMemAvailable: 4194304 kB\nCommitLimit: 2097152 kB\nCommitted_AS: 0 kB\n";
  const folder = mkdtempSync(join(tmpdir(), "forkpath-by-hand-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** What is told of sshd with other texts. */
  const told = async (texts: Readonly<Record<string, string>>): Promise<string> => {
    const directory = mkdtempSync(join(folder, "capture-"));
    for (const name of ["status", "smaps"]) {
      copyFileSync(join(capture("sshd"), name), join(directory, name));
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
    const { out, err } = await forkpath(["predict", directory, "--no-advice"]);
    return [...out, ...err].join("\n").replaceAll(/\s+/g, " ");
  };

  test("limits of a container that are not among them are said to be missing", async () => {
    const missing = "limits of control groups were not captured";
    expect(await told({ meminfo: MEMINFO })).toContain(missing);
    const files = { "memory.max": "max", "memory.current": "4096" };
    const cgroup = { version: 2, levels: [{ path: "/", files }] };
    const info = JSON.stringify({ format: 1, cgroup });
    expect(await told({ meminfo: MEMINFO, "capture.json": info })).not.toContain(missing);
  });

  test("an empty text is told from one that is missing", async () => {
    expect(await told({ smaps: "", meminfo: MEMINFO })).toContain("smaps is empty: was it copied");
    expect(await told({ meminfo: "" })).toContain("not known: meminfo is empty");
    expect(await told({})).toContain("not known: meminfo was not captured");
  });

  test("explain says so as well, and nothing of a smaps that is not there", async () => {
    const explained = async (smaps: string | null): Promise<string> => {
      const directory = mkdtempSync(join(folder, "explain-"));
      copyFileSync(join(capture("sshd"), "status"), join(directory, "status"));
      if (smaps !== null) writeFileSync(join(directory, "smaps"), smaps);
      return (await forkpath(["explain", directory])).out.join("\n");
    };
    expect(await explained("")).toContain("note: smaps is empty: was it copied as root?");
    expect(await explained(null)).not.toContain("smaps");
  });

  test("a misspelt member of capture.json is refused, and the right one named", async () => {
    const info = '{"format":1,"vm":{"overcommit_memori":2}}';
    expect(await told({ "capture.json": info })).toMatch(
      /^error: .* got "overcommit_memori"; did you mean overcommit_memory\?$/,
    );
    expect(await told({ "capture.json": '{"format":1,"relese":"6.1"}' })).toMatch(
      /did you mean release\?$/,
    );
    expect(await told({ "capture.json": '{"format":1,"overcommit_memory":2}' })).toContain(
      'wanted overcommit_memory inside of vm, as {"vm":{"overcommit_memory":…}}',
    );
  });

  test("mode 2 names the area that makes the sum too large", async () => {
    const heap = [
      `10000000-${(0x1000_0000 + LARGE_KB * 1024).toString(16)} rw-p 00000000 00:00 0 [heap]`,
      ...[`Size: ${LARGE_KB} kB`, "Rss: 0 kB", "Pss: 0 kB", "Shared_Clean: 0 kB"],
      ...["Shared_Dirty: 0 kB", "Private_Clean: 0 kB", "Private_Dirty: 0 kB"],
      "VmFlags: rd wr mr mw me ac",
    ];
    const smaps = `${heap.join("\n")}\n${readFileSync(join(capture("sshd"), "smaps"), "utf8")}`;
    const strict = '{"format":1,"vm":{"overcommit_memory":2}}';
    const text = await told({ smaps, meminfo: MEMINFO, "capture.json": strict });
    expect(text).toMatch(/ENOMEM: .*\[heap\],? .*the largest area that counts, 30\.0 GB/);
  });
});

test.for([
  [["predict", "no-such-folder"], "error: there is no folder no-such-folder"],
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
