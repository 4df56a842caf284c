/** SPEC §9.7: faults on one page of a file that overtake each other, or a truncation. */
import { pfn as toPfn } from "@forkpath/abi";
import { getPage, PageFlag } from "@forkpath/rmap";
import { runToCompletion } from "@forkpath/sync";
import { PRIVATE, recount, run, SHARED, stepper } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, codeNames, framesOf, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault, truncateInodePages } from "../../src/index.ts";
import { dropPage, removeFromPageCache } from "../../src/internal.ts";

describe.each([true, false])("races, split page-table locks: %s", (splitPtlocks) => {
  const ptl = splitPtlocks ? "P.pt" : "P.mm";

  test.each([
    ["a read", false, SHARED],
    ["a write to a copy", true, PRIVATE],
    ["a shared write", true, SHARED],
  ])("%s that finds the entry taken drops its page", (_what, isWrite, flags) => {
    const p = createProcess({ file: createFile(), flags, splitPtlocks });
    write(p, 1);
    read(p, 0);
    unmapAll(p);
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), isWrite));
    slow.until(ptl);
    const [page] = [...(p.vma.file?.pages.values() ?? [])].slice(-1);
    p.env.map.flags[page] &= ~PageFlag.LOCKED; // so that another thread gets past it
    stepper(p.env, "Q", () => handleMmFault(p.env, p.vma, at(p, 0), isWrite)).finish();
    p.env.map.flags[page] |= PageFlag.LOCKED;
    const before = show(p);
    expect(slow.finish()).toBe(0);
    expect(show(p).ptes).toBe(before.ptes);
    expect(recount(p)).toEqual([]);
  });

  test("two readers of one page of the file: one reads it in, both map it", () => {
    const file = createFile();
    const p = createProcess({ file, flags: SHARED, splitPtlocks });
    write(p, 1);
    const c = fork(p);
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), false));
    slow.until("alloc");
    slow.until("pte"); // has its own page, and is about to put it in the cache
    const quick = stepper(p.env, "Q", () => handleMmFault(p.env, c.vma, at(c, 0), false));
    expect(codeNames(quick.finish())).toBe("MAJOR");
    expect(codeNames(slow.finish())).toBe("MAJOR");
    expect(framesOf(p)[0]).toBe(framesOf(c)[0]);
    expect(recount(p, c)).toEqual([]);
  });
});

test("a page that left the cache while truncation waited for it is not taken out twice", () => {
  const file = createFile();
  const p = createProcess({ file, flags: SHARED });
  read(p, 0);
  unmapAll(p);
  const page = toPfn(file.pages.get(0) ?? -1);
  p.env.map.flags[page] |= PageFlag.LOCKED;
  const truncation = truncateInodePages(p.env, file, 0);
  truncation.next(); // waits for the page lock
  removeFromPageCache(p.env, file, 0);
  p.env.map.flags[page] &= ~PageFlag.LOCKED;
  run(truncation);
  expect([file.pages.size, p.env.map.count[page]]).toEqual([0, 0]);
  expect(recount(p)).toEqual([]);
});

describe("truncation meets a fault that has found the page (SPEC §9.7)", () => {
  test("the page left the file: the fault looks again, and finds the end", () => {
    const file = createFile();
    const p = createProcess({ file, flags: SHARED });
    read(p, 0, 1);
    unmapAll(p);
    const page = toPfn(file.pages.get(0) ?? -1);
    getPage(p.env.map, page);
    p.env.map.flags[page] |= PageFlag.LOCKED;
    const thread = handleMmFault(p.env, p.vma, at(p, 0), false);
    const wait = thread.next(); // waits for the page lock
    expect(wait.done ? "" : wait.value.label).toBe(`page ${page}`);
    p.env.map.flags[page] &= ~PageFlag.LOCKED;
    file.sizePages = 0;
    run(truncateInodePages(p.env, file, 0));
    expect(codeNames(runToCompletion(thread))).toBe("SIGBUS");
    expect(p.env.map.flags[page] & PageFlag.LOCKED).toBe(0);
    dropPage(p.env, page);
    expect(recount(p)).toEqual([]);
  });
});
