/** What a use does to a page's flags, at once and through the batches of later kernels. */
import { type KernelName, type Pfn, rulesOf } from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { PageFlag } from "@forkpath/rmap";
import { createHugeProcess } from "@forkpath/test-world/huge";
import { headsOf } from "@forkpath/test-world/huge-looks";
import { createProcess } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { framesOf, type Process } from "@forkpath/test-world/process-looks";
import { expect, test } from "vitest";
import { mmRules } from "../../src/index.ts";
import { lruAddDrainAll, markPageAccessed, setPageDirty } from "../../src/internal.ts";

const { ACTIVE, REFERENCED } = PageFlag;
const MODERN = {
  rules: rulesOf(mmRules, "v6.18"),
  counterRules: rulesOf(counterRules, "v6.18"),
};

/** The flags of use that a page has after each of three uses. */
function usesOf(p: Process): number[] {
  const [page] = framesOf(p);
  lruAddDrainAll(p.env);
  p.env.map.flags[page] &= ~(ACTIVE | REFERENCED);
  return [1, 2, 3].map(() => {
    markPageAccessed(p.env, page);
    lruAddDrainAll(p.env);
    return p.env.map.flags[page] & (ACTIVE | REFERENCED);
  });
}

test.each([
  ["el6", {}],
  ["6.18", MODERN],
])(
  "%s: the first use marks a page, the second makes it active, the third marks it again",
  (_, options) => {
    const p = createProcess(options);
    write(p, 0);
    expect(usesOf(p)).toEqual([REFERENCED, ACTIVE, ACTIVE | REFERENCED]);
  },
);

test("a use of one page of a large folio is a use of its head", () => {
  const p = createHugeProcess(1, MODERN);
  write(p, 0);
  const [head] = headsOf(p);
  const { flags } = p.env.map;
  const tail = (head + 511) as Pfn;
  for (const page of [head, tail]) flags[page] &= ~(ACTIVE | REFERENCED);
  markPageAccessed(p.env, tail);
  expect([flags[head], flags[tail]].map((bits) => bits & REFERENCED)).toEqual([REFERENCED, 0]);
});

test("a listener hears of dirt and of use, if it wants to hear of pages", () => {
  const p = createProcess();
  write(p, 0);
  const [page] = framesOf(p);
  const heard = (wants: number): unknown[] => {
    const events: KernelEvent[] = [];
    attachSink(p.env.sync, { wants, emit: (event) => void events.push(event) });
    setPageDirty(p.env, page);
    markPageAccessed(p.env, page);
    attachSink(p.env.sync, null);
    return events.map((event) => (event.kind === "page" ? event.what : event.kind));
  };
  expect(heard(EventClass.PAGE)).toEqual(["dirtied", "accessed"]);
  expect(heard(EventClass.MM)).toEqual([]);
});

test("a batch has room for 15 pages from v5.10 on, for 31 from v6.12 on (L15/3, L14/7)", () => {
  const roomOf = (kernel: KernelName): number => rulesOf(mmRules, kernel).lruBatch;
  expect((["el6", "v5.10", "v6.1", "v6.12"] as const).map(roomOf)).toEqual([0, 15, 15, 31]);
});
