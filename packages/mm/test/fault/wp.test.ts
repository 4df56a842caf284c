import { type Pfn, VmFlag } from "@forkpath/abi";
import { Pte, PteHigh } from "@forkpath/page-table";
import { MappingTag, makeMapping, mappingId, PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { PRIVATE, recount, run, SHARED } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { fault, read, swapOut, unmapAll, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { getUserPages, handleMmFault } from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

/** A device's memory: not a frame of this machine's map. */
const DEVICE_PFN = 0x9999;
const READ_ONLY = BigInt(Pte.PRESENT | Pte.USER);
const NX = BigInt(PteHigh.NX) << 32n;

/** A driver's mapping whose first entry is raw and read-only; the others are empty. */
function driverProcess(flags: number): Process {
  const p = createProcess({ flags: flags | VmFlag.PFNMAP });
  run(handleMmFault(p.env, p.vma, at(p, 1), false)); // makes the tables
  setEntry(p, 0, (BigInt(DEVICE_PFN) << 12n) | READ_ONLY | BigInt(Pte.SPECIAL) | NX);
  return p;
}

const page0 = (p: Process): Pfn => framesOf(p)[0];

describe("no counted page behind the entry (SPEC §9.6/1 to 3)", () => {
  test("row 1: a driver's shared memory is written in place", () => {
    const p = driverProcess(SHARED);
    expect(fault(p, 0, true)).toBe("WRITE");
    const written = READ_ONLY | BigInt(Pte.RW | Pte.DIRTY | Pte.ACCESSED | Pte.SPECIAL) | NX;
    expect(entry(p, 0)).toBe((BigInt(DEVICE_PFN) << 12n) | written);
    expect(show(p).rss).toBe("(0,0,0)");
  });

  test("row 2: a fork later, both sides still replace the zero page", () => {
    const p = createProcess();
    read(p, 0);
    write(p, 1); // so that fork copies at all
    const c = fork(p);
    expect([show(p).ptes, show(c).ptes]).toEqual(["zc r - -", "zc' r' - -"]);
    expect([write(c, 0), write(p, 0)]).toEqual(["WRITE", "WRITE"]);
    expect([show(p).rss, show(c).rss]).toEqual(["(0,2,0)", "(0,2,0)"]);
    expect(recount(p, c)).toEqual([]);
  });

  test("row 3: a driver's private memory is copied", () => {
    const p = driverProcess(PRIVATE);
    expect(fault(p, 0, true)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "W zc - -", rss: "(0,1,0)", pages: "1/1" });
    expect(recount(p)).toEqual([]);
  });

  test("a frame without a struct page is reported, and copied all the same", () => {
    const p = createProcess({ memoryPages: 64 });
    read(p, 0);
    setEntry(p, 0, (100n << 12n) | READ_ONLY | NX);
    expect(fault(p, 0, true)).toBe("WRITE");
    expect(p.env.badPtes).toBe(1);
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
  });
});

describe("an anonymous page after fork (SPEC §9.6/4, /5, App. B)", () => {
  test("B2: the first writer copies, the second one has the page to itself", () => {
    const p = createProcess();
    write(p, 0, 1, 2);
    const c = fork(p);
    expect(show(p)).toEqual({ ptes: "r r r -", rss: "(0,3,0)", pages: "2/2 2/2 2/2" });
    expect(write(p, 0)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "W r r -", rss: "(0,3,0)", pages: "1/1 2/2 2/2" });
    expect(show(c)).toEqual({ ptes: "r' r' r' -", rss: "(0,3,0)", pages: "1/1 2/2 2/2" });
    const inUse = p.env.map.framesInUse;
    expect(write(c, 0)).toBe("WRITE");
    expect(show(c)).toEqual({ ptes: "W r' r' -", rss: "(0,3,0)", pages: "1/1 2/2 2/2" });
    expect(p.env.map.framesInUse).toBe(inUse);
    expect(recount(p, c)).toEqual([]);
  });

  test("B3: with the child gone, the parent writes in place", () => {
    const p = createProcess();
    write(p, 0, 1, 2);
    const c = fork(p);
    unmapAll(c);
    expect(show(c)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    const frames = framesOf(p);
    expect(write(p, 0, 1, 2)).toBe("WRITE WRITE WRITE");
    expect(framesOf(p)).toEqual(frames);
    expect(show(p)).toEqual({ ptes: "W W W -", rss: "(0,3,0)", pages: "1/1 1/1 1/1" });
  });

  test("row 4: a reused page moves to its writer's own anon_vma, and a copy starts there", () => {
    const p = createProcess();
    write(p, 0, 1);
    const c = fork(p);
    const ownerOf = (frame: number): number => mappingId(p.env.map.mapping[frame]);
    write(p, 0);
    expect(ownerOf(framesOf(p)[0])).toBe(p.vma.anonVma?.id);
    expect(ownerOf(framesOf(c)[0])).toBe(p.vma.anonVma?.id);
    write(c, 0);
    expect(ownerOf(framesOf(c)[0])).toBe(c.vma.anonVma?.id);
    expect(c.vma.anonVma).not.toBe(p.vma.anonVma);
  });

  test("row 5: an entry in swap counts as a user, even when one process maps the page", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    swapOut(p, 0);
    expect(read(p, 0)).toBe("MAJOR"); // in cache, mapped once, and named by the child's entry
    expect(write(p, 0)).toBe("WRITE");
    expect([show(p).ptes, show(c).ptes]).toEqual(["W - - -", "s - - -"]);
    expect(recount(p, c)).toEqual([]);
  });

  test("row 4: the last user of a cached page takes it out of the swap cache, dirty", () => {
    const p = createProcess();
    write(p, 0);
    swapOut(p, 0);
    read(p, 0);
    expect(p.env.swap.cache.size).toBe(1);
    expect(write(p, 0)).toBe("WRITE");
    expect(p.env.swap.cache.size).toBe(0);
    expect(p.env.map.flags[page0(p)] & PageFlag.DIRTY).not.toBe(0);
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(recount(p)).toEqual([]);
  });

  test("pins do not count: the pinned page ends up with the other side alone (D13)", () => {
    const p = createProcess();
    write(p, 0);
    const pins: Pfn[] = [];
    expect(run(getUserPages(p.env, p.mm, at(p, 0), 1, {}, pins))).toBe(1);
    const c = fork(p);
    expect(write(p, 0)).toBe("WRITE"); // a copy: the pin stays on the old page
    expect(framesOf(c)).toEqual(pins);
    expect(write(c, 0)).toBe("WRITE"); // in place, though it is pinned for somebody else
    expect(framesOf(c)).toEqual(pins);
    expect(show(c).pages).toBe("2/1");
    dropPage(p.env, pins[0]);
    expect(recount(p, c)).toEqual([]);
  });
});

