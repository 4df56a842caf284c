/**
 * Random histories of processes with huge pages, and random schedules of paths that meet at one:
 * whatever happens, counters, references, tables laid by and graph add up (SPEC §0.6 I1 to I8).
 */
import { Madvise, Mremap, PAGE_SIZE, type Pfn, Prot, virtAddr } from "@forkpath/abi";
import { failNth, type KernelThread, type Mismatch } from "@forkpath/sync";
import { recount, run, runInterleaved } from "@forkpath/test-world";
import { createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { read, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ACCESS_ERROR,
  getUserPages,
  migratePages,
  reclaimPages,
  splitHugePage,
  sysMadvise,
  sysMprotect,
  sysMremap,
  sysMunmap,
  touch,
  VmFault,
  zapPageRange,
} from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

const BLOCKS = 3;
const FAMILY_MAX = 4;

/** What happens to `pages` pages from `page` on of somebody's mapping. */
interface Step {
  readonly kind: "read" | "write" | "pin" | "dontneed" | "reclaim" | "migrate" | "fork" | "exit";
  readonly who: number;
  readonly page: number;
  readonly pages: number;
  /** The n-th request for memory from here on is refused; none, if negative. */
  readonly refuse: number;
}

/** Borders of huge pages, and what lies beside them, more often than the rest. */
const anyPage = fc.oneof(
  fc.nat(BLOCKS - 1).map((block) => block * HUGE),
  fc.nat(BLOCKS * HUGE - 1),
);
const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    ...(["read", "write", "write", "pin", "dontneed", "reclaim", "migrate", "fork"] as const),
    "exit" as const,
  ),
  who: fc.nat(FAMILY_MAX - 1),
  page: anyPage,
  pages: fc.oneof(fc.constant(HUGE), fc.integer({ min: 1, max: 20 })),
  refuse: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat(5)),
});

interface History {
  readonly family: Process[];
  readonly pins: Pfn[];
}

function take({ family, pins }: History, step: Step): void {
  const process = family[step.who % family.length];
  const { env, mm, vma } = process;
  const [start, end] = [at(process, step.page), at(process, step.page + step.pages)];
  switch (step.kind) {
    case "read":
      read(process, step.page);
      return;
    case "write":
      write(process, step.page);
      return;
    case "pin":
      if (pins.length > 3) for (const pin of pins.splice(0)) dropPage(env, pin);
      else run(getUserPages(env, mm, start, 1, { isWrite: true }, pins));
      return;
    case "dontneed":
      run(zapPageRange(env, vma, start, virtAddr(Math.min(end, vma.end))));
      return;
    case "reclaim":
      run(reclaimPages(env, mm, { start, end: start + 2 * PAGE_SIZE }));
      return;
    case "migrate":
      run(migratePages(env, headsOf(process).slice(0, 1) as Pfn[]));
      return;
    case "fork":
      if (family.length < FAMILY_MAX) family.push(fork(process, `C${family.length}`));
      return;
    default:
      run(zapPageRange(env, vma, vma.start, vma.end));
  }
}

/** `recount` knows of no pins: it sees the machine without them. */
function recountUnpinned({ family, pins }: History): readonly Mismatch[] {
  const { env } = family[0];
  for (const pin of pins.splice(0)) dropPage(env, pin);
  return recount(...family);
}

test("whatever a family does with huge pages, every count can be recounted", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 25 }), fc.boolean(), (steps, splitPtlocks) => {
      const p = createHugeProcess(BLOCKS, { splitPtlocks, memoryPages: 512 * 9 });
      const history: History = { family: [p], pins: [] };
      for (const step of steps) {
        if (step.refuse >= 0 && step.kind !== "fork") failNth(p.env.sync.gate, step.refuse);
        take(history, step);
        p.env.sync.gate.refused.clear();
        if (history.pins.length === 0) expect(recount(...history.family)).toEqual([]);
      }
      expect(recountUnpinned(history)).toEqual([]);
      for (const { env, vma } of history.family) {
        run(zapPageRange(env, vma, vma.start, vma.end));
      }
      expect(history.family.map((process) => show(process).rss)).toEqual(
        history.family.map(() => "(0,0,0)"),
      );
      expect(recount(...history.family)).toEqual([]);
    }),
    { seed: 2026_13, numRuns: 60 },
  );
});

