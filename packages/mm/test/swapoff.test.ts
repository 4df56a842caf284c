/** SPEC §3.9, D7: swapoff brings every page back, or finds that it cannot. */
import { Errno, PAGE_SIZE, Prot } from "@forkpath/abi";
import { isOnMmlist, mmlistFrom, pokeSlot, SwapFlag } from "@forkpath/swap";
import {
  attachSink,
  createThread,
  downWrite,
  EventClass,
  failNth,
  InvariantError,
  type KernelEvent,
  runUntilBlocked,
  upWrite,
} from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  allocateMm,
  memoryFailure,
  migrateEnd,
  migratePagesBegin,
  Overcommit,
  reclaimPages,
  SWAPOFF_PATIENCE,
  sysMprotect,
  sysMunmap,
  sysSwapoff,
  sysSwapon,
} from "../src/index.ts";
import {
  access,
  addressOf,
  createFamily,
  type Family,
  fork,
  frameOf,
  mmOf,
  recount,
  show,
  swapOut,
  vmaOf,
} from "./world/family.ts";
import { flagsOf, refsOf, showRss, slots } from "./world/letters.ts";
import { run } from "./world/machine.ts";

const swapoff = (family: Family): number => run(sysSwapoff(family.env, mmOf(family, "P"), 0));

describe.each([true, false])("swapoff, splitPtlocks %s", (splitPtlocks) => {
  test("after fork: one page for the whole family, dirty and in no cache", () => {
    const family = createFamily("W W -", { splitPtlocks });
    fork(family, "P", "C");
    fork(family, "C", "G");
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({
      P: "s r - (0,1,1)",
      C: "s r' - (0,1,1)",
      G: "s r' - (0,1,1)",
    });
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({
      P: "rc' r - (0,2,0)",
      C: "rc' r' - (0,2,0)",
      G: "rc' r' - (0,2,0)",
    });
    const page = frameOf(family, "P", 0);
    expect([refsOf(family, page), flagsOf(family, page)]).toEqual([
      "3/3",
      ["DIRTY", "LRU", "ACTIVE"],
    ]);
    expect(frameOf(family, "G", 0)).toBe(page);
    expect(recount(family)).toEqual([]);
  });

  test("a page that is cached is mapped, not read", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    access(family, "P", 0, false);
    const page = frameOf(family, "P", 0);
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "rc (0,1,0)", C: "rc' (0,1,0)" });
    expect(frameOf(family, "C", 0)).toBe(page);
    expect(recount(family)).toEqual([]);
  });

  test("pages of several members and slots, some split up by writes", () => {
    const family = createFamily("W W W W", { splitPtlocks });
    fork(family, "P", "C");
    access(family, "C", 1, true);
    for (const name of ["P", "C"]) swapOut(family, name, 1);
    swapOut(family, "C", 3);
    expect(slots(family, 3)).toBe("0x01 0x01 0x02");
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({
      P: "r rc' r rc' (0,4,0)",
      C: "r' rc' r' rc' (0,4,0)",
    });
    expect(recount(family)).toEqual([]);
  });
});

