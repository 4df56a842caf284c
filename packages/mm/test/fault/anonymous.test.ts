import { PAGE_SIZE, rulesOf, VmFlag } from "@forkpath/abi";
import {
  counterRules,
  getMmRss,
  joinCounters,
  MmCounter,
  peekCounterSigned,
} from "@forkpath/counters";
import { allocFrameAt, freeFrame, PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { addVma, PRIVATE, recount, run, START, stepper } from "@forkpath/test-world";
import { createProcess } from "@forkpath/test-world/process";
import { fault, read, write } from "@forkpath/test-world/process-calls";
import { entry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault, touch, VmFault } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

const STACK = PRIVATE | VmFlag.GROWSDOWN;

/** Makes `frame` the one that the next allocation gets. */
function nextFrame({ env }: Process, frame: number): void {
  freeFrame(env.map, allocFrameAt(env.map, frame));
}

describe("an empty entry of anonymous memory (SPEC §9.4)", () => {
  test("a read maps the zero page: nothing is counted, no anon_vma is made", () => {
    const p = createProcess({ zeroPfn: 0x100 });
    expect(read(p, 0, 1)).toBe("0 0");
    expect(show(p)).toEqual({ ptes: "zc zc - -", rss: "(0,0,0)", pages: "" });
    expect(entry(p, 0)).toBe(0x8000000000100225n); // SPEC A.1
    expect(p.vma.anonVma).toBeNull();
    expect(recount(p)).toEqual([]);
  });

  test("a write maps a fresh page, dirty and writable", () => {
    const p = createProcess();
    nextFrame(p, 0x1234);
    expect(write(p, 2)).toBe("0");
    expect(show(p)).toEqual({ ptes: "- - W -", rss: "(0,1,0)", pages: "1/1" });
    expect(entry(p, 2)).toBe(0x8000000001234067n); // SPEC A.1
    expect(p.vma.anonVma?.degree).toBe(2); // its own, as a root, and the vma's
    expect(recount(p)).toEqual([]);
  });

  test("a write after a read replaces the zero page", () => {
    const p = createProcess();
    expect(read(p, 0)).toBe("0");
    expect(write(p, 0)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(p.env.map.mapcount[p.env.map.zeroPfn]).toBe(0);
  });

  test("a page of a locked mapping is kept off the evictable lists", () => {
    const p = createProcess({ flags: PRIVATE | VmFlag.LOCKED });
    write(p, 0);
    const flags = p.env.map.flags[framesOf(p)[0]];
    expect(flags & PageFlag.MLOCKED).not.toBe(0);
    expect(flags & PageFlag.UNEVICTABLE).not.toBe(0);
    expect(flags & PageFlag.ACTIVE).toBe(0);
  });

  test("two mappings that touch share the anon_vma of the one that faulted first (SPEC §4.5)", () => {
    const p = createProcess();
    const upper = addVma(p, START + 4 * PAGE_SIZE, 4, PRIVATE);
    write(p, 0);
    run(touch(p.env, p.mm, upper.start, true));
    expect(upper.anonVma).toBe(p.vma.anonVma);
  });
});

describe("no memory (SPEC §9.2/2, §9.4/3)", () => {
  // In the order of the gate: three tables, the vma's anon_vma and its link, the page.
  const requests = ["pud", "pmd", "pte", "avc", "anon_vma", "page"];

  test.each(requests.map((what, index) => [what, index] as const))(
    "without the %s the fault is OOM, and a second one succeeds",
    (_what, index) => {
      const p = createProcess();
      failNth(p.env.sync.gate, index);
      expect(write(p, 0)).toBe("OOM");
      expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
      expect(p.mm.nrPtes).toBe(index < 3 ? 0 : 1); // tables that were made stay
      expect(write(p, 0)).toBe("0");
      expect(recount(p)).toEqual([]);
    },
  );

  test("those are all requests of a first write fault", () => {
    const p = createProcess();
    write(p, 0);
    expect(p.env.sync.gate.count).toBe(requests.length);
  });

  test("out of frames is OOM too, and the zero page costs none", () => {
    const p = createProcess({ memoryPages: 4 }); // two of them reserved
    expect(write(p, 0, 1, 2)).toBe("0 0 OOM");
    expect(read(p, 2)).toBe("0");
    expect(show(p)).toEqual({ ptes: "W W zc -", rss: "(0,2,0)", pages: "1/1 1/1" });
  });
});

describe.each([true, false])("races, split page-table locks: %s", (splitPtlocks) => {
  test("the counter is raised before anybody can see the page (SPEC App. C)", () => {
    const p = createProcess({ splitPtlocks });
    write(p, 1); // so that tables and anon_vma exist
    const thread = stepper(p.env, "T", () => handleMmFault(p.env, p.vma, at(p, 0), true));
    thread.until("P._anon_rss", splitPtlocks ? 1 : 2); // a plain add is a load and a store
    expect([peekCounterSigned(p.mm.counters, MmCounter.ANON_RSS), show(p).ptes]).toEqual([
      1,
      "- W - -",
    ]);
    thread.until("pte");
    expect([peekCounterSigned(p.mm.counters, MmCounter.ANON_RSS), show(p).ptes]).toEqual([
      2,
      "- W - -",
    ]);
    expect(thread.finish()).toBe(0);
    expect(show(p).ptes).toBe("W W - -");
  });

  test("who comes second finds the entry taken, and gives its page back", () => {
    const p = createProcess({ splitPtlocks });
    write(p, 1);
    const inUse = p.env.map.framesInUse;
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), true));
    slow.until(splitPtlocks ? "P.pt" : "P.mm");
    expect(p.env.map.framesInUse).toBe(inUse + 1);
    expect(stepper(p.env, "Q", () => handleMmFault(p.env, p.vma, at(p, 0), true)).finish()).toBe(0);
    expect(slow.finish()).toBe(0);
    expect(show(p)).toEqual({ ptes: "W W - -", rss: "(0,2,0)", pages: "1/1 1/1" });
    expect(p.env.map.framesInUse).toBe(inUse + 1);
    expect(recount(p)).toEqual([]);
  });

  test("a read that comes second leaves the page that is there", () => {
    const p = createProcess({ splitPtlocks });
    write(p, 1);
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), false));
    slow.until(splitPtlocks ? "P.pt" : "P.mm");
    stepper(p.env, "Q", () => handleMmFault(p.env, p.vma, at(p, 0), true)).finish();
    expect(slow.finish()).toBe(0);
    expect(show(p).ptes).toBe("W W - -");
  });
});

