/**
 * Who may write to a page in place after fork: the answers of three releases side by side.
 */
import { Errno, type KernelName, type Pfn, rulesOf } from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import { PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { copyEntries, recount, recountMachine, run } from "@forkpath/test-world";
import { cloneEmpty, createProcess, fork, type ProcessOptions } from "@forkpath/test-world/process";
import { unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { getUserPages, mmRules, sysMprotect, unpinPage } from "../../src/index.ts";
import { lruAddDrainAll } from "../../src/internal.ts";

/** A process of that kernel's machine. */
const processOf = (kernel: KernelName, options: ProcessOptions = {}): Process =>
  createProcess({
    ...options,
    rules: rulesOf(mmRules, kernel),
    counterRules: rulesOf(counterRules, kernel),
  });

const pin = (p: Process, page: number, isWrite = true): Pfn => {
  const pinned: Pfn[] = [];
  const options = { isWrite, isPin: true };
  expect(run(getUserPages(p.env, p.mm, at(p, page), 1, options, pinned))).toBe(1);
  return pinned[0];
};

const isExclusive = ({ env: { map } }: Process, pfn: Pfn): boolean =>
  (map.flags[pfn] & PageFlag.ANON_EXCLUSIVE) !== 0;

describe("the mark of an exclusive page (L12)", () => {
  test("a new page has it, fork takes it from both, the last owner's write gives it back", () => {
    const p = processOf("v6.18");
    write(p, 0);
    const [page] = framesOf(p);
    expect(isExclusive(p, page)).toBe(true);
    const c = fork(p);
    expect(isExclusive(p, page)).toBe(false);
    write(p, 0);
    expect(framesOf(p)[0]).not.toBe(page);
    expect(isExclusive(p, framesOf(p)[0])).toBe(true);
    write(c, 0);
    expect(framesOf(c)).toEqual([page]);
    expect(isExclusive(c, page)).toBe(true);
    expect(recount(p, c)).toEqual([]);
  });

  test("el6 knows none", () => {
    const p = processOf("el6");
    write(p, 0);
    expect(isExclusive(p, framesOf(p)[0])).toBe(false);
  });
});

describe("references (L15/3)", () => {
  const afterPin: readonly [KernelName, boolean][] = [
    ["el6", true],
    ["v5.4", true],
    ["v5.10", false],
    ["v6.1", false],
    ["v6.18", false],
  ];
  test.each(afterPin)("%s: a page that somebody holds is reused: %s", (kernel, isReused) => {
    const p = processOf(kernel);
    write(p, 0);
    const c = fork(p);
    unmapAll(c);
    lruAddDrainAll(p.env);
    const [page] = framesOf(p);
    p.env.map.count[page]++;
    write(p, 0);
    expect(framesOf(p)[0] === page).toBe(isReused);
    p.env.map.count[page]--;
  });

  test("H12: a page in another CPU's batch is copied; drained, it is reused", () => {
    for (const isDrained of [false, true]) {
      const p = processOf("v6.18");
      write(p, 0);
      expect(show(p).pages).toBe("2/1");
      const [page] = framesOf(p);
      p.env.sync.current.cpu = 1;
      const c = fork(p);
      unmapAll(c);
      if (isDrained) lruAddDrainAll(p.env);
      write(p, 0);
      expect(framesOf(p)[0] === page).toBe(isDrained);
      expect(recount(p, c)).toEqual([]);
    }
  });

  test("the writer's own CPU gives its batch away first", () => {
    const p = processOf("v6.18");
    write(p, 0);
    const [page] = framesOf(p);
    unmapAll(fork(p));
    write(p, 0);
    expect(framesOf(p)).toEqual([page]);
  });

  test("the 31st page empties the batch", () => {
    const p = processOf("v6.18", { pages: 31 });
    for (let page = 0; page < 30; page++) write(p, page);
    expect(show(p).pages.split(" ")[29]).toBe("2/1");
    write(p, 30);
    expect(new Set(show(p).pages.split(" "))).toEqual(new Set(["1/1"]));
    expect(recount(p)).toEqual([]);
  });
});

describe("pinned pages at fork (H4)", () => {
  test("v6.18: the child gets a copy of its own, the parent keeps page, entry and pin", () => {
    const p = processOf("v6.18");
    write(p, 0, 1);
    lruAddDrainAll(p.env);
    const [page] = framesOf(p);
    expect(pin(p, 0)).toBe(page);
    expect(show(p).pages).toBe("1025/1 1/1");
    const c = fork(p);
    expect([show(p).ptes, show(c).ptes]).toEqual(["W r - -", "W r' - -"]);
    expect(show(c).rss).toBe("(0,2,0)");
    expect([write(p, 0), write(c, 0)]).toEqual(["hit", "hit"]);
    expect(framesOf(p)[0]).toBe(page);
    expect(recountMachine(p.env, [p.mm, c.mm], { pins: new Map([[page, 1024]]) })).toEqual([]);
    unpinPage(p.env, page);
    expect(recount(p, c)).toEqual([]);
  });

  test("N3: 1024 ordinary references look like a pin, where pins have ever been", () => {
    const p = processOf("v6.18");
    write(p, 0, 1);
    unpinPage(p.env, pin(p, 1));
    const [page] = framesOf(p);
    p.env.map.count[page] += 1023;
    expect(show(fork(p)).ptes).toBe("W r' - -");
  });

  test("el6: both share it, and the first writer takes a copy (D13, pin on the other's page)", () => {
    const p = processOf("el6");
    write(p, 0);
    const page = pin(p, 0);
    const c = fork(p);
    expect([show(p).ptes, show(c).ptes]).toEqual(["r - - -", "r' - - -"]);
    write(p, 0);
    expect(framesOf(p)[0]).not.toBe(page);
    expect(framesOf(c)[0]).toBe(page);
  });

  test("without memory for the copy, fork fails", () => {
    const p = processOf("v6.18");
    write(p, 0);
    pin(p, 0);
    const c = cloneEmpty(p);
    failNth(p.env.sync.gate, 3); // behind the child's three tables
    expect(copyEntries(p, c)).toBe(-Errno.ENOMEM);
  });
});

describe("mprotect to rw (L23/1)", () => {
  const READ = 1;
  const WRITE = 2;
  const there = (p: Process, prot: number): number =>
    run(sysMprotect(p.env, p.mm, at(p, 0), 4 * 4096, prot));
  const toRw: readonly [KernelName, string][] = [
    ["el6", "r r - -"],
    ["v6.1", "W r - -"],
    ["v6.18", "W r - -"],
  ];
  test.each(toRw)("%s: exclusive and shared page become %s", (kernel, ptes) => {
    const p = processOf(kernel);
    write(p, 1);
    fork(p);
    write(p, 0);
    there(p, READ);
    there(p, READ | WRITE);
    expect(show(p).ptes).toBe(ptes);
  });
});
