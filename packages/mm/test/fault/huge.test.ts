/** SPEC §2.13, do_huge_pmd_anonymous_page, and §9.2/3-5: when a fault brings 2 MiB. */
import { PAGE_SIZE, rulesOf, VmFlag, withVmFlag } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { addVma, PRIVATE, recount, run, START, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, pmdValue, show } from "@forkpath/test-world/huge-looks";
import { createFile } from "@forkpath/test-world/process";
import { fault, read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, codeNames, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault, mmRules, touchRange } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

const NOTHING = { pmds: "-", rss: "(0,0,0)", tables: "0+0", heads: "" };
const ONE_HUGE = { pmds: "H", rss: "(0,512,0)", tables: "0+1", heads: "1/1" };

describe.each(BUILDS)("a fault in 2 MiB that nobody has touched, %s", (_, build) => {
  test("maps a huge page, and lays a table by (§1.5 row 25)", () => {
    const p = createHugeProcess(1, build);
    expect(show(p)).toEqual(NOTHING);
    expect(write(p, 7)).toBe("0");
    expect(show(p)).toEqual(ONE_HUGE);
    expect(p.env.map.stats).toMatchObject({ nrAnonPages: 0, nrAnonTransparentHugepages: 1 });
    expect(recount(p)).toEqual([]);
  });

  test("its entry is that of Appendix A.1", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    expect([headsOf(p), pmdValue(p)]).toEqual([[0x200], "0x80000000002000e7"]);
  });

  test("which all 512 pages are used through, without one more fault", () => {
    const p = createHugeProcess(1, build);
    const faults = { minFlt: 0, majFlt: 0 };
    run(touchRange(p.env, p.mm, at(p, 0), HUGE, true, { ...NO_LIMITS, faults }));
    expect([faults.minFlt, show(p)]).toEqual([1, ONE_HUGE]);
  });

  test("a read of one byte costs 2 MiB as well (D21)", () => {
    const p = createHugeProcess(1, build);
    expect(read(p, 511)).toBe("0");
    expect(show(p)).toEqual(ONE_HUGE);
  });

  test("unmapping gives everything back", () => {
    const p = createHugeProcess(1, build);
    const inUse = p.env.map.framesInUse;
    write(p, 0);
    unmapAll(p);
    expect(show(p)).toEqual(NOTHING);
    expect([p.env.map.framesInUse, p.env.tables.liveTables[0]]).toEqual([inUse, 0]);
    expect(recount(p)).toEqual([]);
  });
});

describe("small pages instead", () => {
  const SMALL = { rss: "(0,1,0)", tables: "1+0", heads: "" };

  test("where the 2 MiB do not lie in the area as a whole", () => {
    const p = createHugeProcess(1, { pages: HUGE - 1 });
    write(p, 0);
    expect(show(p)).toEqual({ pmds: "[W -*511]", ...SMALL });
  });

  test("at the ragged ends of an area; in its middle, huge ones", () => {
    const p = createHugeProcess(1);
    const vma = addVma(p, START + (10 * HUGE - 5) * PAGE_SIZE, HUGE + 10, PRIVATE);
    const ragged: Process = { ...p, vma };
    write(ragged, 0, 5, HUGE + 5);
    expect(show(ragged)).toEqual(drawn("[-*507 W -*4] H [W -*511]", "(0,514,0)", "2+1", "1/1"));
    expect(recount(ragged)).toEqual([]);
  });

  test("once a table is there, for good", () => {
    const p = createHugeProcess(1);
    failNth(p.env.sync.gate, 4); // anon_vma and its link, pud, pmd, then the huge page
    write(p, 0);
    write(p, 1);
    expect(show(p)).toEqual(drawn("[W*2 -*510]", "(0,2,0)", "1+0"));
  });

  test("when fewer than 512 aligned frames are free", () => {
    const p = createHugeProcess(2, { memoryPages: 1535 });
    write(p, 0, HUGE);
    expect(show(p)).toEqual(drawn("H [W -*511]", "(0,513,0)", "1+1", "1/1"));
    expect(recount(p)).toEqual([]);
  });

  test("of a file, private or not", () => {
    const p = createHugeProcess(1, { file: createFile({ sizePages: HUGE }) });
    write(p, 0);
    expect(show(p)).toEqual({ pmds: "[W -*511]", ...SMALL });
  });

  test("on a machine that makes no huge pages, which is the default", () => {
    const p = createHugeProcess(1, { thp: "never" });
    write(p, 0);
    expect(show(p)).toEqual({ pmds: "[W -*511]", ...SMALL });
  });

  test.each([
    ["always", 0, "H"],
    ["always", VmFlag.NOHUGEPAGE, "[W -*511]"],
    ["madvise", 0, "[W -*511]"],
    ["madvise", VmFlag.HUGEPAGE, "H"],
    ["never", VmFlag.HUGEPAGE, "[W -*511]"],
  ] as const)("as the machine and the area say: %s, flag 0x%x", (thp, flag, pmds) => {
    const p = createHugeProcess(1, { thp, flags: withVmFlag(PRIVATE, flag) });
    write(p, 0);
    expect(show(p).pmds).toBe(pmds);
  });

  test("on the stack that exec is still building", () => {
    const temporary = VmFlag.SEQ_READ | VmFlag.RAND_READ | VmFlag.GROWSDOWN;
    const p = createHugeProcess(1, { flags: PRIVATE | temporary });
    write(p, 1);
    expect(show(p).pmds).toBe("[- W -*510]");
  });
});

