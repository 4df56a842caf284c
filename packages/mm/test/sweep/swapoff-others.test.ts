/** SPEC §3.9: swapoff while others exit, hold mmap_sem, or want the same page. */
import { Errno } from "@forkpath/abi";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { createThread, downWrite, runUntilBlocked, upWrite } from "@forkpath/sync";
import { flagsOf, run, showRss, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { frameOf, mmOf, recount, show } from "@forkpath/test-world/family-looks";
import { swapOut, swapoff } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { memoryFailure, reclaimPages, sysSwapoff } from "../../src/index.ts";
import { allocateMm } from "../../src/internal.ts";

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
