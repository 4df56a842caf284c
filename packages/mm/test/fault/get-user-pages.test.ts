import { errnoName, PAGE_SIZE, type Pfn, rulesOf, VmFlag } from "@forkpath/abi";
import { isPteDirty, isPteWrite, Pte } from "@forkpath/page-table";
import { isPageAnon } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import {
  addVma,
  PRIVATE,
  PRIVATE_READ,
  recount,
  run,
  SHARED,
  SHARED_READ,
  START,
  showRss,
  stepper,
} from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { type GupOptions, getUserPages, mmRules } from "../../src/index.ts";
import { dropPage, NO_LIMITS } from "../../src/internal.ts";
import { MMF_HAS_PINNED } from "../../src/values.ts";

/** Pins `count` pages from `page` on: how many, or the error's name; and the pins. */
function pin(
  process: Process,
  page: number,
  count: number,
  options: GupOptions = {},
): { result: number | string; pins: Pfn[] } {
  const pins: Pfn[] = [];
  const { env, mm } = process;
  const result = run(getUserPages(env, mm, at(process, page), count, options, pins));
  return { result: result < 0 ? errnoName(result) : result, pins };
}

const unpin = ({ env }: Process, pins: readonly Pfn[]): void => {
  for (const page of pins) dropPage(env, page);
};

describe("pinning pages", () => {
  test("faults them in, and holds one reference to each", () => {
    const p = createProcess();
    const { result, pins } = pin(p, 1, 2, { isWrite: true });
    expect(result).toBe(2);
    expect(show(p)).toEqual({ ptes: "- W W -", rss: "(0,2,0)", pages: "2/1 2/1" });
    expect(pins).toEqual(framesOf(p));
    unpin(p, pins);
    expect(recount(p)).toEqual([]);
  });

  test("to read needs no page of its own: the zero page will do", () => {
    const p = createProcess();
    const { pins } = pin(p, 0, 1);
    expect(pins).toEqual([p.env.map.zeroPfn]);
    expect(show(p)).toEqual({ ptes: "zc - - -", rss: "(0,0,0)", pages: "" });
    unpin(p, pins);
    expect(recount(p)).toEqual([]);
  });

  test("each fault that it takes counts for the task, and no page that is there", () => {
    const p = createProcess({ file: createFile({ sizePages: 3 }), flags: PRIVATE_READ });
    const faults = { minFlt: 0, majFlt: 0 };
    const limits = { ...NO_LIMITS, faults };
    unpin(p, pin(p, 0, 1, { limits }).pins);
    unpin(p, pin(p, 0, 1, { limits }).pins);
    expect(faults).toEqual({ minFlt: 0, majFlt: 1 });
    // Forced: one fault copies the page that is mapped. The next page is read and copied in one,
    // and faults once more, since only a fault on its read-only entry says that it is a copy.
    unpin(p, pin(p, 0, 2, { limits, isWrite: true, isForced: true }).pins);
    expect(faults).toEqual({ minFlt: 2, majFlt: 2 });
    const { pins } = pin(p, 2, 2, { limits }); // the last page is past the end of the file
    unpin(p, pins);
    expect([pins.length, faults]).toEqual([1, { minFlt: 2, majFlt: 3 }]);
  });

  test("to write breaks the sharing that fork made", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    const { pins } = pin(p, 0, 1, { isWrite: true });
    expect(show(p).ptes).toBe("W - - -");
    expect(framesOf(c)).not.toEqual(pins);
    unpin(p, pins);
    expect(recount(p, c)).toEqual([]);
  });

  test("a page under the stack extends it, as an access would (SPEC §7.3/1)", () => {
    const p = createProcess({ flags: PRIVATE | VmFlag.GROWSDOWN });
    const pins: Pfn[] = [];
    const addr = START - 2 * PAGE_SIZE;
    expect(run(getUserPages(p.env, p.mm, addr, 1, { isWrite: true }, pins))).toBe(1);
    expect(p.vma.start).toBe(addr - PAGE_SIZE);
  });
});

describe("what cannot be pinned", () => {
  test.each<[string, number, GupOptions]>([
    ["a write to a read-only mapping", PRIVATE_READ, { isWrite: true }],
    ["a read of a mapping that nobody may read", VmFlag.MAYREAD, {}],
    ["a driver's memory", PRIVATE | VmFlag.PFNMAP, {}],
    ["a device's registers", PRIVATE | VmFlag.IO, {}],
    ["a forced write to what can never be written", VmFlag.READ, { isWrite: true, isForced: true }],
  ])("%s: -EFAULT", (_what, flags, options) => {
    const p = createProcess({ flags });
    expect(pin(p, 0, 1, options)).toEqual({ result: "-EFAULT", pins: [] });
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
  });

  test("a raw frame in another mapping: -EFAULT", () => {
    const p = createProcess({ flags: PRIVATE | VmFlag.MIXEDMAP });
    pin(p, 0, 1);
    setEntry(p, 0, (0x9999n << 12n) | BigInt(Pte.PRESENT | Pte.USER | Pte.SPECIAL));
    expect(pin(p, 0, 1).result).toBe("-EFAULT");
  });

  test("a frame without a struct page is reported: -EFAULT", () => {
    const p = createProcess({ memoryPages: 64 });
    pin(p, 0, 1);
    setEntry(p, 0, (100n << 12n) | BigInt(Pte.PRESENT | Pte.USER));
    expect(pin(p, 0, 1).result).toBe("-EFAULT");
    expect(p.env.badPtes).toBe(1);
  });

  test("past the end of the mapping: what came before is kept", () => {
    const p = createProcess();
    expect(pin(p, 2, 4).result).toBe(2);
    expect(pin(p, 4, 1).result).toBe("-EFAULT");
  });

  test("past the end of the file: -EFAULT", () => {
    const p = createProcess({ file: createFile({ sizePages: 1 }) });
    expect(pin(p, 1, 1).result).toBe("-EFAULT");
  });

  test("without memory: -ENOMEM, or what came before", () => {
    const p = createProcess();
    write(p, 3); // tables and anon_vma
    failNth(p.env.sync.gate, 1);
    expect(pin(p, 0, 3, { isWrite: true }).result).toBe(1);
    failNth(p.env.sync.gate, 0);
    expect(pin(p, 1, 1, { isWrite: true }).result).toBe("-ENOMEM");
  });

  test("a range that is none is the caller's mistake", () => {
    const p = createProcess();
    const gup = (start: number, pages: number) => () =>
      run(getUserPages(p.env, p.mm, start, pages, {}, []));
    expect(gup(START + 1, 1)).toThrow("getUserPages: start must be a multiple of 0x1000");
    expect(gup(START, 0.5)).toThrow("getUserPages: nrPages must be an integer");
  });
});

