/**
 * Would Linux allow the fork? Both edges of each rule, on a capture with a machine put around it.
 */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { type Capture, emptyCaptureInfo, parseMeminfo } from "@forkpath/procfs";
import { beforeAll, describe, expect, test } from "vitest";
import { type CommitAnswer, predictFork } from "../src/index.ts";
import { madeCapture } from "./made.ts";
import { recordedFork } from "./recorded.ts";

let sshd: Capture;
let charge: number;
let largest: number;
beforeAll(async () => {
  sshd = (await recordedFork("sshd")).pre;
  const areas = (sshd.smaps ?? []).filter(
    ({ vmFlags }) => vmFlags.includes("ac") && !vmFlags.includes("dc"),
  );
  const sizes = areas.map(({ rows }) => rows.Size);
  charge = sizes.reduce((sum, size) => sum + size, 0);
  largest = Math.max(...sizes);
});

interface Around {
  readonly mode?: number;
  readonly memTotal: number;
  readonly swapTotal?: number;
  readonly commitLimit?: number;
  readonly committed?: number;
  readonly capEff?: string;
}

function answer(around: Around, kernel?: KernelName): CommitAnswer {
  const { mode, memTotal, swapTotal = 0, commitLimit = memTotal, committed = 0, capEff } = around;
  const meminfo = parseMeminfo(
    `MemTotal: ${memTotal} kB\nMemAvailable: ${memTotal} kB\nSwapTotal: ${swapTotal} kB\n` +
      `CommitLimit: ${commitLimit} kB\nCommitted_AS: ${committed} kB\n`,
  );
  const info = {
    ...emptyCaptureInfo(),
    vm: {
      ...(mode === undefined ? {} : { overcommit_memory: mode }),
      admin_reserve_kbytes: 8192,
      user_reserve_kbytes: 131_072,
    },
  };
  const status = {
    ...sshd.status,
    texts: { ...sshd.status.texts, ...(capEff === undefined ? {} : { CapEff: `\t${capEff}` }) },
  };
  const { commit } = predictFork(
    { ...sshd, status, meminfo, info },
    { advises: false, ...(kernel && { kernel }) },
  );
  if (commit === null) throw new Error("meminfo is there, so something is answered");
  return commit;
}

describe("mode 0 looks at each area alone", () => {
  test("as large as RAM and swap is allowed, a page more is refused", () => {
    expect(answer({ mode: 0, memTotal: largest })).toMatchObject({
      isRefused: false,
      missing: 0,
      charge,
    });
    expect(answer({ mode: 0, memTotal: largest - 8, swapTotal: 8 })).toMatchObject({
      isRefused: false,
    });
    const refused = answer({ mode: 0, memTotal: largest - 4 });
    expect(refused).toMatchObject({ isRefused: true, missing: 4, area: { kb: largest } });
    expect(refused.refusal).toMatchObject({ kind: "promise", pages: largest / 4 });
  });

  test.each(KERNELS)("on %s it says whether free memory would have been asked", (kernel) => {
    const isOld = ["el6", "v3.10", "rhel7", "v4.4", "v4.14"].includes(kernel);
    expect(answer({ mode: 0, memTotal: largest }, kernel).asksFree).toBe(isOld);
    expect(answer({ mode: 1, memTotal: largest }, kernel).asksFree).toBe(false);
  });

  test("it is what is taken where the mode was not captured", () => {
    const assumed = answer({ memTotal: largest - 4 });
    expect(assumed).toMatchObject({ mode: 0, isAssumed: true, isRefused: true });
  });
});

test("mode 1 allows everything", () => {
  expect(answer({ mode: 1, memTotal: 4096, committed: 2 ** 40 })).toMatchObject({
    isRefused: false,
  });
});

describe("mode 2 looks at all areas together", () => {
  const forUser = (): number => Math.min(Math.floor(sshd.status.rows.VmSize / 4 / 32) * 4, 131_072);

  test("root has what is kept back for admins", () => {
    const committed = 1_000_000;
    const edge = committed + charge + forUser();
    const at = (commitLimit: number): CommitAnswer =>
      answer({ mode: 2, memTotal: 2 ** 24, commitLimit, committed });
    expect(at(edge + 4)).toMatchObject({ isRefused: false, missing: 0 });
    expect(at(edge)).toMatchObject({ isRefused: true, missing: 4 });
  });

  test("swap is part of CommitLimit, and not promised twice", () => {
    const edge = charge + forUser();
    const at = (commitLimit: number): CommitAnswer =>
      answer({ mode: 2, memTotal: 2 ** 24, commitLimit, swapTotal: edge - 400 });
    expect(at(edge + 4)).toMatchObject({ isRefused: false });
    expect(at(edge)).toMatchObject({ isRefused: true });
  });

  test("others have not", () => {
    const edge = charge + forUser() + 8192;
    const at = (commitLimit: number): CommitAnswer =>
      answer({ mode: 2, memTotal: 2 ** 24, commitLimit, capEff: "0000000000000000" });
    expect(at(edge + 4)).toMatchObject({ isRefused: false });
    expect(at(edge)).toMatchObject({ isRefused: true });
  });
});

test("of several children, the first that is refused is told", () => {
  const meminfo = parseMeminfo(`MemTotal: ${largest + 4} kB\nCommitLimit: ${3 * charge} kB\n`);
  const info = { ...emptyCaptureInfo(), vm: { overcommit_memory: 2, user_reserve_kbytes: 0 } };
  const { commit } = predictFork({ ...sshd, meminfo, info }, { children: 4, advises: false });
  expect(commit).toMatchObject({ isRefused: true, refusedChild: 3, missing: charge + 4 });
});

