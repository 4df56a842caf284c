import type { Pfn } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { recount, type Stepper, showRss, slots, stepper } from "@forkpath/test-world";
import { createSwappedProcess, fork } from "@forkpath/test-world/process";
import { read } from "@forkpath/test-world/process-calls";
import { at, codeNames, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault, touch } from "../../src/index.ts";
import { trylockPage, unlockPage } from "../../src/internal.ts";

const faultThread = (p: Process, name: string, isWrite: boolean): Stepper<number> =>
  stepper(p.env, name, () => handleMmFault(p.env, p.vma, at(p, 0), isWrite));

describe.each([true, false])("swap-in races, split page-table locks: %s", (splitPtlocks) => {
  test("row 5: who cannot read finds that somebody else has: 0", () => {
    const p = createSwappedProcess({ splitPtlocks });
    const slow = faultThread(p, "S", false);
    slow.until("alloc");
    expect(codeNames(faultThread(p, "Q", false).finish())).toBe("MAJOR");
    failNth(p.env.sync.gate, 0);
    expect(slow.finish()).toBe(0);
    expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "2/1" });
    expect(recount(p)).toEqual([]);
  });

  test("row 9: the page left the swap cache before its lock was had: 0", () => {
    const p = createSwappedProcess({ splitPtlocks });
    const slow = faultThread(p, "S", false);
    const quick = faultThread(p, "Q", true);
    quick.until("alloc");
    quick.until("page", 3); // has read the page in and is about to lock it
    slow.until("page"); // has found the page, and is about to lock it
    expect(codeNames(quick.finish())).toBe("MAJOR");
    expect(slow.finish()).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("row 12: the page is still cached, but the entry has changed: 0", () => {
    const p = createSwappedProcess({ splitPtlocks });
    const c = fork(p); // keeps the page in the cache
    read(c, 0);
    const slow = faultThread(p, "S", false);
    slow.until(splitPtlocks ? "P.pt" : "P.mm");
    const page = framesOf(c)[0];
    expect(p.env.map.flags[page] & PageFlag.LOCKED).not.toBe(0);
    unlockPage(p.env, page); // so that another thread gets past it
    faultThread(p, "Q", false).finish();
    trylockPage(p.env, page);
    expect(slow.finish()).toBe(0);
    expect(p.env.map.flags[page] & PageFlag.LOCKED).toBe(0);
    expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "3/2" });
    expect(recount(p, c)).toEqual([]);
  });

  test("counters move before the entry, and the slot is freed after it (SPEC App. C)", () => {
    const p = createSwappedProcess({ splitPtlocks });
    const thread = faultThread(p, "T", false);
    const seen: string[] = [];
    thread.until(splitPtlocks ? "P.pt" : "P.mm");
    const look = (): void => {
      const [letter] = show(p).ptes.split(" ");
      const page = [...p.env.swap.cache.values()][0];
      seen.push(`${showRss(p.mm)} ${letter} mapped ${p.env.map.mapcount[page]} ${slots(p, 1)}`);
    };
    thread.until("pte"); // the entry is about to be compared
    look();
    for (const step of ["pte", "pte", "pte", "slots"]) {
      thread.until(step);
      look();
    }
    expect(seen).toEqual([
      "(0,0,1) s mapped 0 0x41",
      "(0,1,0) s mapped 0 0x41",
      "(0,1,0) s mapped 0 0x41",
      "(0,1,0) fc mapped 0 0x41", // a page without an owner looks like a file's
      "(0,1,0) rc mapped 1 0x41",
    ]);
    thread.finish();
    expect(slots(p, 1)).toBe("0x40");
  });
});

/** P's page is in swap, and in the cache: its child has it, and somebody else has locked it. */
function withLockedPage(): { p: Process; c: Process; page: Pfn } {
  const p = createSwappedProcess();
  const c = fork(p);
  read(c, 0);
  const [page] = framesOf(c);
  trylockPage(p.env, page);
  return { p, c, page };
}

describe("a locked page, and a fault that may let mmap_sem go (SPEC §9.5/8)", () => {
  test("touch lets the semaphore go while it waits, and then does the access", () => {
    const { p, c, page } = withLockedPage();
    const thread = stepper(p.env, "T", () => touch(p.env, p.mm, at(p, 0), false));
    thread.until("P.mmap_sem", 2); // it has taken it, and is about to let it go
    expect(p.mm.mmapSem.readers.length).toBe(1);
    expect(thread.waitsFor()).toBe(`page ${page}`);
    expect(p.mm.mmapSem.readers).toEqual([]);
    unlockPage(p.env, page);
    expect(codeNames(thread.finish())).toBe("0");
    expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "3/2" });
    expect(p.mm.mmapSem.readers).toEqual([]);
    expect(recount(p, c)).toEqual([]);
  });

  test("MAJOR survives the second try", () => {
    const p = createSwappedProcess();
    const thread = stepper(p.env, "T", () => touch(p.env, p.mm, at(p, 0), false));
    thread.until("alloc");
    thread.until("page", 3); // has read the page, and is about to try its lock
    const [page] = [...p.env.swap.cache.values()];
    trylockPage(p.env, page);
    thread.waitsFor();
    unlockPage(p.env, page);
    expect(codeNames(thread.finish())).toBe("MAJOR");
  });

  test("a plain fault waits with the semaphore held", () => {
    const { p, c, page } = withLockedPage();
    const thread = faultThread(p, "T", false);
    expect(thread.waitsFor()).toBe(`page ${page}`);
    unlockPage(p.env, page);
    expect(thread.finish()).toBe(0);
    expect(recount(p, c)).toEqual([]);
  });
});