describe("the lowest page of a stack is a guard (SPEC §9.4/1)", () => {
  test("to touch it makes the stack one page longer", () => {
    const p = createProcess({ flags: STACK });
    const before = p.mm.usage.totalVm;
    expect(write(p, 0)).toBe("0");
    expect(p.vma.start).toBe(START - PAGE_SIZE);
    expect(p.mm.usage.totalVm).toBe(before + 1);
    expect(show(p).ptes).toBe("- W - - -");
  });

  test("no other page does", () => {
    const p = createProcess({ flags: STACK });
    write(p, 1, 2, 3);
    expect(p.vma.start).toBe(START);
  });

  test("another mapping right below makes it SIGBUS, for a read as well", () => {
    const p = createProcess({ flags: STACK });
    addVma(p, START - PAGE_SIZE, 1, PRIVATE);
    expect([write(p, 0), read(p, 0)]).toEqual(["SIGBUS", "SIGBUS"]);
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
  });

  test("a stack right below is fine, and neither of them grows", () => {
    const p = createProcess({ flags: STACK });
    addVma(p, START - PAGE_SIZE, 1, STACK);
    expect(write(p, 0)).toBe("0");
    expect(p.vma.start).toBe(START);
  });

  test("that it cannot grow is ignored", () => {
    const p = createProcess({ flags: STACK });
    const limits = { ...NO_LIMITS, stack: 4 * PAGE_SIZE };
    expect(run(handleMmFault(p.env, p.vma, at(p, 0), true, limits))).toBe(0);
    expect(p.vma.start).toBe(START);
    expect(show(p).ptes).toBe("W - - -");
  });
});

test("an address outside the mapping is the caller's mistake", () => {
  const p = createProcess();
  expect(() => fault(p, 4, true)).toThrow(
    "handleMmFault: addr must be within 0x4000000000 to 0x4000004000, got 0x4000004000",
  );
  expect(() => handleMmFault(p.env, p.vma, Number.NaN, true)).toThrow(RangeError);
});

test("result codes have the kernel's values (SPEC §9.1)", () => {
  expect(VmFault).toEqual({
    OOM: 0x1,
    SIGBUS: 0x2,
    SIGSEGV: 0x40,
    MAJOR: 0x4,
    WRITE: 0x8,
    HWPOISON: 0x10,
    HWPOISON_LARGE: 0x20,
    NOPAGE: 0x100,
    LOCKED: 0x200,
    RETRY: 0x400,
  });
});

test("on v6.1 the 66th fault of a task tells what those before it brought (M6.1)", () => {
  const p = createProcess({ pages: 66, counterRules: rulesOf(counterRules, "v6.1") });
  const { counters } = p.mm;
  joinCounters(counters, p.env.sync.current);
  const told: number[] = [];
  for (let page = 0; page < 66; page++) {
    fault(p, page, true);
    told.push(Number(run(getMmRss(p.env.sync, counters))));
  }
  expect([told[64], told[65]]).toEqual([0, 65]);
  expect(peekCounterSigned(counters, MmCounter.ANON_RSS)).toBe(66);
});
