/**
 * The steps of each fault, as a scheduler sees them (SPEC App. C).
 *
 *    +x  takes lock x    -x  gives it back    pte  one step on entries, and on pages behind them
 *    page n  one on a page only    slots  one on the swap map and its cache    other  its cell
 */
import { Pte } from "@forkpath/page-table";
import { allocFrame } from "@forkpath/rmap";
import { type KernelThread, PointKind, type SchedulePoint } from "@forkpath/sync";
import { SHARED } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { read, swapOut, unmapAll, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, framesOf, type Process } from "@forkpath/test-world/process-looks";
import { beforeEach, describe, expect, test } from "vitest";
import { handleMmFault, type MmEnv, touch } from "../../src/index.ts";

/** All points that `start`'s thread yields, alone on an interleaved machine. */
function stepsOf(env: MmEnv, start: () => KernelThread<unknown>): string {
  env.sync.interleaved = true;
  const steps: string[] = [];
  for (const point of start()) steps.push(stepName(point));
  return steps.join(" ");
}

const SIGNS: Readonly<Record<number, string>> = {
  [PointKind.LOCK]: "+",
  [PointKind.LOCK_SHARED]: "+",
  [PointKind.UNLOCK]: "-",
  [PointKind.UNLOCK_SHARED]: "-",
};

const driverPoint = (p: Process, field: string): SchedulePoint => ({
  kind: PointKind.WAIT,
  object: p,
  of: { kind: "completion", owner: "", field },
  label: field,
  ready: () => true,
});

const stepName = ({ kind, label }: SchedulePoint): string => `${SIGNS[kind] ?? ""}${label}`;

const faultSteps = (p: Process, isWrite: boolean): string =>
  stepsOf(p.env, () => handleMmFault(p.env, p.vma, at(p, 0), isWrite));

/** A process with a read-only entry of a shared page, whose file is asked before a write. */
function sharedPage(meanwhile: (p: Process) => void): { p: Process; page: number } {
  const p = createProcess({ file: createFile(), flags: SHARED });
  read(p, 0);
  setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.RW));
  p.vma.ops = {
    *pageMkwrite() {
      yield driverPoint(p, "mkwrite");
      meanwhile(p);
      return 0;
    },
  };
  return { p, page: [...p.vma.file!.pages.values()][0]! };
}

describe("anonymous memory", () => {
  let p: Process;
  beforeEach(() => {
    p = createProcess();
    write(p, 1); // tables and anon_vma are there
  });

  test("a write: page, lock, compare, counter, mapping, entry", () => {
    expect(faultSteps(p, true)).toBe("pte anon_vma alloc +P.pt pte P._anon_rss page 3 pte -P.pt");
  });

  test("a read: lock, compare and store", () => {
    expect(faultSteps(p, false)).toBe("pte +P.pt pte -P.pt");
  });

  test("a first write: the tables, the vma's anon_vma, and then the same", () => {
    expect(faultSteps(createProcess(), true)).toBe(
      "pte alloc +P.mm -P.mm alloc +P.mm -P.mm alloc +P.mm -P.mm pte anon_vma " +
        "alloc anon_vma alloc +anon_vma1.lock +P.mm anon_vma -P.mm -anon_vma1.lock " +
        "alloc +P.pt pte P._anon_rss page 2 pte -P.pt",
    );
  });

  test("without split locks there is one lock, and an add is a load and a store", () => {
    const q = createProcess({ splitPtlocks: false });
    write(q, 1);
    expect(faultSteps(q, true)).toBe(
      "pte anon_vma alloc +P.mm pte P._anon_rss P._anon_rss page 3 pte -P.mm",
    );
  });
});

