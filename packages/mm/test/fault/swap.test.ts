import { type Pfn, rulesOf, VmFlag } from "@forkpath/abi";
import { mappingId, PageFlag } from "@forkpath/rmap";
import {
  addSwapArea,
  getSwapPage,
  makePteMarker,
  PteMarker,
  SwpType,
  swpPteLow,
} from "@forkpath/swap";
import { failNth } from "@forkpath/sync";
import { recount, run, slots } from "@forkpath/test-world";
import { createProcess, createSwappedProcess, fork } from "@forkpath/test-world/process";
import { fault, read, swapOut, unmapAll, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import {
  handleMmFault,
  memoryFailure,
  migrateEnd,
  migratePagesBegin,
  mmRules,
} from "../../src/index.ts";
import { trylockPage, unlockPage } from "../../src/internal.ts";

/** The page of slot 1 in the swap cache. */
const cachedPage = ({ env }: Process): Pfn => [...env.swap.cache.values()][0];

describe("the page comes back (SPEC §9.5, success)", () => {
  test("a read maps the cached page read-only and clean; its slot is kept for it", () => {
    const p = createSwappedProcess();
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "2/1" });
    expect(entry(p, 0)).toBe((BigInt(framesOf(p)[0]) << 12n) | 0x8000000000000025n);
    expect(slots(p, 1)).toBe("0x40");
    expect(recount(p)).toEqual([]);
  });

  test("a write by the only user takes the page out of the cache, writable", () => {
    const p = createSwappedProcess();
    expect(write(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(slots(p, 1)).toBe("0x00");
    expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.DIRTY).not.toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("B9: two readers of one slot after fork map the same page", () => {
    const p = createSwappedProcess();
    const c = fork(p);
    expect([show(c).rss, slots(p, 1)]).toEqual(["(0,0,1)", "0x02"]);
    expect(read(p, 0)).toBe("MAJOR");
    expect([show(p).rss, slots(p, 1)]).toEqual(["(0,1,0)", "0x41"]);
    expect(read(c, 0)).toBe("0"); // from the cache: minor
    expect(framesOf(c)).toEqual(framesOf(p));
    expect(show(c)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "3/2" });
    expect(slots(p, 1)).toBe("0x40");
    expect(recount(p, c)).toEqual([]);
  });

  test("B10: a writer whose relative still has the slot copies at once", () => {
    const p = createSwappedProcess();
    const c = fork(p);
    expect(write(p, 0)).toBe("MAJOR|WRITE");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(show(c)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
    const cached = cachedPage(p);
    expect([p.env.map.count[cached], p.env.map.mapcount[cached]]).toEqual([1, 0]);
    expect(slots(p, 1)).toBe("0x41");
    expect(recount(p, c)).toEqual([]);
    expect(write(c, 0)).toBe("0"); // the last user: in place, out of the cache
    expect(framesOf(c)).toEqual([cached]);
    expect(slots(p, 1)).toBe("0x00");
    expect(recount(p, c)).toEqual([]);
  });

  test("a page that an ancestor owned stays its own when a child reads it (SPEC §4.4)", () => {
    const p = createSwappedProcess();
    read(p, 0);
    const c = fork(p);
    swapOut(p, 0);
    read(c, 0);
    const owner = mappingId(p.env.map.mapping[framesOf(c)[0]]);
    expect(owner).toBe(p.vma.anonVma?.id); // the root, since the child did not have it alone
  });
});

describe("when the slot is given up at once (SPEC §9.5, success 5)", () => {
  test("the mapping is locked", () => {
    const p = createSwappedProcess();
    p.vma.flags |= VmFlag.LOCKED;
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p).pages).toBe("1/1");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
  });

  test("more than half of swap is in use", () => {
    const p = createSwappedProcess();
    for (let slot = 0; slot < 32; slot++) getSwapPage(p.env.sync, p.env.swap); // of 63
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p).pages).toBe("1/1");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
  });

  test("the page itself is marked as locked in memory", () => {
    const p = createSwappedProcess();
    const c = fork(p);
    read(p, 0);
    p.env.map.flags[cachedPage(p)] |= PageFlag.MLOCKED;
    expect(read(c, 0)).toBe("0");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
    expect(recount(p, c)).toEqual([]);
  });

  test("but not while another entry names it", () => {
    const p = createSwappedProcess();
    fork(p);
    p.vma.flags |= VmFlag.LOCKED;
    read(p, 0);
    expect(slots(p, 1)).toBe("0x41");
  });
});

