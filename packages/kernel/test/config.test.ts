/** What a machine may be made of (DESIGN, "Configuration axes"), and how a wrong key is told. */
import { Overcommit } from "@forkpath/mm";
import { createSpinLock } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { createKernel, type KernelConfig } from "../src/index.ts";

test("by default: 4 CPUs with split locks, 4 GiB, no swap, overcommit by guess", () => {
  const { config } = createKernel().machine;
  expect(config).toEqual({
    kernel: "el6",
    rules: {},
    nrCpus: 4,
    nrNodes: 1,
    splitPtlockCpus: 4,
    memoryFailure: true,
    devicePrivate: true,
    splitPtlocks: true,
    preempt: false,
    transparentHugepage: "never",
    memoryPages: 2 ** 20,
    swap: [],
    overcommit: {},
    maxThreads: 32_768,
    pidMax: 32_768,
    maxMapCount: 65_530,
    rlimits: {},
  });
});

test.each([
  [{ nrCpus: 3 }, false],
  [{ nrCpus: 4 }, true],
  [{ nrCpus: 64, splitPtlockCpus: 999_999 }, false], // lock debugging: SPEC §1.1/2
] as const)("SPEC §1.1: split locks with %j: %s", (config, splitPtlocks) => {
  const { mm } = createKernel({ ...config, memoryPages: 64 }).machine;
  expect([mm.splitPtlocks, mm.tables.splitPtlocks]).toEqual([splitPtlocks, splitPtlocks]);
});

test("SPEC §6.4: threads are a 32nd of memory, and 20 at least", () => {
  const threadsOf = (memoryPages: number): number =>
    createKernel({ memoryPages }).machine.fork.maxThreads;
  expect([64, 640, 672, 3200].map(threadsOf)).toEqual([20, 20, 21, 100]);
});

test("each key reaches what it is about", () => {
  const kernel = createKernel({
    memoryPages: 256,
    swap: [
      { pages: 8, isSynchronous: false },
      { pages: 16, prio: 5 },
    ],
    overcommit: { mode: Overcommit.NEVER, ratio: 80 },
    rules: { argLock: { cures: "D1" } },
    maxThreads: 7,
    pidMax: 400,
    maxMapCount: 9,
    rlimits: { stack: 65_536 },
  });
  const { mm, fork } = kernel.machine;
  expect(mm.map.pages).toBe(256);
  expect(kernel.totals()).toMatchObject({ swapPages: 24, freeSwapPages: 24, freePages: 254 });
  expect(mm.swap.active.map(({ type, prio }) => [type, prio])).toEqual([
    [1, 5],
    [0, -1],
  ]);
  expect(mm.commit).toMatchObject({ mode: Overcommit.NEVER, ratio: 80 });
  expect(mm.maxMapCount).toBe(9);
  expect(fork).toMatchObject({ maxThreads: 7 });
  expect(fork.pidMap.max).toBe(400);
  expect(fork.initTask.signal.rlimits.stack).toBe(65_536);
});

test("a kernel with preemption asks whether somebody spins, one without does not", () => {
  const asks = (preempt: boolean): unknown => {
    const { sync } = createKernel({ memoryPages: 64, preempt }).machine.mm;
    return sync.spinNeedbreak?.(createSpinLock("nobody's"));
  };
  expect([asks(false), asks(true)]).toEqual([undefined, false]);
});

describe("a wrong key is named", () => {
  test.each([
    [{ cpus: 4 }, /config must have keys of kernel, .*, rlimits, got cpus$/],
    [{ kernel: "v5.8" }, /kernel must be el6 or v3.10 or .* or v6.18, got v5.8$/],
    [{ rules: { argLock: "D1" } }, /rules\.argLock must be el6 or /],
    [{ rules: { argLock: { cures: "D2" } } }, /rule argLock must have a cure for D2, has none$/],
    [{ rules: { toString: "v6.18" } }, /rule must be one of design, .*argLock, .*, got toString$/],
    [{ nrCpus: 0 }, /nrCpus must be from 1 to 0x1000, got 0$/],
    [{ nrCpus: 1.5 }, /nrCpus must be an integer, got 1.5$/],
    [{ memoryPages: "64" }, /memoryPages must be an integer, got 64$/],
    [{ memoryPages: 1 }, /memoryPages must be from 2 to/],
    [{ preempt: 1 }, /preempt must be false or true, got 1$/],
    [{ swap: 64 }, /swap must be a list of areas, got 64$/],
    [{ swap: [{ prio: 1 }] }, /swap\[0\] must have pages$/],
    [{ swap: [{ pages: 4 }, { pages: 0 }] }, /swap\[1\]\.pages must be from 1 to/],
    [
      { swap: [{ pages: 4, size: 1 }] },
      /swap\[0\] must have keys of pages, prio, isSynchronous, got size$/,
    ],
    [{ overcommit: { mode: 3 } }, /overcommit\.mode must be 0 or 1 or 2, got 3$/],
    [{ overcommit: [] }, /overcommit must be an object/],
    [{ rlimits: { stack: -1 } }, /rlimits\.stack must be from 0 to/],
    [{ rlimits: { cpu: 1 } }, /rlimits must have keys of data, .*, got cpu$/],
    [{ pidMax: 1 }, /pidMax must be from 2 to/],
    [{ rules: { argLock: { cures: 1 } } }, /rules\.argLock\.cures must be a text, got 1$/],
    [null, /config must be an object, got null$/],
  ])("%j", (config, message) => {
    expect(() => createKernel(config as KernelConfig)).toThrow(message);
  });

  test("nothing at all may be promised", () => {
    const overcommit = {
      ...{ mode: Overcommit.NEVER, ratio: 0, overcommitKb: 0, adminReserveKb: 0, userReserveKb: 0 },
      ...{ totalReservePages: 0, reclaimableSlabPages: 0 },
    };
    expect(createKernel({ overcommit }).machine.config.overcommit).toMatchObject(overcommit);
    for (const key of Object.keys(overcommit)) {
      expect(() => createKernel({ overcommit: { ...overcommit, [key]: -1 } })).toThrow(key);
    }
  });

  test("a limit of Infinity is none", () => {
    const rlimits = { stack: Number.POSITIVE_INFINITY };
    expect(createKernel({ rlimits }).machine.config.rlimits.stack).toBe(Number.POSITIVE_INFINITY);
    expect(() => createKernel({ rlimits: { stack: Number.NaN } })).toThrow(TypeError);
  });

  test("but one that is there and undefined is one that is not there", () => {
    const config = { nrCpus: undefined, memoryPages: 64 } as unknown as KernelConfig;
    expect(createKernel(config).machine.config.nrCpus).toBe(4);
  });
});

test.each([
  ["el6", {}, 29],
  ["el6", { memoryFailure: false }, 29],
  ["rhel7", { memoryFailure: false, devicePrivate: false }, 29],
  ["v6.18", {}, 24],
  ["v6.18", { memoryFailure: false, devicePrivate: false }, 28],
  ["v6.1", { memoryFailure: false }, 23],
] as const)("%s, built with %o, has types for %i swap areas", (kernel, build, most) => {
  const swap = Array.from({ length: most }, () => ({ pages: 4 }));
  expect(createKernel({ kernel, ...build, swap }).machine.mm.swap.active).toHaveLength(most);
  expect(() => createKernel({ kernel, ...build, swap: [...swap, { pages: 4 }] })).toThrow(
    /swap.length must be from 0 to/,
  );
});