describe("pages of a file, and merged ones (SPEC §9.6/6 to 8)", () => {
  test("row 6: a private mapping gets a copy of a file's page", () => {
    const p = createProcess({ file: createFile() });
    expect(read(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "fc - - -", rss: "(1,0,0)", pages: "2/1" });
    expect(write(p, 0)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(recount(p)).toEqual([]);
  });

  test("row 7: a merged page is copied, and both count as anonymous", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    const { map } = p.env;
    const merged = page0(p);
    map.mapping[merged] = makeMapping(mappingId(map.mapping[merged]), MappingTag.KSM);
    unmapAll(c);
    expect(show(p)).toEqual({ ptes: "r - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(write(p, 0)).toBe("WRITE"); // though nobody else maps it
    expect(page0(p)).not.toBe(merged);
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
  });

  test("row 8: a shared mapping writes in place, and the page becomes dirty", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    read(p, 0);
    setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.RW)); // as if the mapping wanted to be notified
    expect(p.env.map.flags[page0(p)] & PageFlag.DIRTY).toBe(0);
    expect(write(p, 0)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "F - - -", rss: "(1,0,0)", pages: "2/1" });
    expect(p.env.map.flags[page0(p)] & PageFlag.DIRTY).not.toBe(0);
    expect(recount(p)).toEqual([]);
  });

  /** A shared file mapping whose page 0 was read, and whose page_mkwrite is `answer`. */
});

describe("no memory for the copy (SPEC §9.6, details 2)", () => {
  test("the entry, the old page and the counters stay", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    failNth(p.env.sync.gate, 0);
    expect(write(p, 0)).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "r - - -", rss: "(0,1,0)", pages: "2/2" });
    expect(recount(p, c)).toEqual([]);
  });

  test("the zero page stays too", () => {
    const p = createProcess();
    read(p, 0);
    failNth(p.env.sync.gate, 2); // after the avc and the anon_vma
    expect(write(p, 0)).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "zc - - -", rss: "(0,0,0)", pages: "" });
    expect(recount(p)).toEqual([]);
  });

  test.each(["avc", "anon_vma", "page"].map((what, index) => [what, index] as const))(
    "a private file mapping without the %s",
    (_what, index) => {
      const p = createProcess({ file: createFile() });
      read(p, 0);
      failNth(p.env.sync.gate, index);
      expect(write(p, 0)).toBe("OOM");
      expect(show(p)).toEqual({ ptes: "fc - - -", rss: "(1,0,0)", pages: "2/1" });
      expect(write(p, 0)).toBe("WRITE");
      expect(recount(p)).toEqual([]);
    },
  );
});

test("a locked mapping's copy takes the mlock mark off the old page (SPEC §9.6, details 2)", () => {
  const p = createProcess({ flags: PRIVATE | VmFlag.LOCKED });
  write(p, 0);
  const c = fork(p);
  const old = page0(p);
  write(p, 0);
  const mlocked = PageFlag.MLOCKED | PageFlag.UNEVICTABLE;
  expect(p.env.map.flags[old] & mlocked).toBe(0);
  expect(p.env.map.flags[page0(p)] & mlocked).toBe(mlocked);
  expect(framesOf(c)).toEqual([old]);
});

test("an anonymous page in a mapping that never prepared for one is a broken rule", () => {
  const p = createProcess();
  write(p, 0);
  setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.RW));
  p.vma.anonVma = null;
  expect(() => write(p, 0)).toThrow(
    "anon-vma-prepared: vma 0x4000000000 of P maps an anonymous page without an anon_vma",
  );
});
