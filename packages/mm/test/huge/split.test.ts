/** SPEC §2.13, "Split" and "Deposit list": how a huge page becomes 512, and who asks for it. */
import { Errno, Madvise, PAGE_SIZE, type Pfn, Prot } from "@forkpath/abi";
import { allocHugeFrame, PageFlag } from "@forkpath/rmap";
import { InvariantError } from "@forkpath/sync";
import { recount, refsOf, run, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, pmdValue, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { fault, read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import {
  checkMm,
  getUserPages,
  memoryFailure,
  migratePages,
  reclaimPages,
  splitHugePage,
  sysMadvise,
  sysMlock,
  sysMprotect,
  sysMunlock,
  sysMunmap,
  zapPageRange,
} from "../../src/index.ts";
import { dropPage, findHugePmd, splitHugePagePmd } from "../../src/internal.ts";

/** P with `blocks` huge pages, all written to. */
function written(blocks = 1, build = {}): Process {
  const p = createHugeProcess(blocks, build);
  for (let block = 0; block < blocks; block++) write(p, block * HUGE);
  return p;
}

const split = (p: Process, pfn: number): boolean => run(splitHugePage(p.env, pfn as Pfn));
/** Part of the mapping, in pages, as start and length in bytes. */
const part = (p: Process, first: number, pages: number): [number, number] => [
  at(p, first),
  pages * PAGE_SIZE,
];
const SPLIT = { pmds: "[W*512]", rss: "(0,512,0)", tables: "1+0", heads: "" };

describe.each(BUILDS)("a split, %s", (_, build) => {
  test("hooks the table in that was laid by; nothing that is counted changes", () => {
    const p = written(1, build);
    const [head] = headsOf(p);
    const asked = p.env.sync.gate.count;
    expect(split(p, head)).toBe(true);
    expect(show(p)).toEqual(SPLIT);
    expect([p.env.sync.gate.count, refsOf(p, head), refsOf(p, head + 511)]).toEqual([
      asked,
      "1/1",
      "1/1",
    ]);
    expect(recount(p)).toEqual([]);
  });

  test("happens wherever the page is mapped; each side's entries are as its pmd was", () => {
    const p = written(1, build);
    const c = fork(p);
    const g = fork(c, "G");
    read(g, 0);
    split(p, headsOf(p)[0] + 77); // any part of it will do
    expect([p, c, g].map(show)).toEqual([
      { ...SPLIT, pmds: "[r*512]" },
      { ...SPLIT, pmds: "[r'*512]" },
      { ...SPLIT, pmds: "[r*512]" },
    ]);
    expect(recount(p, c, g)).toEqual([]);
  });

  test("leaves each pin with the part that was pinned", () => {
    const p = written(1, build);
    const pins: Pfn[] = [];
    run(getUserPages(p.env, p.mm, at(p, 3), 2, {}, pins));
    const [head] = headsOf(p);
    expect([refsOf(p, head), refsOf(p, head + 3), refsOf(p, head + 5)]).toEqual([
      "3/1",
      "0/1", // a tail's mapcount is its pins
      "0/0",
    ]);
    split(p, head);
    expect([refsOf(p, head), refsOf(p, head + 3), refsOf(p, head + 5)]).toEqual([
      "1/1",
      "2/1",
      "1/1",
    ]);
    for (const pin of pins) dropPage(p.env, pin);
    expect(recount(p)).toEqual([]);
  });

  test("marks the pmd before it touches the frames, and a fault leaves it alone meanwhile", () => {
    const p = written(1, build);
    const c = fork(p);
    const [head] = headsOf(p);
    const slow = stepper(p.env, "S", () => splitHugePage(p.env, head as Pfn));
    slow.until("C.mm");
    expect(pmdValue(p)).toBe("0x80000000002002e5");
    p.env.sync.interleaved = false;
    expect(fault(p, 0, true)).toBe("0");
    expect(read(p, 0)).toBe("hit");
    p.env.sync.interleaved = true;
    expect(slow.finish()).toBe(true);
    expect(recount(p, c)).toEqual([]);
  });

  test("that somebody else has done is found done", () => {
    const p = written(1, build);
    const [head] = headsOf(p);
    const [one, two] = ["A", "B"].map((name) =>
      stepper(p.env, name, () => splitHugePage(p.env, head as Pfn)),
    );
    one.until("P.mm");
    expect(two.waitsFor()).toMatch(/anon_vma/);
    expect([one.finish(), two.finish()]).toEqual([true, true]);
    expect(show(p)).toEqual(SPLIT);
  });

  test("of a page that nobody maps is refused", () => {
    const p = written(1, build);
    const page = allocHugeFrame(p.env.map);
    expect(split(p, page)).toBe(false);
    dropPage(p.env, page);
  });

  test("that does not find every mapping is a broken rule: BUG_ON", () => {
    const p = written(1, build);
    p.env.map.mapcount[headsOf(p)[0]]++;
    expect(() => split(p, headsOf(p)[0])).toThrow(InvariantError);
  });
});

test("a pmd that is not huge any more needs no split", () => {
  const p = written();
  const pmd = findHugePmd(p.env, p.mm, at(p, 0));
  run(splitHugePagePmd(p.env, p.mm, pmd));
  run(splitHugePagePmd(p.env, p.mm, pmd));
  expect(show(p)).toEqual(SPLIT);
});

describe("tables laid by", () => {
  test("A, B and C are withdrawn as C, A, B", () => {
    const p = written(3);
    const [a, b, c] = p.mm.pmdHugePte;
    const left: (readonly number[])[] = [];
    for (let block = 0; block < 3; block++) {
      run(zapPageRange(p.env, p.vma, at(p, block * HUGE), at(p, block * HUGE + HUGE)));
      left.push([...p.mm.pmdHugePte]);
    }
    expect([a, b, c].every((row) => row > 0)).toBe(true);
    expect(left).toEqual([[b, a], [b], []]);
  });

  test("are as many as huge pmds (I8): the recount sees a lost one, and so does the zap", () => {
    const p = written();
    p.mm.pmdHugePte.pop();
    expect(checkMm(p.env, p.mm)).toEqual([
      { rule: "I8", owner: "P", field: "deposits", kept: 0, counted: 1 },
    ]);
    expect(() => unmapAll(p)).toThrow("huge-pmd-deposit");
  });
});

describe("unmapping a part", () => {
  test("splits the huge page, and zaps entries (§8.3)", () => {
    const p = written(2);
    run(zapPageRange(p.env, p.vma, at(p, 500), at(p, 524)));
    expect(show(p)).toEqual(drawn("[W*500 -*12] [-*12 W*500]", "(0,1000,0)", "2+0"));
    expect(recount(p)).toEqual([]);
  });

  test("MADV_DONTNEED spares the huge pages around the range", () => {
    const p = written(3);
    run(sysMadvise(p.env, p.mm, ...part(p, 100, HUGE), Madvise.DONTNEED));
    expect(show(p)).toEqual(drawn("[W*100 -*412] [-*100 W*412] H", "(0,1024,0)", "2+1", "1/1"));
    expect(recount(p)).toEqual([]);
  });

  test("munmap cuts the area first: the page at the border is split, those inside go whole", () => {
    const p = written(3);
    const c = fork(p);
    expect(run(sysMunmap(p.env, p.mm, ...part(p, 100, 2 * HUGE)))).toBe(0);
    expect(show(c).pmds).toBe("[r'*512] Hr' [r'*512]");
    expect(p.mm.vmas.map(({ start, end }) => (end - start) / PAGE_SIZE)).toEqual([100, 412]);
    expect(recount(p, c)).toEqual([]);
  });

  test("aligned, it splits nothing", () => {
    const p = written(3);
    expect(run(sysMunmap(p.env, p.mm, ...part(p, HUGE, HUGE)))).toBe(0);
    expect([p.mm.nrPtes, p.mm.pmdHugePte.length]).toEqual([2, 2]);
    expect(recount(p)).toEqual([]);
  });
});

describe("calls that treat pages one by one", () => {
  test("mprotect", () => {
    const p = written(3);
    expect(run(sysMprotect(p.env, p.mm, ...part(p, 100, HUGE), Prot.READ))).toBe(0);
    const whole = { ...p, vma: { ...p.vma, start: p.mm.vmas[0].start, end: p.mm.vmas[2].end } };
    expect(show(whole)).toMatchObject({ pmds: "[W*100 r*412] [r*100 W*412] H", tables: "2+1" });
    expect(recount(p)).toEqual([]);
  });

  test("mlock keeps huge pages, munlock looks at each page", () => {
    const p = written(2);
    expect(run(sysMlock(p.env, p.mm, ...part(p, 0, 2 * HUGE)))).toBe(0);
    expect(show(p).pmds).toBe("H H");
    expect(run(sysMunlock(p.env, p.mm, ...part(p, 0, 2 * HUGE)))).toBe(0);
    expect(show(p).pmds).toBe("[W*512] [W*512]");
    expect(recount(p)).toEqual([]);
  });

  test("mlock of what is not there yet brings huge pages, marked as locked", () => {
    const p = createHugeProcess(1);
    expect(run(sysMlock(p.env, p.mm, ...part(p, 0, HUGE)))).toBe(0);
    expect([show(p).pmds, p.mm.lockedVm]).toEqual(["H", HUGE]);
    const isMarked = (): number => p.env.map.flags[headsOf(p)[0]] & PageFlag.MLOCKED;
    expect(isMarked()).toBe(PageFlag.MLOCKED);
    run(sysMunlock(p.env, p.mm, ...part(p, 0, HUGE)));
    expect(p.env.map.flags.some((flags) => flags & PageFlag.MLOCKED)).toBe(false);
    expect(recount(p)).toEqual([]);
  });

  test("reclaim: the page is split, and its parts are swapped out (§3.6/1)", () => {
    const p = written();
    const counts = run(reclaimPages(p.env, p.mm, { count: 2 }));
    expect(counts).toEqual({ freed: 2, kept: 0, activated: 0, mlocked: 0 });
    expect(show(p)).toEqual(drawn("[s*2 W*510]", "(0,510,2)", "1+0"));
    expect(recount(p)).toEqual([]);
  });

  test("reclaim of a part takes that part alone", () => {
    const p = written();
    const c = fork(p);
    const counts = run(reclaimPages(p.env, p.mm, { start: at(p, 5), end: at(p, 8) }));
    expect(counts).toEqual({ freed: 3, kept: 0, activated: 0, mlocked: 0 });
    expect(show(p).pmds).toBe("[r*5 s*3 r*504]");
    expect(show(c).pmds).toBe("[r'*5 s*3 r'*504]");
    expect(recount(p, c)).toEqual([]);
  });

  test("migration moves parts", () => {
    const p = written();
    const [head] = headsOf(p);
    expect(run(migratePages(p.env, [(head + 5) as Pfn]))).toBe(0);
    expect(show(p)).toEqual({ ...SPLIT, pmds: "[W*5 Wc' W*506]" }); // §4.8: clean and old
    expect(p.env.map.count[head + 5]).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("memory failure takes one part away", () => {
    const p = written();
    const [head] = headsOf(p);
    expect(run(memoryFailure(p.env, (head + 5) as Pfn))).toBe(0);
    expect(show(p)).toMatchObject({ pmds: "[W*5 h W*506]", rss: "(0,511,0)" });
  });

  test("memory failure leaves a huge page alone that nobody maps", () => {
    const p = written();
    const page = allocHugeFrame(p.env.map);
    expect(run(memoryFailure(p.env, (page + 5) as Pfn))).toBe(-Errno.EBUSY);
    expect(refsOf(p, page)).toBe("1/0");
  });
});
