/** SPEC §2.11: how many unmapped pages wait for one TLB flush. */
import { addMmRssNow } from "@forkpath/counters";
import { EventClass } from "@forkpath/events";
import { allocFrame } from "@forkpath/rmap";
import { run } from "@forkpath/test-world";
import { createProcess } from "@forkpath/test-world/process";
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