describe("what is left behind", () => {
  test("the area is gone, and the ring is empty", () => {
    const family = createFamily("W");
    const { swap } = family.env;
    swapOut(family, "P", 0);
    expect(mmlistFrom(swap.initMm).map((node) => node.name)).toEqual(["P"]);
    expect(swapoff(family)).toBe(0);
    expect([swap.areas[0].flags, swap.totalSwapPages, swap.nrSwapPages]).toEqual([0, 0, 0]);
    expect(isOnMmlist(mmOf(family, "P").mmlist)).toBe(false);
    expect(swapoff(family)).toBe(-Errno.EINVAL);
  });

  test("the ring stays while another area is in use", () => {
    const family = createFamily("W W", { slots: 2 });
    expect(sysSwapon(family.env, { max: 8 })).toBe(1);
    swapOut(family, "P", 0);
    swapOut(family, "P", 1);
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "rc' s (0,1,1)" });
    expect(isOnMmlist(mmOf(family, "P").mmlist)).toBe(true);
    expect(run(sysSwapoff(family.env, mmOf(family, "P"), 1))).toBe(0);
    expect(show(family)).toEqual({ P: "rc' rc' (0,2,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("a page is found in the last of several areas, be it cached or not", () => {
    const family = createFamily("W W W");
    fork(family, "P", "C");
    const { env } = family;
    const c = mmOf(family, "C");
    expect(run(sysMprotect(env, c, addressOf(2), PAGE_SIZE, Prot.READ))).toBe(0);
    expect(c.vmas.length).toBe(2);
    for (const page of [1, 2]) swapOut(family, "P", page);
    access(family, "P", 2, false);
    expect(show(family)).toEqual({ P: "r s rc (0,2,1)", C: "r' s s (0,1,2)" });
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "r rc' rc (0,3,0)", C: "r' rc' rc' (0,3,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("what was promised is as before", () => {
    const family = createFamily("W");
    family.env.commit.committed = 7;
    expect(swapoff(family)).toBe(0);
    expect(family.env.commit.committed).toBe(7);
  });

  test("a page is found in an area that begins later than it did", () => {
    const family = createFamily("W W");
    swapOut(family, "P", 1);
    const { env } = family;
    run(sysMunmap(env, mmOf(family, "P"), addressOf(0), PAGE_SIZE));
    expect(vmaOf(family, "P").start).toBe(addressOf(1));
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "- rc' (0,1,0)" });
    expect(recount(family)).toEqual([]);
  });
});

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

  test("a slot of shmem, which nothing in the model can have taken", () => {
    const family = createFamily("W");
    pokeSlot(family.env.swap, 0, 1, { byte: 0xbf, digits: [] });
    expect(() => swapoff(family)).toThrow(InvariantError);
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

describe("others are at work meanwhile", () => {
  test("a writer of mmap_sem is waited for without the page lock", () => {
    const family = createFamily("W");
    const { env } = family;
    swapOut(family, "P", 0);
    const { mmapSem } = mmOf(family, "P");
    const [swapper, mapper] = [env.sync.current, createThread(1, "mmap")];
    env.sync.current = mapper;
    run(downWrite(env.sync, mmapSem, "sys_mmap"));
    env.sync.current = swapper;
    const thread = sysSwapoff(env, mmOf(family, "P"), 0);
    const blocked = runUntilBlocked(thread);
    expect(!blocked.done && blocked.waitsFor.label).toBe("P.mmap_sem");
    const [page] = env.swap.cache.values();
    expect(flagsOf(family, page)).not.toContain("LOCKED");
    env.sync.current = mapper;
    run(upWrite(env.sync, mmapSem, "sys_mmap"));
    env.sync.current = swapper;
    expect(run(thread)).toBe(0);
    expect(show(family)).toEqual({ P: "rc' (0,1,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("an mm without users is passed by: its entries are about to go", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    mmOf(family, "C").mmUsers = 0; // in exit_mmap
    const signalPending = (fruitless: number): boolean => fruitless > 3;
    expect(run(sysSwapoff(family.env, mmOf(family, "P"), 0, { signalPending }))).toBe(-Errno.EINTR);
    expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "s (0,0,1)" });
  });

  test("a process exits while its mm is where the search starts: swapoff tears it down", () => {
    const family = createFamily("W W W");
    const mm = mmOf(family, "P");
    for (const page of [0, 1, 2]) swapOut(family, "P", page);
    const other = allocateMm(family.env, "swapoff");
    let turns = 0;
    const signalPending = (): boolean => {
      if (++turns === 2) mm.mmUsers--; // exit_mm of its only task, after the first page came back
      return false;
    };
    expect(run(sysSwapoff(family.env, other, 0, { signalPending }))).toBe(0);
    expect([mm.mmUsers, mm.mmCount, mm.vmas.length]).toEqual([0, 0, 0]);
    expect(showRss(mm)).toBe("(0,0,0)");
    expect(family.env.tables.liveTables).toEqual([0, 0, 0, 0]);
  });

  test("the next search starts where the last one found something", () => {
    const family = createFamily("W W");
    fork(family, "P", "C");
    for (const page of [0, 1]) access(family, "C", page, true);
    for (const name of ["P", "C"]) for (const page of [0, 1]) swapOut(family, name, page);
    const asked: string[] = [];
    const note = (one: KernelEvent): void => {
      if (one.kind === "lock" && one.where === "unuse_mm") asked.push(one.lock.slice(0, 1));
    };
    attachSink(family.env.sync, { wants: EventClass.LOCK, emit: note });
    expect(swapoff(family)).toBe(0);
    // Slots 1 and 2 are P's, 3 and 4 are C's; C joined the ring last, and so comes first.
    expect(asked.join(" ")).toBe("C P P P C C");
    expect(recount(family)).toEqual([]);
  });

  test("a dirty page that is still wanted is written before it leaves the cache", () => {
    const family = createFamily("W W");
    const { env } = family;
    run(memoryFailure(env, frameOf(family, "P", 0)));
    fork(family, "P", "C"); // on a ring of their own: nobody is found (D7)
    const page = frameOf(family, "P", 1);
    env.map.count[page]++; // keeps it dirty in the cache
    run(reclaimPages(env, mmOf(family, "P")));
    expect(flagsOf(family, page)).toContain("DIRTY");
    let turn = 0;
    const written = new Set<number>();
    const signalPending = (): boolean => ++turn > 3;
    env.sync.interleaved = true;
    const thread = sysSwapoff(env, mmOf(family, "P"), 0, { signalPending });
    while (thread.next().done !== true) {
      if (flagsOf(family, page).includes("WRITEBACK")) written.add(turn);
    }
    expect([...written]).toEqual([1]); // later turns read it anew, and it is clean
    expect(slots(family, 1)).toBe("0x02");
  });

  test("every mm has the users that it had before", () => {
    const family = createFamily("W W");
    fork(family, "P", "C");
    access(family, "C", 0, true);
    swapOut(family, "C", 0);
    swapOut(family, "P", 1);
    expect(swapoff(family)).toBe(0);
    for (const { mm } of family.members.values()) expect([mm.mmUsers, mm.mmCount]).toEqual([1, 1]);
  });
});