describe("forced writes, as by ptrace", () => {
  const forced: GupOptions = { isWrite: true, isForced: true };

  test("D34: an anonymous copy ends up in a shared read-only mapping, after two faults", () => {
    const p = createProcess({ file: createFile(), flags: SHARED_READ });
    const pins: Pfn[] = [];
    const thread = stepper(p.env, "T", () => getUserPages(p.env, p.mm, at(p, 0), 1, forced, pins));
    const trace: string[] = [];
    for (let round = 0; round < 3; round++) {
      thread.until("cond_resched");
      trace.push(`${show(p).ptes} ${showRss(p.mm)}`);
    }
    // The first one was a write fault too, so the file's page is marked dirty (SPEC §9.7/6).
    expect(trace).toEqual(["- - - - (0,0,0)", "f - - - (1,0,0)", "r - - - (0,1,0)"]);
    expect(thread.finish()).toBe(1);
    p.env.sync.interleaved = false;
    expect(isPageAnon(p.env.map, pins[0])).toBe(true);
    expect(show(p)).toEqual({ ptes: "r - - -", rss: "(0,1,0)", pages: "2/1" });
    unpin(p, pins);
    expect(recount(p)).toEqual([]);
  });

  test("D34: fork does not write-protect that copy, and mprotect would make both sides write", () => {
    const p = createProcess({ file: createFile(), flags: SHARED_READ });
    unpin(p, pin(p, 0, 1, forced).pins);
    setEntry(p, 0, entry(p, 0) | BigInt(Pte.RW)); // what mprotect(PROT_WRITE) does
    p.vma.flags = SHARED;
    const c = fork(p);
    expect([show(p).ptes, show(c).ptes]).toEqual(["W - - -", "Wc' - - -"]);
    expect(framesOf(p)).toEqual(framesOf(c));
  });

  test("a private read-only mapping: a dirty entry that stays read-only (SPEC §9.6, details 6)", () => {
    const p = createProcess({ flags: PRIVATE_READ });
    const { pins } = pin(p, 0, 1, forced);
    const low = Number(entry(p, 0) & 0xffffffffn);
    expect([isPteWrite(low), isPteDirty(low)]).toEqual([false, true]);
    expect(show(p)).toEqual({ ptes: "r - - -", rss: "(0,1,0)", pages: "2/1" });
    unpin(p, pins);
  });

  test("a page that is gone again before the lookup is written anew, not the file's", () => {
    // The entry that says WRITE is not trusted for itself: it has to be dirty too.
    const p = createProcess({ file: createFile(), flags: PRIVATE_READ });
    const pins: Pfn[] = [];
    const thread = stepper(p.env, "T", () => getUserPages(p.env, p.mm, at(p, 0), 1, forced, pins));
    thread.until("cond_resched", 3); // both faults are over, and the copy stands
    p.env.sync.interleaved = false;
    const [copy] = framesOf(p);
    setEntry(p, 0, 0n); // MADV_DONTNEED
    p.env.map.mapcount[copy] = 0;
    dropPage(p.env, copy);
    run(getUserPages(p.env, p.mm, at(p, 0), 1, {}, [])); // a reader maps the file's page
    p.env.sync.interleaved = true;
    expect(thread.finish()).toBe(1);
    expect(isPageAnon(p.env.map, pins[0])).toBe(true);
    expect(p.vma.file?.pages.get(0)).not.toBe(pins[0]);
  });
});

test("two mappings in one call", () => {
  const p = createProcess();
  addVma(p, START + 4 * PAGE_SIZE, 1, PRIVATE);
  expect(pin(p, 3, 2, { isWrite: true }).result).toBe(2);
});

test.each([
  ["el6", 0],
  ["v5.10", MMF_HAS_PINNED],
] as const)("on %s a pin leaves %i in the flags of the address space", (kernel, flags) => {
  const p = createProcess({ rules: rulesOf(mmRules, kernel) });
  const before = p.mm.flags;
  pin(p, 0, 1, { isWrite: true, isPin: true });
  expect(p.mm.flags - before).toBe(flags);
});
