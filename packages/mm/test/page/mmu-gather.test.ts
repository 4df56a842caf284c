/** SPEC §2.11: how many unmapped pages wait for one TLB flush. */
import { addMmRssNow } from "@forkpath/counters";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { allocFrame } from "@forkpath/rmap";
import { run } from "@forkpath/test-world";
import { createProcess } from "@forkpath/test-world/process";
import { unmapAll, write } from "@forkpath/test-world/process-calls";
import { setEntry } from "@forkpath/test-world/process-entries";
import { framesOf } from "@forkpath/test-world/process-looks";
import { draw } from "@forkpath/test-world/tables";
import { expect, test } from "vitest";
import { type Vma, zapPageRange } from "../../src/index.ts";
import { tlbGatherMmu, tlbRemovePage } from "../../src/page/mmu-gather.ts";

/** How many pages each flush lets go, in order, when so many anonymous pages are unmapped. */
function flushesOf(pages: number): number[] {
  const { env, src, vma } = draw(Array(pages).fill("W").join(" "));
  addMmRssNow(env.sync, src.counters, 0, pages, 0);
  const flushes: number[] = [];
  let pagesLeft = env.map.framesInUse;
  env.sync.sink = {
    wants: EventClass.MM,
    emit: ({ kind }) => {
      if (kind !== "flush_tlb") return;
      flushes.push(pagesLeft - env.map.framesInUse);
      pagesLeft = env.map.framesInUse;
    },
  };
  env.sync.traced = EventClass.MM;
  const area = { ...vma, mm: src, pgoff: 0 } as unknown as Vma;
  run(zapPageRange(env, area, vma.start, vma.end));
  flushes.push(pagesLeft - env.map.framesInUse);
  return flushes.slice(1); // a flush comes before its pages go
}

test.each([
  { pages: 505, flushes: [505] },
  { pages: 506, flushes: [506] },
  { pages: 507, flushes: [506, 1] },
  { pages: 1012, flushes: [506, 506] },
])("$pages anonymous pages go by $flushes: a gather holds 506", ({ pages, flushes }) => {
  expect(flushesOf(pages)).toEqual(flushes);
});

test("a page of one CPU's machine goes at once, on others it waits", () => {
  for (const [nrCpus, waiting] of [
    [1, 0],
    [2, 1],
  ] as const) {
    const { env, mm } = createProcess({ nrCpus });
    const gather = tlbGatherMmu(mm, false);
    tlbRemovePage(env, gather, allocFrame(env.map));
    expect(gather.nr).toBe(waiting);
  }
});

test("an unmap flushes for each page on one CPU, and once on others", () => {
  const flushes = (nrCpus: number): number => {
    const p = createProcess({ nrCpus });
    write(p, 0, 1, 2);
    let count = 0;
    const emit = ({ kind }: KernelEvent): void => {
      if (kind === "flush_tlb") count++;
    };
    attachSink(p.env.sync, { wants: EventClass.MM, emit });
    unmapAll(p);
    return count;
  };
  expect([flushes(1), flushes(2)]).toEqual([3, 1]);
});

test("the frame of an entry goes, and none whose number its low bits make (frame 0x5000)", () => {
  const p = createProcess({ memoryPages: 2 ** 15, pages: 2 });
  const { env } = p;
  const before = env.map.framesInUse;
  for (const [page, frame] of [256, 0x5000].entries()) {
    let filler = allocFrame(env.map);
    while (filler < frame - 1) filler = allocFrame(env.map);
    write(p, page);
  }
  expect(framesOf(p)).toEqual([256, 0x5000]);
  setEntry(p, 0, 0x10_0005n); // present, of user space, read-only, clean, old
  const fillers = env.map.framesInUse - before - 2;
  unmapAll(p);
  expect([env.map.framesInUse - before, env.badPtes]).toEqual([fillers, 0]);
});