test("a huge page at the low end of a stack leaves no guard page (D40)", () => {
  const p = createHugeProcess(1, { flags: PRIVATE | VmFlag.GROWSDOWN });
  const { start } = p.vma;
  addVma(p, start - PAGE_SIZE, 1, PRIVATE); // with small pages, a fault here would be SIGBUS
  expect(write(p, 0)).toBe("0");
  expect([show(p), p.vma.start]).toEqual([ONE_HUGE, start]);
});

test("a locked area's huge page is marked as one page", () => {
  const p = createHugeProcess(1, { flags: PRIVATE | VmFlag.LOCKED });
  write(p, 0);
  const { MLOCKED, UNEVICTABLE } = PageFlag;
  const marks = MLOCKED | UNEVICTABLE;
  expect(p.env.map.flags[headsOf(p)[0]] & marks).toBe(marks);
});

describe.each(BUILDS)("without memory, %s", (_, build) => {
  // pud, pmd, anon_vma_chain, anon_vma, huge page, deposited table: as the fault asks for them.
  test.each([
    [0, "OOM", NOTHING],
    [1, "OOM", NOTHING],
    [2, "OOM", NOTHING],
    [3, "OOM", NOTHING],
    [4, "0", { pmds: "[W -*511]", rss: "(0,1,0)", tables: "1+0", heads: "" }],
    [5, "OOM", NOTHING],
  ])("refusal of request %i answers %s", (nth, answer, picture) => {
    const p = createHugeProcess(1, build);
    failNth(p.env.sync.gate, nth);
    expect(fault(p, 0, true)).toBe(answer);
    expect(show(p)).toEqual(picture);
    expect(p.env.sync.gate.refused.size).toBe(0);
    expect(recount(p)).toEqual([]);
    if (answer === "0") return;
    expect(write(p, 0)).toBe("0");
    expect(show(p)).toEqual(ONE_HUGE);
  });
});

test("with neither a huge page nor a table there is no page at all", () => {
  const p = createHugeProcess(1);
  for (const nth of [4, 5]) failNth(p.env.sync.gate, nth);
  expect(fault(p, 0, true)).toBe("OOM");
  expect(show(p)).toEqual(NOTHING);
  expect(recount(p)).toEqual([]);
});

test("two that read at once on 6.18 map the huge page of zeroes once", () => {
  const p = createHugeProcess(1, { rules: rulesOf(mmRules, "v6.18") });
  write(p, 0);
  unmapAll(p);
  const start = (name: string) =>
    stepper(p.env, name, () => handleMmFault(p.env, p.vma, at(p, 0), false));
  const slow = start("S");
  slow.until("P.mm");
  expect(start("Q").finish()).toBe(0);
  const before = show(p);
  expect(slow.finish()).toBe(0);
  expect(show(p)).toEqual(before);
  expect(recount(p)).toEqual([]);
});

describe.each(BUILDS)("two threads that fault at once, %s", (_, build) => {
  const start = (p: Process, name: string) =>
    stepper(p.env, name, () => handleMmFault(p.env, p.vma, at(p, 0), true));

  test.each([
    ["map one huge page; the loser gives page and table back", "nobody", ONE_HUGE],
    // S gets no huge page, so goes for a table.
    ["a fault on small pages finds the other's huge page, and is over (§9.2/5)", "S", ONE_HUGE],
    [
      "a huge fault finds the other's table, and its page by the next fault",
      "Q",
      drawn("[W -*511]", "(0,1,0)", "1+0"),
    ],
  ])("%s", (_title, refused, picture) => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    unmapAll(p); // tables above the pmd, and an anon_vma
    if (refused === "S") failNth(p.env.sync.gate, 0);
    const slow = start(p, "S");
    slow.until("P.mm"); // has what it asked for, and not the lock
    if (refused === "Q") failNth(p.env.sync.gate, 0);
    expect(codeNames(start(p, "Q").finish())).toBe("0");
    expect(slow.finish()).toBe(0);
    expect(show(p)).toEqual(picture);
    expect(recount(p)).toEqual([]);
  });
});

test("a huge page that is writable, or read, needs nothing more", () => {
  const p = createHugeProcess(1);
  write(p, 0);
  expect([fault(p, 0, true), fault(p, 3, false)]).toEqual(["0", "0"]);
  expect(show(p)).toEqual(ONE_HUGE);
});