describe("entries without a page to be had (SPEC §9.5/2 to /5)", () => {
  test("row 2: a migrating page is waited for, and found at the next try", () => {
    const p = createProcess();
    write(p, 0);
    const [old] = framesOf(p);
    const [migration] = run(migratePagesBegin(p.env, [old]));
    expect(show(p).ptes).toBe("M - - -");
    const thread = handleMmFault(p.env, p.vma, at(p, 0), false);
    const wait = thread.next();
    expect(wait.done ? "" : wait.value.label).toBe(`page ${old}`);
    run(migrateEnd(p.env, migration));
    expect(run(thread)).toBe(0);
    expect(show(p)).toEqual({ ptes: "Wc' - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(recount(p)).toEqual([]);
  });

  test("row 3: a poisoned page is HWPOISON, for reads and writes", () => {
    const p = createProcess();
    write(p, 0);
    run(memoryFailure(p.env, framesOf(p)[0]));
    expect(show(p)).toEqual({ ptes: "h - - -", rss: "(0,0,0)", pages: "" });
    expect([read(p, 0), write(p, 0)]).toEqual(["HWPOISON", "HWPOISON"]);
    expect(show(p).ptes).toBe("h - - -");
  });

  test("a marker says what an access meets: nothing at all, or a page that went bad", () => {
    const p = createProcess({ rules: rulesOf(mmRules, "v6.18") });
    write(p, 0);
    setEntry(p, 0, BigInt(makePteMarker(PteMarker.GUARD)));
    expect([read(p, 0), write(p, 0)]).toEqual(["SEGV", "SEGV"]);
    setEntry(p, 0, BigInt(makePteMarker(PteMarker.POISONED)));
    expect([read(p, 0), write(p, 0)]).toEqual(["HWPOISON", "HWPOISON"]);
  });

  test("row 5: no memory to read the page into", () => {
    const p = createSwappedProcess();
    failNth(p.env.sync.gate, 0);
    expect(read(p, 0)).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
    expect(recount(p)).toEqual([]);
  });

  test("row 5: an entry that names no slot is OOM as well (D39)", () => {
    const p = createSwappedProcess();
    const corrupt = BigInt(swpPteLow(0, 4000)); // the area has 64 slots
    setEntry(p, 0, corrupt);
    expect(read(p, 0)).toBe("OOM");
    expect(entry(p, 0)).toBe(corrupt);
  });

  test("row 7: a cached page that went bad", () => {
    const p = createSwappedProcess();
    const c = fork(p);
    read(p, 0);
    run(memoryFailure(p.env, framesOf(p)[0]));
    expect([show(p).ptes, show(c).ptes]).toEqual(["s - - -", "s - - -"]);
    const cached = cachedPage(p);
    const count = p.env.map.count[cached];
    expect(read(c, 0)).toBe("HWPOISON");
    expect(p.env.map.count[cached]).toBe(count);
    expect(show(c)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
  });

  test("row 13: a page whose read failed is SIGBUS", () => {
    const p = createSwappedProcess();
    const c = fork(p);
    read(p, 0);
    unmapAll(p);
    p.env.map.flags[cachedPage(p)] &= ~PageFlag.UPTODATE;
    expect(read(c, 0)).toBe("SIGBUS");
    expect(show(c)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
    expect(p.env.map.flags[cachedPage(p)] & PageFlag.LOCKED).toBe(0);
    expect(recount(p, c)).toEqual([]);
  });

  test("no type is special beside those of migration and poison (SPEC §9.5/4)", () => {
    expect(Object.values(SwpType).sort()).toEqual([29, 30, 31]);
  });
});

test("a copy that fails replaces MAJOR, and the page stays mapped (SPEC §9.5, success 7)", () => {
  const p = createSwappedProcess();
  const c = fork(p);
  failNth(p.env.sync.gate, 1); // the first is for the page that is read
  expect(fault(p, 0, true)).toBe("OOM");
  expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "2/1" });
  expect(recount(p, c)).toEqual([]);
});

test("slots of a second area work alike", () => {
  const p = createProcess();
  addSwapArea(p.env.swap, { max: 64, prio: 5 });
  write(p, 0);
  swapOut(p, 0);
  expect(entry(p, 0)).toBe(0x202n); // SPEC A.1: type 1, slot 1
  expect(read(p, 0)).toBe("MAJOR");
  expect(show(p).rss).toBe("(0,1,0)");
});

test("a lock that somebody forgot shows as a wait, not as a wrong answer", () => {
  const p = createSwappedProcess();
  const c = fork(p);
  read(p, 0);
  trylockPage(p.env, cachedPage(p));
  expect(() => read(c, 0)).toThrow("nobody else runs");
  unlockPage(p.env, cachedPage(p));
});
