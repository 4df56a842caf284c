/** SPEC §2.13, do_huge_pmd_wp_page: a write to a huge page that is mapped read-only. */
import { rulesOf } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { PRIVATE_READ, recount, refsOf, run, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess } from "@forkpath/test-world/huge";
import { drawn, headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { fault, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, codeNames, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { getUserPages, handleMmFault, mmRules, splitHugePage } from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

const SHARED_PICTURE = { rss: "(0,512,0)", tables: "0+1", heads: "2/2" };

/** P with one huge page that its child C maps too. */
function shared(build: { readonly splitPtlocks: boolean }): [Process, Process] {
  const p = createHugeProcess(1, build);
  write(p, 0);
  const c = fork(p);
  p.env.sync.gate.count = 0;
  return [p, c];
}

describe.each(BUILDS)("a write to a shared huge page, %s", (_, build) => {
  test("copies all of it; nothing that is counted changes (B13)", () => {
    const [p, c] = shared(build);
    const [old] = headsOf(p);
    expect(fault(p, 9, true)).toBe("WRITE");
    expect(show(p)).toEqual(drawn("H", "(0,512,0)", "0+1", "1/1"));
    expect(show(c)).toEqual(drawn("Hr'", "(0,512,0)", "0+1", "1/1"));
    expect([headsOf(c)[0], headsOf(p)[0] === old]).toEqual([old, false]);
    expect(recount(p, c)).toEqual([]);
  });

  test("the other one's write then finds itself alone, and goes in place", () => {
    const [p, c] = shared(build);
    const [old] = headsOf(p);
    write(p, 0);
    expect(fault(c, 0, true)).toBe("WRITE");
    expect([show(c).pmds, headsOf(c)[0], p.env.sync.gate.count]).toEqual(["H", old, 1]);
    expect(recount(p, c)).toEqual([]);
  });

  test("a read needs no fault, and one that comes all the same changes nothing", () => {
    const [p, c] = shared(build);
    expect(fault(p, 0, false)).toBe("0");
    expect(show(p)).toEqual({ pmds: "Hr", ...SHARED_PICTURE });
    expect(recount(p, c)).toEqual([]);
  });

  test("without a huge page: 512 small ones, and the table laid by is hooked in", () => {
    const [p, c] = shared(build);
    failNth(p.env.sync.gate, 0);
    expect(fault(p, 9, true)).toBe("WRITE");
    expect(show(p)).toEqual(drawn("[W*512]", "(0,512,0)", "1+0"));
    expect(show(c)).toEqual(drawn("Hr'", "(0,512,0)", "0+1", "1/1"));
    expect(recount(p, c)).toEqual([]);
  });

  test.each([1, 2, 512])(
    "without the small ones either (request %i): split, and over again on its entries",
    (nth) => {
      const [p, c] = shared(build);
      const inUse = p.env.map.framesInUse;
      failNth(p.env.sync.gate, 0);
      failNth(p.env.sync.gate, nth);
      expect(fault(p, 9, true)).toBe("WRITE");
      expect(show(p)).toEqual(drawn("[r*9 W r*502]", "(0,512,0)", "1+0"));
      expect(show(c)).toEqual(drawn("[r'*512]", "(0,512,0)", "1+0"));
      expect(p.env.map.framesInUse).toBe(inUse + 1);
      expect(recount(p, c)).toEqual([]);
    },
  );

  test("out of memory for good: split, and no more", () => {
    const [p, c] = shared(build);
    for (const nth of [0, 1, 2]) failNth(p.env.sync.gate, nth);
    expect(fault(p, 9, true)).toBe("OOM");
    expect([show(p).pmds, show(c).pmds]).toEqual(["[r*512]", "[r'*512]"]);
    expect(recount(p, c)).toEqual([]);
  });
});

describe.each(BUILDS)("a write to a huge page of one's own, %s", (_, build) => {
  test("goes in place once the child is gone", () => {
    const [p, c] = shared(build);
    unmapAll(c);
    expect(fault(p, 0, true)).toBe("WRITE");
    expect(show(p)).toEqual(drawn("H", "(0,512,0)", "0+1", "1/1"));
    expect(p.env.sync.gate.count).toBe(0);
    expect(recount(p, c)).toEqual([]);
  });

  test("goes in place although somebody has pinned it: pins are not asked for (D13)", () => {
    const [p, c] = shared(build);
    unmapAll(c);
    const pins: never[] = [];
    run(getUserPages(p.env, p.mm, at(p, 7), 1, {}, pins));
    const [head] = headsOf(p);
    expect(refsOf(p, head)).toBe("2/1");
    expect(fault(p, 7, true)).toBe("WRITE");
    expect(headsOf(p)).toEqual([head]);
    dropPage(p.env, pins[0]);
    expect(recount(p, c)).toEqual([]);
  });

  test("and who pinned before the fork is left behind by the copy (D13)", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const pins: never[] = [];
    run(getUserPages(p.env, p.mm, at(p, 7), 1, { isWrite: true }, pins));
    const c = fork(p);
    write(p, 7);
    expect(pins[0] === headsOf(c)[0] + 7).toBe(true); // device and child, not P
    dropPage(p.env, pins[0]);
    expect(recount(p, c)).toEqual([]);
  });

  test("leaves it read-only where the area is", () => {
    const p = createHugeProcess(1, { ...build, flags: PRIVATE_READ });
    fault(p, 0, false);
    expect(show(p).pmds).toBe("Hr");
    expect(fault(p, 0, true)).toBe("WRITE"); // a forced write
    expect(show(p).pmds).toBe("Hr");
  });
});

describe.each(BUILDS)("races, %s", (_, build) => {
  const start = (p: Process, name: string, page = 0) =>
    stepper(p.env, name, () => handleMmFault(p.env, p.vma, at(p, page), true));

  test("who finds the pmd changed gives its copy back, and says nothing of a write", () => {
    const [p, c] = shared(build);
    const slow = start(p, "S");
    slow.until("alloc");
    slow.until("P.mm");
    expect(codeNames(start(p, "Q").finish())).toBe("WRITE");
    const inUse = p.env.map.framesInUse;
    expect(slow.finish()).toBe(0);
    expect(p.env.map.framesInUse).toBe(inUse - 512);
    expect(show(p)).toMatchObject({ pmds: "H", heads: "1/1" });
    expect(recount(p, c)).toEqual([]);
  });

  test("so does who has gathered small pages", () => {
    const [p, c] = shared(build);
    failNth(p.env.sync.gate, 0);
    const slow = start(p, "S");
    slow.until("alloc", 513);
    slow.until("P.mm");
    expect(codeNames(start(p, "Q").finish())).toBe("WRITE");
    expect(slow.finish()).toBe(0);
    expect(show(p)).toMatchObject({ pmds: "H", tables: "0+1", heads: "1/1" });
    expect(recount(p, c)).toEqual([]);
  });

  test("who finds the pmd split says nothing of a write, and leaves it to the next fault", () => {
    const [p, c] = shared(build);
    const slow = start(p, "S");
    slow.until("P.mm");
    const split = stepper(p.env, "Q", () => splitHugePage(p.env, headsOf(p)[0] as never));
    expect(split.finish()).toBe(true);
    expect(slow.finish()).toBe(0);
    expect(show(p).pmds).toBe("[r*512]");
    expect(recount(p, c)).toEqual([]);
  });

  test("who would replace the zeroes finds them replaced, and gives its page back", () => {
    const p = createHugeProcess(1, { ...build, rules: rulesOf(mmRules, "v6.18") });
    fault(p, 0, false);
    const slow = start(p, "S");
    slow.until("P.mm");
    expect(codeNames(start(p, "Q").finish())).toBe("WRITE");
    const inUse = p.env.map.framesInUse;
    expect(slow.finish()).toBe(0);
    expect(p.env.map.framesInUse).toBe(inUse - 512);
    expect(recount(p)).toEqual([]);
  });

  test("while it copies, the old page stays: the pin holds it", () => {
    const [p, c] = shared(build);
    const [old] = headsOf(p);
    const slow = start(p, "S");
    slow.until("alloc");
    expect(refsOf(p, old)).toBe("3/2");
    p.env.sync.interleaved = false;
    unmapAll(c);
    expect(refsOf(p, old)).toBe("2/1");
    p.env.sync.interleaved = true;
    expect(codeNames(slow.finish())).toBe("WRITE");
    expect(p.env.map.count[old]).toBe(0);
    expect(recount(p, c)).toEqual([]);
  });

  test("two that write at once, one on each side: one copies, one keeps the page", () => {
    const [p, c] = shared(build);
    const slow = start(p, "S");
    slow.until("P.mm");
    expect(codeNames(start(c, "Q").finish())).toBe("WRITE"); // copies
    expect(codeNames(slow.finish())).toBe("WRITE"); // finds itself alone
    expect([show(p), show(c)]).toMatchObject([
      { pmds: "H", heads: "1/1" },
      { pmds: "H", heads: "1/1" },
    ]);
    expect(recount(p, c)).toEqual([]);
  });
});
