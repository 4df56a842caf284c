/** SPEC §2.14, move_huge_pmd: mremap of huge pages. */
import { Mremap, PAGE_SIZE } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { recount, run, START } from "@forkpath/test-world";
import { createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { drawn, headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { findVma, sysMremap } from "../../src/index.ts";

/** Moves pages [first, first + pages) of P's mapping to `to`; returns P as its new mapping. */
function moved(p: Process, first: number, pages: number, to: number): Process {
  const len = pages * PAGE_SIZE;
  const flags = Mremap.MAYMOVE | Mremap.FIXED;
  const request = { addr: at(p, first), oldLen: len, newLen: len, flags, newAddr: to };
  expect(run(sysMremap(p.env, p.mm, request))).toBe(to);
  const vma = findVma(p.mm, to);
  if (vma === undefined) throw new Error("nothing was mapped");
  return { ...p, vma };
}

const FAR = START + 64 * HUGE * PAGE_SIZE;

describe("mremap", () => {
  test("moves huge pages as a whole, when both ends are aligned", () => {
    const p = createHugeProcess(2);
    write(p, 0, HUGE);
    const heads = headsOf(p);
    const there = moved(p, 0, 2 * HUGE, FAR);
    expect(show(there)).toEqual(drawn("H H", "(0,1024,0)", "0+2", "1/1 1/1"));
    expect(headsOf(there)).toEqual(heads);
    expect(recount(p)).toEqual([]);
  });

  test("splits them when they do not fit at the new place", () => {
    const p = createHugeProcess(1);
    write(p, 0);
    const there = moved(p, 0, HUGE, FAR + PAGE_SIZE);
    expect(show(there)).toMatchObject({ pmds: "[- W*511] [W -*511]", heads: "" });
    expect(recount(p)).toEqual([]);
  });

  test("splits those at the ends of the range, and those that are inside move whole", () => {
    const p = createHugeProcess(3);
    write(p, 0, HUGE, 2 * HUGE);
    const there = moved(p, 100, 2 * HUGE, FAR + 100 * PAGE_SIZE);
    expect(show(there).pmds).toBe("[-*100 W*412] H [W*100 -*412]");
    expect(recount(p)).toEqual([]);
  });

  test("of shared ones, with small pages between them, keeps what is mapped to what", () => {
    const p = createHugeProcess(3);
    write(p, 0, 2 * HUGE);
    failNth(p.env.sync.gate, 0);
    write(p, HUGE + 9);
    const c = fork(p);
    const there = moved(p, 0, 3 * HUGE, FAR);
    expect(show(there).pmds).toBe("Hr [-*9 r -*502] Hr");
    expect(write(there, 0, HUGE + 9)).toBe("WRITE WRITE");
    expect(show(there).pmds).toBe("H [-*9 W -*502] Hr");
    expect(recount(p, c)).toEqual([]);
  });

  test("without memory for the target's tables leaves everything where it was", () => {
    const p = createHugeProcess(2);
    write(p, 0, HUGE);
    const far = 2 * START; // its own pud and pmd tables
    p.env.sync.gate.count = 0;
    const request = { addr: at(p, 0), oldLen: 2 * HUGE * PAGE_SIZE, newLen: 2 * HUGE * PAGE_SIZE };
    for (const nth of [3, 4, 5, 6]) p.env.sync.gate.refused.add(nth);
    const flags = Mremap.MAYMOVE | Mremap.FIXED;
    const status = run(sysMremap(p.env, p.mm, { ...request, flags, newAddr: far }));
    expect(status).toBeLessThan(0);
    const back: Process = { ...p, vma: findVma(p.mm, START) ?? p.vma };
    expect(show(back).rss).toBe("(0,1024,0)");
    expect(recount(p)).toEqual([]);
  });
});