test("calls on ranges leave each huge page in one area, and the rest adds up", () => {
  const anyCall = fc.record({
    call: fc.constantFrom("munmap", "mprotect", "mremap", "dontneed", "write"),
    page: anyPage,
    pages: fc.oneof(fc.constant(HUGE), fc.integer({ min: 1, max: 2 * HUGE })),
    to: anyPage,
    prot: fc.constantFrom(Prot.READ, Prot.READ | Prot.WRITE, Prot.NONE),
  });
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 15 }), fc.boolean(), (calls, splitPtlocks) => {
      const p = createHugeProcess(BLOCKS, { splitPtlocks });
      const { env, mm } = p;
      write(p, 0, HUGE, 2 * HUGE);
      const base = p.vma.start;
      for (const { call, page, pages, to, prot } of calls) {
        const [addr, len] = [base + page * PAGE_SIZE, pages * PAGE_SIZE];
        const flags = Mremap.MAYMOVE | Mremap.FIXED;
        const newAddr = base + (to + 4 * BLOCKS * HUGE) * PAGE_SIZE;
        if (call === "munmap") run(sysMunmap(env, mm, addr, len));
        if (call === "mprotect") run(sysMprotect(env, mm, addr, len, prot));
        if (call === "dontneed") run(sysMadvise(env, mm, addr, len, Madvise.DONTNEED));
        if (call === "mremap") {
          run(sysMremap(env, mm, { addr, oldLen: len, newLen: len, flags, newAddr }));
        }
        if (call === "write") run(touch(env, mm, addr, true));
        expect(recount(p)).toEqual([]);
      }
    }),
    { seed: 2026_14, numRuns: 60 },
  );
});

/** What one thread does to a huge page that P and its child C share. */
type Job = "read" | "write" | "pin" | "dontneed" | "zap-part" | "split" | "reclaim";

function* body(process: Process, job: Job, head: Pfn): KernelThread<number> {
  const { env, mm, vma } = process;
  switch (job) {
    case "pin": {
      const pins: Pfn[] = [];
      yield* getUserPages(env, mm, at(process, 1), 1, { isWrite: true }, pins);
      for (const pin of pins) dropPage(env, pin);
      return 0;
    }
    case "dontneed":
      yield* zapPageRange(env, vma, vma.start, vma.end);
      return 0;
    case "zap-part":
      yield* zapPageRange(env, vma, at(process, 5), at(process, 6));
      return 0;
    case "split":
      yield* splitPinned(process, head);
      return 0;
    case "reclaim":
      yield* reclaimPages(env, mm, { start: at(process, 2), end: at(process, 4) });
      return 0;
    default:
      return yield* touch(env, mm, at(process, 1), job === "write");
  }
}

/** Somebody who had pinned the page before. */
function* splitPinned({ env }: Process, head: Pfn): KernelThread<void> {
  yield* splitHugePage(env, head);
  dropPage(env, head);
}

test("in any order of steps, whoever meets at a huge page ends well, and nothing is lost", () => {
  const anyJob = fc.record({
    job: fc.constantFrom<Job>("read", "write", "pin", "dontneed", "zap-part", "split", "reclaim"),
    who: fc.nat(1),
  });
  const shape = fc.record({
    splitPtlocks: fc.boolean(),
    refuse: fc.boolean(),
    jobs: fc.array(anyJob, { minLength: 2, maxLength: 3 }),
    schedule: fc.infiniteStream(fc.nat(5)),
  });
  fc.assert(
    fc.property(shape, ({ splitPtlocks, refuse, jobs, schedule }) => {
      const p = createHugeProcess(1, { splitPtlocks });
      write(p, 0);
      const family = [p, fork(p)];
      const head = headsOf(p)[0] as Pfn;
      p.env.map.count[head] += jobs.filter(({ job }) => job === "split").length;
      // The first that wants a huge page goes without; if it wants a small one, it is out of
      // memory.
      if (refuse) failNth(p.env.sync.gate, 0);
      const errors = refuse ? ACCESS_ERROR & ~VmFault.OOM : ACCESS_ERROR;
      const bodies = jobs.map(({ job, who }) => body(family[who], job, head));
      const codes = runInterleaved(p.env, bodies, schedule);
      expect(codes.filter((code) => code & errors)).toEqual([]);
      expect(recount(...family)).toEqual([]);
    }),
    { seed: 2026_15, numRuns: 150 },
  );
});
