/** SPEC §2.13, copy_huge_pmd, and §6.8/3: fork of huge pages. */
import { Errno } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { PRIVATE, recount, refsOf, run, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, pmdValue, show } from "@forkpath/test-world/huge-looks";
import { cloneEmpty, createProcess, fork } from "@forkpath/test-world/process";
import { read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { copyPageRange, splitHugePage, touch } from "../../src/index.ts";

describe.each(BUILDS)("fork of one huge page, %s", (_, build) => {
  test("shares it as a whole, read-only on both sides (B13)", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    expect(show(p)).toEqual(drawn("Hr", "(0,512,0)", "0+1", "2/2"));
    expect(show(c)).toEqual(drawn("Hr'", "(0,512,0)", "0+1", "2/2"));
    expect(headsOf(c)).toEqual(headsOf(p));
    expect([pmdValue(p), pmdValue(c)]).toEqual(["0x80000000002000e5", "0x80000000002000c5"]);
    expect(recount(p, c)).toEqual([]);
  });

  test("which the child can read without a fault, and becomes young by", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    expect(read(c, 300)).toBe("hit");
    expect(show(c).pmds).toBe("Hr");
  });

  test("is undone by the child's end, but for RW", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    unmapAll(c);
    expect(show(p)).toEqual(drawn("Hr", "(0,512,0)", "0+1", "1/1"));
    expect(show(c)).toEqual(drawn("-", "(0,0,0)", "0+0"));
    expect(recount(p, c)).toEqual([]);
  });

  test("of a grandchild too: whoever goes last frees the page", () => {
    const p = createHugeProcess(1, build);
    const inUse = p.env.map.framesInUse;
    write(p, 0);
    const c = fork(p);
    const g = fork(c, "G");
    expect(show(g)).toEqual(drawn("Hr'", "(0,512,0)", "0+1", "3/3"));
    for (const process of [p, c, g]) unmapAll(process);
    expect(p.env.map.framesInUse).toBe(inUse);
    expect(recount(p, c, g)).toEqual([]);
  });
});

test("huge and small pages side by side are each copied their way", () => {
  const p = createHugeProcess(3);
  write(p, 0);
  failNth(p.env.sync.gate, 0);
  write(p, HUGE + 2); // no huge page to be had
  const c = fork(p);
  expect(show(p)).toMatchObject({ pmds: "Hr [-*2 r -*509] -", tables: "1+1" });
  expect(show(c)).toEqual(drawn("Hr' [-*2 r' -*509] -", "(0,513,0)", "1+1", "2/2"));
  expect(recount(p, c)).toEqual([]);
});

describe.each(BUILDS)("fork without memory, %s", (_, build) => {
  // The child asks for pud, pmd, and for a table to lay by for each of two huge pages.
  test.each([
    [0, "- -", "H H"],
    [1, "- -", "H H"],
    [2, "- -", "H H"],
    [3, "Hr' -", "Hr H"],
  ])("refusal of request %i ends it; what is copied stays for the caller", (nth, child, parent) => {
    const p = createHugeProcess(2, build);
    write(p, 0, HUGE);
    const c = cloneEmpty(p);
    failNth(p.env.sync.gate, nth);
    expect(run(copyPageRange(p.env, c.mm, p.mm, p.vma))).toBe(-Errno.ENOMEM);
    expect([show(c).pmds, show(p).pmds]).toEqual([child, parent]);
    expect(recount(p, c)).toEqual([]);
    unmapAll(c);
    expect(show(p)).toMatchObject({ pmds: parent, heads: "1/1 1/1" });
    expect(recount(p, c)).toEqual([]);
  });
});

describe.each(BUILDS)("a split while fork copies, %s", (_, build) => {
  const splitOf = (p: Process) =>
    stepper(p.env, "S", () => splitHugePage(p.env, headsOf(p)[0] as never));
  const copyOf = (p: Process, c: Process) =>
    stepper(p.env, "F", () => copyPageRange(p.env, c.mm, p.mm, p.vma));

  test("that has begun is waited for; then the entries are copied (-EAGAIN)", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = cloneEmpty(p);
    const split = splitOf(p);
    split.until("P.mm", 2); // P's pmd is marked and let go; C's is looked at next
    split.until("C.mm");
    expect(show(p).pmds).toBe("H!");
    const copy = copyOf(p, c);
    expect(copy.waitsFor()).toMatch(/anon_vma/);
    expect(split.finish()).toBe(true);
    expect(copy.finish()).toBe(0);
    expect(show(p)).toEqual(drawn("[r*512]", "(0,512,0)", "1+0"));
    expect(show(c)).toEqual(drawn("[r'*512]", "(0,512,0)", "1+0"));
    expect(recount(p, c)).toEqual([]);
  });

  test("that begins while the copy waits for the parent's lock is noticed under it", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = cloneEmpty(p);
    const copy = copyOf(p, c);
    copy.until("P.mm"); // has seen a huge pmd, and locked its own side
    const tables = p.env.tables.liveTables[0];
    const split = splitOf(p);
    expect(split.waitsFor()).toBe("C.mm"); // P's is marked
    expect(copy.waitsFor()).toMatch(/anon_vma/);
    expect(p.env.tables.liveTables[0]).toBe(tables - 1); // its table is given back
    expect([split.finish(), copy.finish()]).toEqual([true, 0]);
    expect(recount(p, c)).toEqual([]);
  });

  test("that begins after the copy finds both pmds", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = cloneEmpty(p);
    expect(copyOf(p, c).finish()).toBe(0);
    expect(splitOf(p).finish()).toBe(true);
    expect([show(p).pmds, show(c).pmds]).toEqual(["[r*512]", "[r'*512]"]);
    expect(recount(p, c)).toEqual([]);
  });
});

test("a pinned part goes to the child as well: pins do not count as mappings (D13)", () => {
  const p = createHugeProcess(1);
  write(p, 0);
  const [head] = headsOf(p);
  p.env.map.count[head]++; // somebody's pin
  const c = fork(p);
  expect(refsOf(c, head)).toBe("3/2");
});

test("without huge pages a fork is what it was", () => {
  const p = createProcess({ pages: HUGE, flags: PRIVATE });
  run(touch(p.env, p.mm, at(p, 0), true));
  const c = fork(p);
  expect(show(c)).toEqual(drawn("[r' -*511]", "(0,1,0)", "1+0"));
});
