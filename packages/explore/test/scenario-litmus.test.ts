/** Scenarios as litmuses: where threads take turns, who waits for whom, and what is refused. */
import { bounded, dfs, exploreProgram, replay } from "@forkpath/interleave";
import { describe, expect, test } from "vitest";
import { litmusFile, litmusOf } from "./litmus-files.ts";
import { recordAll } from "./recorder.ts";

const TWO_THREADS = `
  server:
    mappings:
      heap: { size: 4 pages, written: 1 pages }`;

/** A litmus whose threads are `server` and a thread of it. */
const litmusWith = (threads: string, rest = "") =>
  litmusOf(`
machine: { memory: 16M, swap: 1M }
processes:${TWO_THREADS}
steps:
  - { clone: server, as: worker }
threads:
${threads}
${rest}`);

const labelsOf = (steps: readonly { readonly label: string }[]): string[] =>
  steps.map(({ label }) => label);

describe("turns", () => {
  const threads = `  left: { write: server heap 1 }\n  right: { write: worker heap 2 }`;

  test("are taken before each call, and at every point of it", () => {
    const schedules: string[] = [];
    exploreProgram(litmusWith(threads), bounded(0), {
      onRun: (run) => schedules.push(run.schedule()),
    });
    const rightFirst = schedules.find((schedule) => schedule.startsWith("v1:b")) ?? "";
    const { steps } = replay(litmusWith(threads), rightFirst);
    const [first, ...others] = steps.filter(({ thread }) => thread === 1).map(({ label }) => label);
    expect(first).toBe("write worker heap 2");
    expect(new Set(others)).toEqual(
      new Set(["mm1.mmap_sem", "mm1.pt", "mm1._anon_rss", "pte", "page 3", "alloc", "anon_vma"]),
    );
  });

  test("or only where the scenario wants them, and where a thread has to wait", () => {
    const litmus = litmusWith(threads, "switchAt: [_anon_rss]");
    const schedules: string[] = [];
    const all = exploreProgram(litmus, dfs(), { onRun: (run) => schedules.push(run.schedule()) });
    const labels = schedules.flatMap((schedule) => labelsOf(replay(litmus, schedule).steps));
    // The one holds the lock when it comes to the counter; the other one waits for that lock.
    expect(new Set(labels)).toEqual(
      new Set(["write server heap 1", "write worker heap 2", "mm1._anon_rss", "mm1.pt"]),
    );
    expect(all).toMatchObject({ complete: true, failures: [] });
    expect(all.schedules).toBeLessThan(20);
  });

  test("a thread that has to wait gives its turn away", () => {
    const litmus = litmusWith(
      `  map: { mmap: server, as: more, size: 1 pages }\n  fault: { write: worker heap 1 }`,
      "switchAt: [mmap_sem]",
    );
    const { failures, outcomes } = exploreProgram(litmus, dfs());
    expect(failures).toEqual([]);
    expect(outcomes).toMatchObject([{ outcome: "done" }]);
  });
});

describe("a step of a thread", () => {
  test("may use what another thread has made by then, and else fails", () => {
    const litmus = litmusWith(
      `  map: { mmap: server, as: more, size: 1 pages }\n  use: { write: worker more 0 }`,
      "switchAt: [mmap_sem]",
    );
    const kinds = new Set(exploreProgram(litmus, bounded(1)).failures.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["thrown"]));
    expect(exploreProgram(litmus, bounded(1)).outcomes.length).toBeGreaterThan(0);
  });

  test("that fails says so in the end, unless it should", () => {
    const unmapped = (wanted: string) =>
      litmusWith(
        `  left: { munmap: server heap }\n  right: { write: worker heap 0${wanted} }`,
        "switchAt: [mmap_sem]",
      );
    const messages = exploreProgram(unmapped(""), dfs()).failures.map(({ message }) => message);
    expect(messages).toEqual(["write worker heap 0: wanted success, got SIGSEGV"]);
    const swapped = exploreProgram(unmapped(", fails: SIGSEGV"), dfs()).failures;
    expect(swapped.map(({ message }) => message)).toEqual([
      "write worker heap 0: wanted SIGSEGV, got success",
    ]);
  });
});

describe("fairness", () => {
  const UNFAIR = `
machine: { memory: 16M, swap: 1M }
processes:
  admin: { mappings: { heap: { size: 1 pages } } }
  server:
    mappings:
      heap: { size: 1 pages, written: 1 pages, swapped: 1 pages }
threads:
  exit: { exit: server }
  swapoff: { swapoff: 0, by: admin }`;

  test("who calls cond_resched again and again lets others go on in the end", () => {
    const longest = { steps: 0 };
    const { failures } = exploreProgram(litmusOf(UNFAIR), bounded(1), {
      onRun: (run) => {
        longest.steps = Math.max(longest.steps, run.steps);
      },
    });
    expect(failures).toEqual([]);
    expect(longest.steps).toBeLessThan(500);
  });
});

describe("preemption", () => {
  test("fork finds that reclaim spins on the lock that it copies under (SPEC §6.9)", () => {
    const text = (preempt: boolean): string => `
machine: { nrCpus: 2, memory: 16M, swap: 1M, preempt: ${preempt} }
processes:
  server:
    mappings:
      heap: { size: 40 pages, written: 40 pages }
threads:
  fork: { fork: server, as: child }
  reclaim: { reclaim: server heap 39 }
switchAt: [page_table_lock, pte]`;
    /** How often anybody found that somebody wants its lock, over all schedules. */
    const breaks = (preempt: boolean): number =>
      recordAll(litmusOf(text(preempt)), bounded(1), 200)
        .flatMap(({ events }) => events)
        .filter((event) => / spin_needbreak .* 1$/.test(event)).length;
    expect(breaks(true)).toBeGreaterThan(0);
    expect(breaks(false)).toBe(0);
    expect(exploreProgram(litmusOf(text(true)), bounded(1)).failures).toEqual([]);
  });
});

test("a litmus leaves nothing behind: the next run begins as the first did", () => {
  const litmus = litmusFile("two-forks");
  const first = recordAll(litmus, bounded(0), 1);
  exploreProgram(litmus, bounded(1), { max: 20 });
  expect(recordAll(litmus, bounded(0), 1)).toEqual(first);
});

describe("what is no litmus is refused", () => {
  const scenario = (text: string) => litmusOf(`machine: { memory: 16M }\n${text}`);

  test("a scenario without threads", () => {
    expect(() => scenario("steps: []")).toThrow(
      new RangeError("test: wanted a scenario with threads, got none"),
    );
  });

  test("a cure that is not there", () => {
    expect(() => litmusFile("two-forks", { cured: true })).toThrow(
      new RangeError("two-forks: wanted a cure, got none"),
    );
  });

  test("a scenario whose steps before the threads fail", () => {
    const litmus = litmusWith(`  left: { read: server heap }\n  right: { read: worker heap }`);
    expect(litmus.setup().stage.threads).toHaveLength(2);
    const failing = litmusOf(`
machine: { memory: 16M }
processes:${TWO_THREADS}
steps:
  - { write: server heap 0, fails: ENOMEM }
  - { clone: server, as: worker }
threads:
  left: { read: server heap }
  right: { read: worker heap }`);
    expect(() => failing.setup()).toThrow(
      "line 8: write server heap 0: wanted ENOMEM, got success",
    );
  });
});

test("the name of a litmus says whether it is cured", () => {
  expect(litmusFile("d01-vfork-exec").name).toBe("d01-vfork-exec");
  expect(litmusFile("d01-vfork-exec", { cured: true }).name).toBe("d01-vfork-exec+cured");
});
