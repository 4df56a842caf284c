import { PAGE_SIZE } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import { PRIVATE, recount, runInterleaved, SHARED } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { read, swapOut, write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ACCESS_ERROR, getUserPages, reclaimPages, touch, zapPageRange } from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

const PAGES = 2;

/** What one thread does: small enough that many schedules of three of them meet on one page. */
type Job = "read" | "write" | "reclaim" | "unmap" | "pin";
interface Task {
  readonly job: Job;
  readonly who: number;
  readonly page: number;
}

const anyTask: fc.Arbitrary<Task> = fc.record({
  job: fc.constantFrom<Job>("read", "write", "write", "reclaim", "unmap", "pin"),
  who: fc.nat(1),
  page: fc.nat(PAGES - 1),
});

function* body(process: Process, { job, page }: Task): KernelThread<number> {
  const { env, mm, vma } = process;
  const start = at(process, page);
  const end = at(process, page + 1);
  switch (job) {
    case "reclaim":
      yield* reclaimPages(env, mm, { start, end });
      return 0;
    case "unmap":
      yield* zapPageRange(env, vma, start, end);
      return 0;
    case "pin": {
      const pins: Parameters<typeof dropPage>[1][] = [];
      yield* getUserPages(env, mm, start, 1, { isWrite: true }, pins);
      for (const pin of pins) dropPage(env, pin);
      return 0;
    }
    default:
      return yield* touch(env, mm, start, job === "write");
  }
}

test.each([
  ["private memory", PRIVATE, false],
  ["a private file", PRIVATE, true],
  ["a shared file", SHARED, true],
])(
  "in any order of steps on %s, every fault ends well and nothing is lost",
  (_what, flags, isFile) => {
    const shape = fc.record({
      splitPtlocks: fc.boolean(),
      swapped: fc.boolean(),
      tasks: fc.array(anyTask, { minLength: 2, maxLength: 3 }),
      schedule: fc.infiniteStream(fc.nat(5)),
    });
    fc.assert(
      fc.property(shape, ({ splitPtlocks, swapped, tasks, schedule }) => {
        const file = isFile ? createFile() : null;
        const p = createProcess({ pages: PAGES, flags, file, splitPtlocks });
        write(p, 0);
        read(p, 1);
        if (swapped) swapOut(p, 0);
        const family = [p, fork(p)];
        const bodies = tasks.map((task) => body(family[task.who], task));
        const codes = runInterleaved(p.env, bodies, schedule);
        expect(codes.filter((code) => code & ACCESS_ERROR)).toEqual([]);
        expect(recount(...family)).toEqual([]);
        expect(p.vma.end - p.vma.start).toBe(PAGES * PAGE_SIZE);
      }),
      { seed: 32, numRuns: 80 },
    );
  },
);