describe("a present entry", () => {
  test("that lets the access be: lock, compare and store", () => {
    const p = createProcess();
    write(p, 0);
    expect(faultSteps(p, true)).toBe("pte +P.pt pte -P.pt");
  });

  test("a shared anonymous page: page lock, copy, clear, map, store, unmap, let go", () => {
    const p = createProcess();
    write(p, 0);
    const [page] = framesOf(fork(p));
    expect(faultSteps(p, true)).toBe(
      `pte +P.pt pte pte -P.pt anon_vma alloc +P.pt pte pte page ${page + 1} pte page ${page} -P.pt pages`,
    );
  });

  test("a page of its own: page lock, and the entry in place", () => {
    const p = createProcess();
    write(p, 0);
    unmapAll(fork(p));
    expect(faultSteps(p, true)).toBe("pte +P.pt pte pte pte -P.pt");
  });

  test("a file's page in a private mapping: both counters before the entry", () => {
    const p = createProcess({ file: createFile() });
    write(p, 1);
    read(p, 0);
    const [page] = framesOf(p);
    expect(faultSteps(p, true)).toBe(
      "pte +P.pt pte -P.pt anon_vma alloc +P.pt pte P._file_rss P._anon_rss " +
        `pte page ${page + 1} pte page ${page} -P.pt pages`,
    );
  });

  test("a file's page in a shared mapping whose file wants to know of writes", () => {
    const { p, page } = sharedPage(() => undefined);
    expect(faultSteps(p, true)).toBe(
      `pte +P.pt pte -P.pt mkwrite page ${page} +P.pt pte pte -P.pt page ${page}`,
    );
  });
});

test("a shared page whose entry changed while its file was asked is only let go", () => {
  const { p, page } = sharedPage((asked) =>
    setEntry(asked, 0, entry(asked, 0) ^ BigInt(Pte.ACCESSED)),
  );
  expect(faultSteps(p, true)).toBe(
    `pte +P.pt pte -P.pt mkwrite page ${page} +P.pt pte -P.pt page ${page}`,
  );
});

describe("a file's mapping", () => {
  test("a page that is not in memory: read in, lock, counter, mapping, entry", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    read(p, 1);
    const steps = faultSteps(p, false);
    const page = p.vma.file?.pages.get(0);
    expect(steps).toBe(
      `pte pte alloc pte pte page ${page} +P.pt pte P._file_rss page ${page} pte -P.pt page ${page}`,
    );
  });

  test("a page that comes unlocked is locked before it is mapped", () => {
    const p = createProcess({ flags: SHARED });
    read(p, 1); // makes the tables
    const page = allocFrame(p.env.map);
    p.vma.ops = {
      *fault() {
        yield driverPoint(p, "driver");
        return { pfn: page, code: 0 };
      },
    };
    expect(faultSteps(p, false)).toBe(
      `pte driver page ${page} +P.pt pte P._file_rss page ${page} pte -P.pt page ${page}`,
    );
  });

  test("a write to a private mapping: the cache's page stays locked while it is copied", () => {
    const p = createProcess({ file: createFile() });
    write(p, 1);
    read(p, 0);
    unmapAll(p);
    const page = p.vma.file?.pages.get(0);
    expect(faultSteps(p, true)).toBe(
      `pte pte page ${page} anon_vma alloc +P.pt pte P._anon_rss page 3 pte -P.pt page ${page}`,
    );
  });
});

describe("a swapped page", () => {
  test("from disk: read, lock, both counters, reuse, entry, mapping, slot", () => {
    const p = createProcess();
    write(p, 0);
    swapOut(p, 0);
    const steps = faultSteps(p, false);
    const [page] = [...p.env.swap.cache.values()];
    expect(steps).toBe(
      `pte slots alloc slots page ${page} slots page ${page} page ${page} ` +
        "+P.pt pte P._anon_rss P._swap_usage pte pte pte slots -P.pt",
    );
  });

  test("from the cache: no read, no page", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    swapOut(p, 0);
    read(c, 0);
    const [page] = framesOf(c);
    expect(faultSteps(p, false)).toBe(
      `pte slots page ${page} +P.pt pte P._anon_rss P._swap_usage pte pte pte slots -P.pt`,
    );
  });
});

test("an access: the processor looks, faults under mmap_sem, and looks again", () => {
  const p = createProcess();
  read(p, 1);
  expect(stepsOf(p.env, () => touch(p.env, p.mm, at(p, 0), false))).toBe(
    "pte +P.mmap_sem pte +P.pt pte -P.pt -P.mmap_sem pte",
  );
});
