/**
 * Random histories with collapses in them, and random schedules of a collapse against what else
 * meets at its pages: every count adds up (SPEC §0.6 I1 to I8), but for the one that D2 spoils.
 */
import { Errno, Madvise, PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { downRead, failNth, type KernelThread, upRead } from "@forkpath/sync";
import { frameAt, recount, recountMachine, run, runInterleaved } from "@forkpath/test-world";
import { createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ACCESS_ERROR,
  collapseHugePage,
  getUserPages,
  migratePages,
  reclaimPages,
  splitHugePage,
  sysMadvise,
  touch,
  zapPageRange,
} from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

const FAMILY_MAX = 3;
const COLLAPSE_CODES = [0, -Errno.EAGAIN, -Errno.EINVAL, -Errno.ENOMEM];

/** P with 2 MiB of small pages, of which `pages` are there, and one page behind them. */
function createSmallProcess(pages: readonly number[], splitPtlocks: boolean): Process {
  const p = createHugeProcess(2, { thp: "madvise", splitPtlocks, memoryPages: 512 * 8 });
  write(p, ...pages, HUGE);
  run(sysMadvise(p.env, p.mm, p.vma.start, 2 * HUGE * PAGE_SIZE, Madvise.HUGEPAGE));
  return p;
}

const KINDS = ["collapse", "write", "fill", "dontneed", "reclaim", "split", "fork", "pin"] as const;
interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly page: number;
  /** Refuse the n-th request for memory from here on; none, if negative. */
  readonly refuse: number;
}

const anyPage = fc.constantFrom(0, 1, 2, 100, HUGE - 1);
const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("collapse" as const, "collapse" as const, ...KINDS),
  who: fc.nat(FAMILY_MAX - 1),
  page: anyPage,
  refuse: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat(3)),
});

function take(family: Process[], pins: Pfn[], { kind, who, page }: Step): void {
  const process = family[who % family.length];
  const { env, mm } = process;
  const [start, end] = [at(process, page), at(process, page + 1)];
  switch (kind) {
    case "collapse": {
      const before = show(process);
      const status = run(collapseHugePage(env, mm, start));
      expect(COLLAPSE_CODES).toContain(status);
      expect(show(process)).toEqual(
        status === 0
          ? { ...before, pmds: before.pmds.replace(/^\[.*?\]/, "H"), ...restOf(process) }
          : before,
      );
      return;
    }
    case "write":
      write(process, page);
      return;
    case "fill":
      for (let one = 0; one < HUGE; one += 3) write(process, one);
      return;
    case "dontneed":
      run(zapPageRange(env, process.vma, start, virtAddr(end)));
      return;
    case "reclaim":
      run(reclaimPages(env, mm, { start, end }));
      return;
    case "split":
      for (const head of headsOf(process)) run(splitHugePage(env, head as Pfn));
      return;
    case "fork":
      if (family.length < FAMILY_MAX) family.push(fork(process, `C${family.length}`));
      return;
    default:
      if (pins.length > 2) for (const pin of pins.splice(0)) dropPage(env, pin);
      else run(getUserPages(env, mm, start, 1, { isWrite: true }, pins));
  }
}

/** What a collapse changes beside the letters; the recount says whether it is right. */
const restOf = (process: Process): Partial<ReturnType<typeof show>> => {
  const { rss, tables, heads } = show(process);
  return { rss, tables, heads };
};

test("whatever happens around collapses, every count can be recounted", () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 20 }),
      fc.uniqueArray(anyPage, { minLength: 1 }),
      fc.boolean(),
      (steps, pages, splitPtlocks) => {
        const p = createSmallProcess(pages, splitPtlocks);
        const [family, pins]: [Process[], Pfn[]] = [[p], []];
        for (const step of steps) {
          if (step.refuse >= 0 && step.kind !== "fork") failNth(p.env.sync.gate, step.refuse);
          take(family, pins, step);
          p.env.sync.gate.refused.clear();
          if (pins.length === 0) expect(recount(...family)).toEqual([]);
        }
        for (const pin of pins) dropPage(p.env, pin);
        for (const { env, vma } of family) run(zapPageRange(env, vma, vma.start, vma.end));
        expect(family.map((one) => show(one).rss)).toEqual(family.map(() => "(0,0,0)"));
        expect(recount(...family)).toEqual([]);
      },
    ),
    { seed: 2026_21, numRuns: 60 },
  );
});

/** What meets the collapse of P's first 2 MiB. */
const JOBS = [
  "write",
  "pin",
  "dontneed",
  "reclaim",
  "reclaim-next",
  "migrate",
  "collapse",
] as const;

function* body(p: Process, job: (typeof JOBS)[number], page: number): KernelThread<number> {
  const { env, mm } = p;
  const [start, end] = [at(p, page), at(p, page + 1)];
  switch (job) {
    case "collapse":
      return COLLAPSE_CODES.includes(yield* collapseHugePage(env, mm, start)) ? 0 : 1;
    case "pin": {
      const pins: Pfn[] = [];
      yield* downRead(env.sync, mm.mmapSem, "get_user_pages_fast");
      yield* getUserPages(env, mm, start, 1, { isWrite: true }, pins);
      yield* upRead(env.sync, mm.mmapSem, "get_user_pages_fast");
      for (const pin of pins) dropPage(env, pin);
      return 0;
    }
    case "dontneed":
      return yield* sysMadvise(env, mm, start, PAGE_SIZE, Madvise.DONTNEED);
    case "reclaim":
      yield* reclaimPages(env, mm, { start, end });
      return 0;
    case "reclaim-next":
      yield* reclaimPages(env, mm, { start: at(p, HUGE), end: at(p, HUGE + 1) });
      return 0;
    case "migrate":
      yield* migratePages(env, [frameAt(p, at(p, HUGE))]);
      return 0;
    default:
      return (yield* touch(env, mm, start, true)) & ACCESS_ERROR;
  }
}

test("in any order of steps, whoever meets a collapse ends well; only D2 miscounts", () => {
  const shape = fc.record({
    splitPtlocks: fc.boolean(),
    jobs: fc.array(fc.tuple(fc.constantFrom(...JOBS), anyPage), { minLength: 1, maxLength: 3 }),
    schedule: fc.infiniteStream(fc.nat(5)),
  });
  fc.assert(
    fc.property(shape, ({ splitPtlocks, jobs, schedule }) => {
      const p = createSmallProcess([0, 1, 100], splitPtlocks);
      const bodies = jobs.map(([job, page]) => body(p, job, page));
      const codes = runInterleaved(p.env, [body(p, "collapse", 0), ...bodies], schedule);
      expect(codes).toEqual(codes.map(() => 0));
      const ignoreCounters = !splitPtlocks;
      expect(recountMachine(p.env, [p.mm], { ignoreCounters })).toEqual([]);
    }),
    { seed: 2026_22, numRuns: 60 },
  );
});
