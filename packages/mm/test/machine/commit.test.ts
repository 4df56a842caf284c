/** How much memory may be promised (SPEC §5.12). */
import { Errno, MapFlag, PAGE_SIZE, rulesOf } from "@forkpath/abi";
import { addFile, addSpace, recount } from "@forkpath/test-world";
import { read, remap, unmap, write } from "@forkpath/test-world/area-calls";
import { createSpace, drawSpace, map, SWAP_ONLY } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type CommitOptions, type MmEnv, mmRules, Overcommit } from "../../src/index.ts";
import { NO_LIMITS, vmEnoughMemory, vmUnacctMemory } from "../../src/internal.ts";

/** 1024 frames, 2 of them reserved, and 63 slots; by default no reserve. */
const machine = (commit: CommitOptions): MmEnv =>
  createSpace({ memoryPages: 1024, commit: { adminReserveKb: 0, ...commit } }).env;

/** The most that can be promised at once; each try is taken back. */
function most(env: MmEnv, isAdmin = false): number {
  const mm = addSpace(env, "M");
  let [low, high] = [0, 2 ** 20];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (vmEnoughMemory(env, mm, middle, isAdmin) === 0) {
      vmUnacctMemory(env, middle);
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

test("what promises nothing is not refused, though others have all that may be", () => {
  const space = createSpace({ commit: { ...SWAP_ONLY, adminReserveKb: 40 } });
  expect(map(space, 0, 58, { limits: { ...NO_LIMITS, isAdmin: true } })).toBe("0");
  expect(map(space, 100, 1)).toBe("-ENOMEM");
  expect(map(space, 100, 1, { file: addFile(space), flags: MapFlag.SHARED })).toBe("0");
  expect(remap(space, 100, 1, 3)).toBe(100);
  expect(recount(space)).toEqual([]);
});

describe("mode 1 promises everything", () => {
  test("and counts it", () => {
    const env = machine({ mode: Overcommit.ALWAYS });
    expect(vmEnoughMemory(env, addSpace(env, "M"), 2 ** 40, false)).toBe(0);
    expect(env.commit.committed).toBe(2 ** 40);
  });
});

describe("mode 0 guesses what could be had", () => {
  // Slots 63 + free frames 1022, of which others than the admin leave 1/32: floor(1022 / 32) = 31.
  test("swap and free pages, strictly more than wanted", () => {
    expect(most(machine({}), true)).toBe(63 + 1022 - 1);
    expect(most(machine({}))).toBe(63 + 1022 - 31 - 1);
  });

  test("pages of the cache, which can be dropped, count as much as free ones", () => {
    const space = createSpace({ memoryPages: 1024, commit: { adminReserveKb: 0 } });
    const before = most(space.env, true);
    map(space, 0, 40, { file: addFile(space), prot: 1 });
    read(space, ...Array.from({ length: 40 }, (_, page) => page));
    expect(most(space.env, true)).toBe(before); // page tables take no frames here
  });

  test("reclaimable slab counts, the allocator's reserve does not", () => {
    expect(most(machine({ reclaimableSlabPages: 100 }), true)).toBe(63 + 1022 + 100 - 1);
    expect(most(machine({ totalReservePages: 22 }), true)).toBe(63 + 1000 - 1);
    expect(most(machine({ totalReservePages: 1022 }), true)).toBe(63 - 1);
  });

  test("the admin's reserve, in kB, is there for the admin alone", () => {
    const env = machine({ adminReserveKb: 40 });
    expect(most(env, true)).toBe(63 + 1022 - 1);
    expect(most(env)).toBe(63 - 10 + 1022 - 31 - 1);
  });

  test("it does not ask what is promised already", () => {
    const env = machine({});
    const before = most(env);
    vmEnoughMemory(env, addSpace(env, "M"), before, false);
    expect(most(env)).toBe(before);
  });
});

describe("mode 2 adds up", () => {
  const strict = { mode: Overcommit.NEVER, ratio: 50 };

  test("a share of RAM and all swap, strictly less than that", () => {
    expect(most(machine(strict))).toBe(512 + 63 - 1);
    expect(most(machine({ ...strict, ratio: 0 }))).toBe(63 - 1);
  });

  test("overcommit_kbytes replaces the share", () => {
    expect(most(machine({ ...strict, overcommitKb: 400 }))).toBe(100 + 63 - 1);
  });

  test("what is promised already is taken off", () => {
    const env = machine(strict);
    vmEnoughMemory(env, addSpace(env, "M"), 500, false);
    expect(most(env)).toBe(74);
  });

  test("the admin's reserve, and a 32nd of the caller's own size", () => {
    expect(most(machine({ ...strict, adminReserveKb: 40 }))).toBe(512 + 63 - 10 - 1);
    const env = machine(strict);
    const mm = addSpace(env, "M");
    mm.usage.totalVm = 320;
    expect(vmEnoughMemory(env, mm, 512 + 63 - 10, false)).toBe(-Errno.ENOMEM);
    expect(vmEnoughMemory(env, mm, 512 + 63 - 10 - 1, false)).toBe(0);
  });

  test("since 3.10 that 32nd is the user's reserve at most, and is kept back all the same", () => {
    const env = createSpace({
      memoryPages: 1024,
      commit: { ...strict, adminReserveKb: 0, userReserveKb: 20 },
      rules: rulesOf(mmRules, "v3.10"),
    }).env;
    const mm = addSpace(env, "M");
    mm.usage.totalVm = 320; // a 32nd is 10 pages, the reserve 5
    expect(vmEnoughMemory(env, mm, 512 + 63 - 5, false)).toBe(-Errno.ENOMEM);
    expect(vmEnoughMemory(env, mm, 512 + 63 - 5 - 1, false)).toBe(0);
  });

  test("a negative total reads as 1", () => {
    const env = machine({ ...strict, ratio: 0, overcommitKb: 4 });
    env.commit.committed = -100;
    env.swap.totalSwapPages = 0;
    expect(vmEnoughMemory(env, addSpace(env, "M"), 1, false)).toBe(-Errno.ENOMEM);
    env.swap.totalSwapPages = 1;
    expect(vmEnoughMemory(env, addSpace(env, "M"), 1, false)).toBe(0);
  });
});

describe("unsigned underflow lets a request pass (D17)", () => {
  test("mode 0: cache, swap and slab below the reserve", () => {
    const env = machine({ adminReserveKb: 64 * 4 });
    const mm = addSpace(env, "M");
    expect(vmEnoughMemory(env, mm, 2 ** 40, true)).toBe(-Errno.ENOMEM);
    expect(vmEnoughMemory(env, mm, 2 ** 40, false)).toBe(0);
  });

  test("mode 2: the limit below the reserve, or below a 32nd of the caller", () => {
    const env = machine({ mode: Overcommit.NEVER, ratio: 0, adminReserveKb: 64 * 4 });
    const mm = addSpace(env, "M");
    expect(vmEnoughMemory(env, mm, 2 ** 40, false)).toBe(0);
    vmUnacctMemory(env, 2 ** 40);
    expect(vmEnoughMemory(env, mm, 2 ** 40, true)).toBe(-Errno.ENOMEM);
    mm.usage.totalVm = 32 * 64;
    expect(vmEnoughMemory(env, mm, 2 ** 40, true)).toBe(0);
  });
});

describe("charges", () => {
  test("what is refused is taken back", () => {
    const env = machine({ mode: Overcommit.NEVER, ratio: 0 });
    expect(vmEnoughMemory(env, addSpace(env, "M"), 100, false)).toBe(-Errno.ENOMEM);
    expect(env.commit.committed).toBe(0);
  });

  test("CAP_SYS_ADMIN reaches them through the caller's limits", () => {
    const commit = { mode: Overcommit.NEVER, ratio: 0, adminReserveKb: 40 };
    const space = createSpace({ commit });
    expect(map(space, 0, 60)).toBe("-ENOMEM");
    expect(map(space, 0, 60, { limits: { ...NO_LIMITS, isAdmin: true } })).toBe("0");
  });

  test("they follow the areas, not the pages (I12)", () => {
    const space = drawSpace("[wwwwwwwwww]");
    write(space, 0, 1);
    expect(space.env.commit.committed).toBe(10);
    unmap(space, 0, 4);
    expect(space.env.commit.committed).toBe(6);
    expect(recount(space)).toEqual([]);
  });

  test("the default reserve is a 32nd of memory, 8 MiB at most", () => {
    const reserve = (memoryPages: number): number =>
      createSpace({ memoryPages }).env.commit.adminReserveKb;
    expect(reserve(1024)).toBe((1024 * PAGE_SIZE) / 1024 / 32);
    expect(reserve(2 ** 20)).toBe(8192);
  });
});
