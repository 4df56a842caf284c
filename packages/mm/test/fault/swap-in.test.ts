/**
 * How swapped pages come back, release by release: W writable, r read-only, c clean, ' old.
 */
import { type KernelName, rulesOf } from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import { isSwpExclusive } from "@forkpath/swap";
import { recount, run, slots } from "@forkpath/test-world";
import { createProcess, fork } from "@forkpath/test-world/process";
import { read, swapOut, write } from "@forkpath/test-world/process-calls";
import { entry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { migratePages, mmRules, sysSwapoff, sysSwapon } from "../../src/index.ts";

/** A process of that kernel, on zram or on a disk. */
function processOf(kernel: KernelName, isSynchronous = true): Process {
  const p = createProcess({
    slots: 0,
    rules: rulesOf(mmRules, kernel),
    counterRules: rulesOf(counterRules, kernel),
  });
  sysSwapon(p.env, { max: 16, isSynchronous });
  return p;
}

function swapped(kernel: KernelName, isSynchronous = true): Process {
  const p = processOf(kernel, isSynchronous);
  write(p, 0);
  swapOut(p, 0);
  expect(show(p).ptes).toBe("s - - -");
  return p;
}

const isMarked = (p: Process): boolean => isSwpExclusive(Number(entry(p, 0) & 0xffff_ffffn));

describe("the mark of an entry (H10, L9a/2)", () => {
  test("a page that was exclusive leaves the mark, and fork takes it from both", () => {
    const p = swapped("v6.18");
    expect(isMarked(p)).toBe(true);
    const c = fork(p);
    expect([isMarked(p), isMarked(c)]).toEqual([false, false]);
    expect(recount(p, c)).toEqual([]);
  });

  test("a page that was shared leaves none", () => {
    const p = processOf("v6.18");
    write(p, 0);
    const c = fork(p);
    swapOut(p, 0);
    expect([show(p).ptes, isMarked(p), isMarked(c)]).toEqual(["s - - -", false, false]);
  });

  test("el6 knows no mark", () => {
    expect(isMarked(swapped("el6"))).toBe(false);
  });
});

describe("a page of one process is read", () => {
  const rows: readonly [KernelName, boolean, string, string, string][] = [
    ["el6", true, "rc - - -", "0x40", "WRITE"],
    ["v5.4", true, "rc - - -", "0x00", "WRITE"],
    ["v6.1", true, "rc - - -", "0x00", "WRITE"],
    ["v6.18", true, "Wc - - -", "0x00", "hit"],
    ["v6.18", false, "Wc - - -", "0x40", "hit"],
  ];
  test.each(rows)(
    "%s, zram %s: %s, slot %s, then a write: %s",
    (kernel, zram, ptes, slot, then) => {
      const p = swapped(kernel, zram);
      expect(read(p, 0)).toBe("MAJOR");
      expect(show(p).ptes).toBe(ptes);
      expect(slots(p, 1)).toBe(slot);
      const [page] = framesOf(p);
      expect(write(p, 0)).toBe(then);
      expect(framesOf(p)).toEqual([page]);
      expect(recount(p)).toEqual([]);
    },
  );
});

describe("a page of two processes (L17/7)", () => {
  const rows: readonly [KernelName][] = [["el6"], ["v6.1"], ["v6.18"]];
  test.each(rows)("%s: who writes first copies, who writes last has it", (kernel) => {
    const p = processOf(kernel);
    write(p, 0);
    const c = fork(p);
    swapOut(p, 0);
    expect([read(p, 0), read(c, 0)]).toEqual(["MAJOR", "0"]);
    expect([show(p).ptes, show(c).ptes]).toEqual(["rc - - -", "rc - - -"]);
    const [page] = framesOf(p);
    write(p, 0);
    write(c, 0);
    expect(framesOf(p)[0]).not.toBe(page);
    expect(framesOf(c)[0]).toBe(page);
    expect(slots(p, 1)).toBe("0x00");
    expect(recount(p, c)).toEqual([]);
  });

  test("v6.18: a write is the first to bring it in: it copies, since the other may still want it", () => {
    const p = swapped("v6.18");
    const c = fork(p);
    expect(write(p, 0)).toBe("MAJOR|WRITE");
    expect(slots(p, 1)).toBe("0x41");
    expect(write(c, 0)).toBe("0");
    expect([show(p).ptes, show(c).ptes, slots(p, 1)]).toEqual(["W - - -", "W - - -", "0x00"]);
    expect(recount(p, c)).toEqual([]);
  });
});

test("v5.14: a page that is copied though nobody else maps it leaves the swap cache", () => {
  const p = processOf("v5.14");
  write(p, 0);
  swapOut(p, 0);
  read(p, 0);
  const [page] = framesOf(p);
  p.env.map.count[page]++; // somebody looks
  write(p, 0);
  expect(framesOf(p)[0]).not.toBe(page);
  p.env.map.count[page]--;
  expect([slots(p, 1), recount(p)]).toEqual(["0x00", []]);
});

describe("swapoff and migration keep the mark", () => {
  test("swapoff: read-only and old, but the next write needs no copy and mprotect none to ask", () => {
    const p = swapped("v6.18");
    expect(run(sysSwapoff(p.env, p.mm, 0))).toBe(0);
    expect(show(p).ptes).toBe("rc' - - -");
    const [page] = framesOf(p);
    p.env.map.count[page]++; // somebody looks: it stays ours all the same
    expect(write(p, 0)).toBe("WRITE");
    expect(framesOf(p)).toEqual([page]);
  });

  const moved: readonly [KernelName, string][] = [
    ["el6", "Wc' rc'"],
    ["v6.18", "W r"],
  ];
  test.each(moved)("%s: migrated pages come back as %s", (kernel, ptes) => {
    const p = processOf(kernel);
    write(p, 1);
    const c = fork(p);
    write(p, 0);
    expect(run(migratePages(p.env, framesOf(p)))).toBe(0);
    expect(show(p).ptes).toBe(`${ptes} - -`);
    expect(at(p, 0)).toBe(p.vma.start);
    expect(recount(p, c)).toEqual([]);
  });
});
