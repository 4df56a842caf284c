/** SPEC §3.9, D7: what swapoff answers when it cannot, or would search for ever. */
import { Errno } from "@forkpath/abi";
import { mmlistFrom, pokeSlot, SwapFlag } from "@forkpath/swap";
import { failNth } from "@forkpath/sync";
import { run, slots } from "@forkpath/test-world";
import { createFamily, fork } from "@forkpath/test-world/family";
import { type Family, frameOf, mmOf, recount, show } from "@forkpath/test-world/family-looks";
import { swapOut, swapoff } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import {
  memoryFailure,
  migrateEnd,
  migratePagesBegin,
  Overcommit,
  SWAPOFF_PATIENCE,
  sysSwapoff,
  sysSwapon,
} from "../../src/index.ts";

describe("what it answers when it cannot", () => {
  const failsWith = (family: Family, status: number, work: () => number): void => {
    const before = [show(family), slots(family, 2)];
    expect(work()).toBe(status);
    expect([show(family), slots(family, 2)]).toEqual(before);
    expect(family.env.swap.active.map((area) => area.type)).toEqual([0]);
    expect(family.env.swap.areas[0].flags & SwapFlag.WRITEOK).not.toBe(0);
    expect(recount(family)).toEqual([]);
  };

  test("-EPERM without CAP_SYS_ADMIN, for swapon too", () => {
    const family = createFamily("W");
    const mm = mmOf(family, "P");
    failsWith(family, -Errno.EPERM, () => run(sysSwapoff(family.env, mm, 0, { isAdmin: false })));
    expect(sysSwapon(family.env, { max: 8 }, false)).toBe(-Errno.EPERM);
  });

  test("-EINVAL for an area that is not in use, misuse for what is no number", () => {
    const family = createFamily("W");
    const mm = mmOf(family, "P");
    for (const type of [1, -1, 29]) {
      failsWith(family, -Errno.EINVAL, () => run(sysSwapoff(family.env, mm, type)));
    }
    expect(() => run(sysSwapoff(family.env, mm, Number.NaN))).toThrow(TypeError);
  });

  test("-ENOMEM when memory may not be promised for the pages", () => {
    const nothing = { mode: Overcommit.NEVER, ratio: 0, adminReserveKb: 0 };
    const family = createFamily("W", { commit: nothing });
    swapOut(family, "P", 0);
    failsWith(family, -Errno.ENOMEM, () => swapoff(family));
    expect(family.env.commit.committed).toBe(0);
  });

  test("-ENOMEM when there is no frame to read a page into", () => {
    const family = createFamily("W W");
    swapOut(family, "P", 0);
    failNth(family.env.sync.gate, 0);
    failsWith(family, -Errno.ENOMEM, () => swapoff(family));
  });

  test("-EINTR at a signal; what came back until then stays", () => {
    const family = createFamily("W W");
    swapOut(family, "P", 0);
    swapOut(family, "P", 1);
    let turns = 0;
    const signalPending = (): boolean => ++turns > 1;
    expect(run(sysSwapoff(family.env, mmOf(family, "P"), 0, { signalPending }))).toBe(-Errno.EINTR);
    expect(show(family)).toEqual({ P: "rc' s (0,1,1)" });
    expect(slots(family, 2)).toBe("0x00 0x01");
    expect(recount(family)).toEqual([]);
    expect(swapoff(family)).toBe(0);
  });

  test("-EINTR at a slot that no file of shmem knows: it is looked for again and again", () => {
    const family = createFamily("W W");
    swapOut(family, "P", 0);
    pokeSlot(family.env.swap, 0, 1, { byte: 0xbf, digits: [] });
    expect([swapoff(family), show(family)]).toEqual([-Errno.EINTR, { P: "s W (0,1,1)" }]);
  });
});

describe("D7: entries on a ring that is not the global one", () => {
  /** P forks in the window of a migration, and is swapped afterwards. */
  function createDetached(): Family {
    const family = createFamily("W W");
    const [migration] = run(migratePagesBegin(family.env, [frameOf(family, "P", 0)]));
    fork(family, "P", "C");
    run(migrateEnd(family.env, migration));
    swapOut(family, "C", 1);
    return family;
  }

  test("swapoff searches without end, until a signal ends it", () => {
    const family = createDetached();
    expect(mmlistFrom(family.env.swap.initMm)).toEqual([]);
    expect(show(family)).toEqual({ P: "rc' s (0,1,1)", C: "rc' s (0,0,1)" });
    let turns = 0;
    const signalPending = (fruitless: number): boolean => {
      expect(fruitless).toBe(turns++);
      return turns > 100;
    };
    const status = run(sysSwapoff(family.env, mmOf(family, "P"), 0, { signalPending }));
    expect(status).toBe(-Errno.EINTR);
    expect(show(family)).toEqual({ P: "rc' s (0,1,1)", C: "rc' s (0,0,1)" });
    expect(slots(family, 1)).toBe("0x02");
    expect(recount(family, { ignoreCounters: true })).toEqual([]);
  });

  test("by itself it gives up after SWAPOFF_PATIENCE turns", () => {
    const family = createDetached();
    family.env.sync.gate.count = 0;
    expect(swapoff(family)).toBe(-Errno.EINTR);
    expect(family.env.sync.gate.count).toBe(SWAPOFF_PATIENCE); // a page read for each
  });

  test("a hwpoison entry at fork does the same", () => {
    const family = createFamily("W W");
    run(memoryFailure(family.env, frameOf(family, "P", 0)));
    fork(family, "P", "C");
    swapOut(family, "P", 1);
    expect(mmlistFrom(family.env.swap.initMm)).toEqual([]);
    expect(swapoff(family)).toBe(-Errno.EINTR);
    expect(show(family)).toEqual({ P: "h s (0,0,1)", C: "h s (0,0,2)" }); // D4
  });
});
