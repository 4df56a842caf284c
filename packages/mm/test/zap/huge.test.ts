/** SPEC §2.13, zap_huge_pmd, and §8.3: unmapping huge pages, and the end of their process. */
import { recount, run, showRss, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { exitMmap, mmput, splitHugePage, zapPageRange } from "../../src/index.ts";

const GONE = { pmds: "-", rss: "(0,0,0)", tables: "0+0", heads: "" };
const zapAll = ({ env, vma }: Process) => zapPageRange(env, vma, vma.start, vma.end);

describe.each(BUILDS)("%s", (_, build) => {
  test("a whole huge page takes one lock hold; its table goes with it", () => {
    const p = createHugeProcess(2, build);
    write(p, 0, HUGE);
    const freeRows = p.env.tables.freeRows.length;
    run(zapPageRange(p.env, p.vma, at(p, 0), at(p, HUGE)));
    expect(show(p)).toEqual(drawn("- H", "(0,512,0)", "0+1", "1/1"));
    expect(p.env.tables.freeRows.length).toBe(freeRows + 1);
    expect(recount(p)).toEqual([]);
  });

  test("a shared one stays with the others", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    run(zapAll(p));
    expect([show(p), show(c).heads]).toEqual([GONE, "1/1"]);
    expect(recount(p, c)).toEqual([]);
  });

  test("a split that has begun is waited for, and its entries are zapped then", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    const split = stepper(p.env, "S", () => splitHugePage(p.env, headsOf(p)[0] as never));
    split.until("C.mm"); // P's pmd is marked
    const zap = stepper(p.env, "Z", () => zapAll(p));
    expect(zap.waitsFor()).toMatch(/anon_vma/);
    expect(show(p)).toMatchObject({ pmds: "Hr!", rss: "(0,512,0)", tables: "0+1" });
    expect(split.finish()).toBe(true);
    zap.finish();
    expect(show(p)).toEqual({ ...GONE, pmds: "[-*512]", tables: "1+0" });
    expect(show(c).pmds).toBe("[r'*512]");
    expect(recount(p, c)).toEqual([]);
  });

  test("a page that is split before its lock is taken is zapped by entries", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const zap = stepper(p.env, "Z", () => zapAll(p));
    zap.until("P.mm");
    expect(stepper(p.env, "S", () => splitHugePage(p.env, headsOf(p)[0] as never)).finish()).toBe(
      true,
    );
    zap.finish();
    expect(show(p)).toEqual({ ...GONE, pmds: "[-*512]", tables: "1+0" });
    expect(recount(p)).toEqual([]);
  });

  test("exit leaves neither tables nor pages, in a process half huge and half split (I13)", () => {
    const p = createHugeProcess(2, build);
    const inUse = p.env.map.framesInUse;
    write(p, 0, HUGE);
    run(splitHugePage(p.env, headsOf(p)[0] as never));
    expect(show(p)).toMatchObject({ pmds: "[W*512] H", tables: "1+1" });
    run(exitMmap(p.env, p.mm));
    expect(show(p)).toEqual({ ...GONE, pmds: "- -" });
    run(mmput(p.env, p.mm));
    expect([p.env.map.framesInUse, p.env.tables.liveTables]).toEqual([inUse, [0, 0, 0, 0]]);
  });
});

test("2 MiB without a table are work as well: the block of 8 pages is not one page longer", () => {
  const p = createHugeProcess(2, { thp: "never" });
  for (let page = HUGE; page < HUGE + 10; page++) write(p, page);
  const left: string[] = [];
  p.env.sync.spinNeedbreak = () => false;
  p.env.sync.needResched = () => left.push(showRss(p.mm)) < 0;
  run(zapAll(p));
  expect(left).toEqual(["(0,2,0)"]);
});
