/** Stacks grow by faults below them (SPEC §9.4/1), and two can race (D42). */
import { Errno, errnoName, MapFlag, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { recount, run, type Space, stepper } from "@forkpath/test-world";
import { lock, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, map, SWAP_ONLY } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { checkMm, type MmLimits } from "../../src/index.ts";
import { expandStack, NO_LIMITS } from "../../src/internal.ts";

const STACK = { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.GROWSDOWN };

/** A stack of two pages, from page 8 to 10. */
function createStack(options: Parameters<typeof createSpace>[0] = {}): Space {
  const space = createSpace(options);
  map(space, 8, 2, STACK);
  return space;
}

const expand = (space: Space, page: number, limits?: MmLimits): string =>
  errnoName(run(expandStack(space.env, areaAt(space, 9), at(page) + 100, limits)));

describe("a stack", () => {
  test("grows down to the page of the address; its pages keep their index", () => {
    const space = createStack();
    expect(expand(space, 5)).toBe("0");
    expect(showAreas(space)).toBe(".....[wwwww]");
    expect(areaAt(space, 5).pgoff).toBe(at(5) / PAGE_SIZE);
    expect(space.mm.usage).toMatchObject({ totalVm: 5, stackVm: 5, sharedVm: 0 });
    expect(space.env.commit.committed).toBe(5);
    expect(recount(space)).toEqual([]);
  });

  test("a page that it holds already changes nothing", () => {
    const space = createStack();
    expect(expand(space, 9)).toBe("0");
    expect(showAreas(space)).toBe("........[ww]");
  });

  test("a write below it does so", () => {
    const space = createStack();
    write(space, 7);
    // One page for the access, and one that stays a guard below it.
    expect(showAreas(space)).toBe("......[wwww]");
  });
});

describe("refused, with nothing changed", () => {
  const limits = (some: Partial<MmLimits>): MmLimits => ({ ...NO_LIMITS, ...some });

  test.each([
    ["RLIMIT_STACK", limits({ stack: 4 * PAGE_SIZE }), 6, 5],
    ["RLIMIT_AS", limits({ addressSpace: 4 * PAGE_SIZE }), 6, 5],
  ])("%s: -ENOMEM one page past it", (_name, some, allowed, refused) => {
    const space = createStack();
    expect(expand(space, refused, some)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("........[ww]");
    expect(expand(space, allowed, some)).toBe("0");
  });

  test("RLIMIT_MEMLOCK, if it is locked", () => {
    const space = createStack();
    const { mm } = space;
    lock(space, 8, 2);
    expect(expand(space, 6, limits({ memlock: 3 * PAGE_SIZE }))).toBe("-ENOMEM");
    expect(expand(space, 7, limits({ memlock: 3 * PAGE_SIZE }))).toBe("0");
    expect(mm.lockedVm).toBe(3);
    expect(recount(space)).toEqual([]);
  });

  test("what may not be promised", () => {
    const space = createStack({ commit: SWAP_ONLY });
    const status = expandStack(space.env, areaAt(space, 8), at(8 - 61));
    expect(run(status)).toBe(-Errno.ENOMEM);
    expect(space.env.commit.committed).toBe(2);
  });

  test("no memory for its anon_vma", () => {
    const space = createStack();
    failNth(space.env.sync.gate, 0);
    expect(expand(space, 6)).toBe("-ENOMEM");
    expect(recount(space)).toEqual([]);
  });

  test("an area that does not grow: -EFAULT; the lowest addresses: -EPERM", () => {
    const space = createStack();
    map(space, 20, 1);
    expect(run(expandStack(space.env, areaAt(space, 20), at(19)))).toBe(-Errno.EFAULT);
    expect(run(expandStack(space.env, areaAt(space, 8), 0))).toBe(-Errno.EPERM);
  });

  test("a moved stack cannot grow below the index 0 of its pages", () => {
    const space = createStack();
    areaAt(space, 8).pgoff = 2;
    expect(expand(space, 5)).toBe("-ENOMEM");
    expect(expand(space, 6)).toBe("0");
  });
});

describe("two threads, mmap_sem held for reading", () => {
  test("two faults below one stack: the second finds it long enough", () => {
    const space = createStack();
    const vma = areaAt(space, 9);
    write(space, 9); // so that its anon_vma exists
    const slow = stepper(space.env, "S", () => expandStack(space.env, vma, at(6)));
    slow.until(vma.anonVma?.root.lock.name ?? "");
    expect(stepper(space.env, "Q", () => expandStack(space.env, vma, at(5))).finish()).toBe(0);
    expect(slow.finish()).toBe(0);
    expect(showAreas(space)).toBe(".....[wwwww]");
    expect(checkMm(space.env, space.mm)).toEqual([]);
  });

  test("two stacks: an add to total_vm and one to stack_vm get lost (D42)", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 8, 2, STACK);
    map(space, 18, 2, STACK);
    write(space, 9, 19);
    const [low, high] = [areaAt(space, 9), areaAt(space, 19)];
    expect(low.anonVma).not.toBe(high.anonVma);
    const slow = stepper(env, "S", () => expandStack(env, low, at(6)));
    slow.until("P.totalVm", 2); // it has loaded, and is about to store
    expect(stepper(env, "Q", () => expandStack(env, high, at(15))).finish()).toBe(0);
    expect(slow.finish()).toBe(0);
    expect(showAreas(space)).toBe("......[wwww].....[wwwww]");
    expect(checkMm(env, mm)).toEqual([
      { rule: "I10", owner: "P", field: "total_vm", kept: 6, counted: 9 },
    ]);
  });

  test("without the race both count", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 8, 2, STACK);
    map(space, 18, 2, STACK);
    run(expandStack(env, areaAt(space, 9), at(6)));
    run(expandStack(env, areaAt(space, 19), at(15)));
    expect(checkMm(env, mm)).toEqual([]);
    expect(areaAt(space, 6).flags & VmFlag.GROWSDOWN).not.toBe(0);
  });
});