test("a fork that is refused is told all the same, as if it were not", async () => {
  const meminfo = parseMeminfo(`MemTotal: ${largest - 4} kB\n`);
  const { commit, child, counts } = predictFork({ ...sshd, meminfo }, { advises: false });
  expect(commit?.isRefused).toBe(true);
  expect(child.status.RssAnon).toBe((await recordedFork("sshd")).child.status.rows.RssAnon);
  expect(counts?.entries).toBeGreaterThan(0);
});

test("a process that is charged for no area asks for nothing", () => {
  const capture = madeCapture([{ pages: 2, flags: "dc", present: [{ count: 2, kind: "anon" }] }]);
  const { commit } = predictFork({ ...capture, meminfo: parseMeminfo("MemTotal: 4096 kB\n") });
  expect(commit).toMatchObject({ charge: 0, largest: null, isRefused: false, missing: -4096 });
});

test("what is left has to do for the tables of all children", () => {
  const isFull = (available: number, children: number): boolean => {
    const meminfo = parseMeminfo(`MemTotal: 4194304 kB\nMemAvailable: ${available} kB\n`);
    const told = predictFork({ ...sshd, meminfo }, { children, advises: false });
    return told.limits[0].isFull;
  };
  const atOnce = predictFork(sshd, { advises: false }).atOnce ?? 0;
  expect([isFull(atOnce, 1), isFull(atOnce - 1, 1)]).toEqual([false, true]);
  expect([isFull(3 * atOnce, 3), isFull(3 * atOnce - 1, 3)]).toEqual([false, true]);
});

const LEFT_KB = 512;

test("the cgroup's levels say when it is full", () => {
  const files = {
    "memory.max": `${500 * 2 ** 20 + LEFT_KB * 1024}\n`,
    "memory.high": "max\n",
    "memory.current": `${500 * 2 ** 20}\n`,
    "memory.stat": `anon ${480 * 2 ** 20}\nactive_file ${2 ** 18}\ninactive_file 0\n`,
  };
  const outer = { "memory.max": "max\n", "memory.current": "1000000\n" };
  const info = {
    ...emptyCaptureInfo(),
    cgroup: {
      version: 2,
      levels: [
        { path: "/sshd", files },
        { path: "/", files: outer },
      ],
    } as const,
  };
  const { limits, atOnce } = predictFork({ ...sshd, info }, { advises: false });
  expect(limits).toHaveLength(1);
  const [{ name, headroom, reached, isFull }] = limits;
  expect([name, headroom, isFull]).toEqual(["memory.max of /sshd", LEFT_KB + 256, false]);
  const fraction = (LEFT_KB + 256 - (atOnce ?? 0)) / sshd.status.rows.RssAnon;
  expect(reached?.parent).toBeCloseTo(fraction, 3);
});

/** What is told of the levels of a cgroup, from the process's own up. */
function limitsOf(levels: readonly Readonly<Record<string, string>>[]): string[] {
  const cgroup = {
    version: 2 as const,
    levels: levels.map((files, index) => ({ path: `/${index}`, files })),
  };
  const info = { ...emptyCaptureInfo(), cgroup };
  const { limits } = predictFork({ ...sshd, info }, { advises: false });
  return limits.map(({ name, headroom }) => `${name}: ${headroom}`);
}

test("the tightest level comes first, whichever it is; one without memory.stat counts no file", () => {
  const wide = { "memory.max": "104857600\n", "memory.current": "0\n" };
  const tight = { "memory.max": "52428800\n", "memory.current": "1048576\n" };
  expect(limitsOf([wide, tight])).toEqual(["memory.max of /1: 50176", "memory.max of /0: 102400"]);
  expect(limitsOf([tight, wide])).toEqual(["memory.max of /0: 50176", "memory.max of /1: 102400"]);
});

test("a level of version 1 has other names, and its sums of stat are those of the tree", () => {
  const stat = "total_inactive_file 1024\ninactive_file 4194304\nactive_file 2048\n";
  const v1 = {
    "memory.limit_in_bytes": "104857600\n",
    "memory.usage_in_bytes": "1048576\n",
    "memory.stat": stat,
  };
  expect(limitsOf([v1])).toEqual(["memory.limit_in_bytes of /0: 101379"]);
});

describe("what is kept back, where the capture does not say", () => {
  const MEM_TOTAL = 3200; // kB: a 32nd of it is 100
  const isRefusedAt = (commitLimit: number, vm: object, capEff = ""): boolean => {
    const texts = `MemTotal: ${MEM_TOTAL} kB\nCommitLimit: ${commitLimit} kB\n`;
    const info = { ...emptyCaptureInfo(), vm: { overcommit_memory: 2, ...vm } };
    const status = {
      ...sshd.status,
      texts: { ...sshd.status.texts, ...(capEff === "" ? {} : { CapEff: `\t${capEff}` }) },
    };
    const facts = { ...sshd, status, meminfo: parseMeminfo(texts), info };
    const { commit } = predictFork(facts, { advises: false });
    return commit?.isRefused ?? false;
  };

  test("for the user a 32nd of memory", () => {
    const edge = charge + 100;
    expect(isRefusedAt(edge + 4, { admin_reserve_kbytes: 0 })).toBe(false);
    expect(isRefusedAt(edge, { admin_reserve_kbytes: 0 })).toBe(true);
  });

  test("and as much for root, from whom is not root", () => {
    const edge = charge + 100;
    const vm = { user_reserve_kbytes: 0 };
    expect(isRefusedAt(edge + 4, vm, "0000000000000000")).toBe(false);
    expect(isRefusedAt(edge, vm, "0000000000000000")).toBe(true);
  });
});
