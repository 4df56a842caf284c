import { type Pfn, VmFlag } from "@forkpath/abi";
import { MappingTag, makeMapping, mappingId, PageFlag, unlinkAnonVmas } from "@forkpath/rmap";
import { addSwapArea, getSwapPage, SwpType, swpPteLow } from "@forkpath/swap";
import { failNth } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  handleMmFault,
  memoryFailure,
  migrateEnd,
  migratePagesBegin,
  trylockPage,
  unlockPage,
} from "../src/index.ts";
import { slots } from "./world/letters.ts";
import { run } from "./world/machine.ts";
import {
  at,
  createProcess,
  entry,
  fault,
  fork,
  framesOf,
  type Process,
  read,
  setEntry,
  show,
  swapOut,
  unmapAll,
  write,
} from "./world/process.ts";
import { recount } from "./world/recount.ts";
import { stepper } from "./world/stepper.ts";

/** P with page 0 in slot 1, and nothing in the swap cache. */
function swappedProcess(): Process {
  const p = createProcess();
  write(p, 0);
  swapOut(p, 0);
  expect(show(p)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
  return p;
}

/** The page of slot 1 in the swap cache. */
const cachedPage = ({ env }: Process): Pfn => [...env.swap.cache.values()][0];

describe("the page comes back (SPEC §9.5, success)", () => {
  test("a read maps the cached page read-only and clean; its slot is kept for it", () => {
    const p = swappedProcess();
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "rc - - -", rss: "(0,1,0)", pages: "2/1" });
    expect(entry(p, 0)).toBe((BigInt(framesOf(p)[0]) << 12n) | 0x8000000000000025n);
    expect(slots(p, 1)).toBe("0x40");
    expect(recount(p)).toEqual([]);
  });

  test("a write by the only user takes the page out of the cache, writable", () => {
    const p = swappedProcess();
    expect(write(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(slots(p, 1)).toBe("0x00");
    expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.DIRTY).not.toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("B9: two readers of one slot after fork map the same page", () => {
    const p = swappedProcess();
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
    const p = swappedProcess();
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
    const p = swappedProcess();
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
    const p = swappedProcess();
    p.vma.flags |= VmFlag.LOCKED;
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p).pages).toBe("1/1");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
  });

  test("more than half of swap is in use", () => {
    const p = swappedProcess();
    for (let slot = 0; slot < 32; slot++) getSwapPage(p.env.sync, p.env.swap); // of 63
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p).pages).toBe("1/1");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
  });

  test("the page itself is marked as locked in memory", () => {
    const p = swappedProcess();
    const c = fork(p);
    read(p, 0);
    p.env.map.flags[cachedPage(p)] |= PageFlag.MLOCKED;
    expect(read(c, 0)).toBe("0");
    expect([slots(p, 1), p.env.swap.cache.size]).toEqual(["0x00", 0]);
    expect(recount(p, c)).toEqual([]);
  });

  test("but not while another entry names it", () => {
    const p = swappedProcess();
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

  test("row 5: no memory to read the page into", () => {
    const p = swappedProcess();
    failNth(p.env.sync.gate, 0);
    expect(read(p, 0)).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
    expect(recount(p)).toEqual([]);
  });

  test("row 5: an entry that names no slot is OOM as well (D39)", () => {
    const p = swappedProcess();
    const corrupt = BigInt(swpPteLow(0, 4000)); // the area has 64 slots
    setEntry(p, 0, corrupt);
    expect(read(p, 0)).toBe("OOM");
    expect(entry(p, 0)).toBe(corrupt);
  });

  test("row 7: a cached page that went bad", () => {
    const p = swappedProcess();
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
    const p = swappedProcess();
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

describe("a page that was merged before it was swapped (SPEC §9.5/10)", () => {
  /** P owns the cached page of slot 1; Q is no relative, and has the slot too. */
  function strangers(): readonly [Process, Process] {
    const p = swappedProcess();
    const { env } = p;
    const q = fork(p, "Q");
    // Cut the family tie: Q gets an anon_vma of its own, as if the two had been merged by KSM.
    run(unlinkAnonVmas(env.sync, env.anonVmas, q.vma));
    q.vma.anonVma = null;
    expect(write(q, 1)).toBe("0");
    expect(read(p, 0)).toBe("MAJOR");
    env.sync.gate.count = 0;
    return [p, q];
  }

  test("a reader whom its owner's family does not know gets a copy", () => {
    const [p, q] = strangers();
    expect(read(q, 0)).toBe("0");
    expect(show(q)).toEqual({ ptes: "rc W - -", rss: "(0,2,0)", pages: "1/1 1/1" });
    expect(framesOf(q)[0]).not.toBe(framesOf(p)[0]);
    expect(mappingId(p.env.map.mapping[framesOf(q)[0]])).toBe(q.vma.anonVma?.id);
    expect(recount(p, q)).toEqual([]);
  });

  test("a writer keeps its copy, which no slot holds", () => {
    const [p, q] = strangers();
    expect(write(q, 0)).toBe("0");
    expect(show(q).ptes).toBe("W W - -");
    expect(slots(p, 1)).toBe("0x40");
    expect(recount(p, q)).toEqual([]);
  });

  test("without memory for it: OOM, and the entry stays", () => {
    const [p, q] = strangers();
    failNth(p.env.sync.gate, 0);
    expect(read(q, 0)).toBe("OOM");
    expect(show(q)).toEqual({ ptes: "s W - -", rss: "(0,1,1)", pages: "1/1" });
    expect(recount(p, q)).toEqual([]);
  });

  test("unmapped while it was copied: both pages are let go", () => {
    const [p, q] = strangers();
    const reader = stepper(q.env, "R", () => handleMmFault(q.env, q.vma, at(q, 0), false));
    reader.until("Q.pt"); // has its copy, and is about to compare the entry
    p.env.sync.interleaved = false;
    unmapAll(q);
    p.env.sync.interleaved = true;
    const inUse = p.env.map.framesInUse;
    expect(reader.finish()).toBe(0);
    expect(p.env.map.framesInUse).toBe(inUse - 1);
    expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.LOCKED).toBe(0);
    expect(recount(p, q)).toEqual([]);
  });

  test("a page that is still merged is mapped as it is", () => {
    const [p, q] = strangers();
    const [page] = framesOf(p);
    p.env.map.mapping[page] = makeMapping(7, MappingTag.KSM);
    expect(read(q, 0)).toBe("0");
    expect(framesOf(q)[0]).toBe(page);
  });
});

test("a copy that fails replaces MAJOR, and the page stays mapped (SPEC §9.5, success 7)", () => {
  const p = swappedProcess();
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
  const p = swappedProcess();
  const c = fork(p);
  read(p, 0);
  trylockPage(p.env, cachedPage(p));
  expect(() => read(c, 0)).toThrow("nobody else runs");
  unlockPage(p.env, cachedPage(p));
});
