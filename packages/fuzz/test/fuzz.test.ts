/**
 * Random histories over all that a scenario can say, recounted after every step (SPEC §0.6), and
 * what becomes of one that fails: a planted error is found, shrunk and told as a scenario.
 */
import { addMmRssNow } from "@forkpath/counters";
import type { Kernel } from "@forkpath/kernel";
import { parseScenario, runScenario } from "@forkpath/scenario";
import { InvariantError, mismatchText } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { type FuzzReport, fuzz } from "../src/index.ts";
import { mismatches, unmet } from "./results.ts";

/** What no random step does: see `random-step.ts`. */
const LEFT_OUT = ["race", "resume", "corrupt", "look"];
const EVERY_VERB = [
  ...["fork", "vfork", "clone", "exec", "exit", "exitThread", "kill", "wait", "signal", "limit"],
  ...["read", "write", "poke", "growStack", "pin", "unpin", "mmap", "munmap", "mremap"],
  ...[
    "remapFilePages",
    "mprotect",
    "madvise",
    "mlock",
    "munlock",
    "mlockall",
    "brk",
    "truncate",
    "dropCaches",
  ],
  ...[
    "reclaim",
    "collapse",
    "migrateBegin",
    "migrateEnd",
    "poison",
    "swapon",
    "swapoff",
    "script",
    "coreDump",
  ],
];

const keysOf = (counts: ReadonlyMap<string, number>): string[] => [...counts.keys()].sort();

describe("what random histories do", () => {
  const report = fuzz({ seed: 69, steps: 4000 });

  test("every verb goes well at times, and most are refused at times", () => {
    expect(keysOf(report.succeeded)).toEqual([...EVERY_VERB].sort());
    expect(EVERY_VERB).not.toEqual(expect.arrayContaining(LEFT_OUT));
    expect(keysOf(report.refused)).toEqual(
      expect.arrayContaining(["fork", "vfork", "clone", "exec", "write", "mmap", "mremap", "pin"]),
    );
  });

  test("the same seed does the same", () => {
    expect(fuzz({ seed: 69, steps: 4000 })).toEqual(report);
  });

  test("as many steps are made as were asked for", () => {
    expect([report.steps, report.failure]).toEqual([4000, null]);
    expect(fuzz({ seed: 69, steps: 1 })).toMatchObject({ histories: 1, steps: 1 });
  });
});

test.each([
  [{ seed: -1, steps: 1 }, /fuzz: seed/],
  [{ seed: 1.5, steps: 1 }, /fuzz: seed/],
  [{ seed: 2 ** 32, steps: 1 }, /fuzz: seed/],
  [{ seed: 1, steps: 0 }, /fuzz: steps/],
])("%j is refused", (options, message) => {
  expect(() => fuzz(options)).toThrow(message);
});

/** What el6 does not know, or is never asked for. */
const LATER_VERBS = ["drainLru", "mlock2", "munlockall", "onCpu"];

test.each(["v6.1", "v6.18"] as const)("on %s they do what is new there, too", (kernel) => {
  const report = fuzz({ seed: 1, steps: 1000, kernel });
  expect(report.failure).toBeNull();
  expect(keysOf(report.succeeded)).toEqual(expect.arrayContaining(LATER_VERBS));
});

/** A kernel that promises a page to nobody once it has forked three times and swapped. */
function losePromise({ machine, totals }: Kernel): void {
  const { totalForks, freeSwapPages, swapPages } = totals();
  if (totalForks >= 3 && freeSwapPages < swapPages) machine.mm.commit.committed++;
}

/** A kernel that breaks a rule of its own when a fourth thread or process is there. */
function breakRule({ totals }: Kernel): void {
  if (totals().tasks > 4) throw new InvariantError("few-tasks", "there are more than four");
}

/** A kernel that reports a bad entry when it has forked twice: no recount looks at that. */
function reportBadPte({ machine, totals }: Kernel): void {
  if (totals().totalForks >= 2) machine.mm.badPtes = 1;
}

/** A kernel that counts a page too many for whoever has locked one. */
function miscountLocked({ machine }: Kernel): void {
  for (const { mm } of machine.fork.tasks.values()) {
    if (mm !== null && mm.lockedVm > 0) mm.usage.totalVm++;
  }
}

/** A kernel that counts a page too many, as D3 does, though no page ever migrated. */
function miscountAnon({ machine, totals }: Kernel): void {
  const { mm } = [...machine.fork.tasks.values()].at(-1) ?? {};
  if (!mm || totals().totalForks < 4 || machine.migrations.length > 0) return;
  addMmRssNow(machine.mm.sync, mm.counters, 0, 1, 0);
}

function findPlanted(onStep: (kernel: Kernel) => void): NonNullable<FuzzReport["failure"]> {
  const { failure } = fuzz({ seed: 40, steps: 20_000, onStep });
  if (failure === null) throw new Error("the planted error was not found");
  return failure;
}

describe("a planted error", () => {
  test.each([
    ["a promise too many", losePromise, /^I12: machine: vm_committed_as/, 6],
    ["a page too many, and no defect to blame", miscountAnon, /^I2: /, 5],
    ["an area too large", miscountLocked, /^I10: /, 3],
  ])("%s is found, and a few steps show it", (_name, plant, wrong, mostSteps) => {
    const { wrong: found, text } = findPlanted(plant);
    expect(found[0]).toMatch(wrong);
    const again = runScenario(parseScenario(text), { check: true, onStep: plant });
    expect(again.steps.length).toBeLessThanOrEqual(mostSteps);
    expect(again.steps.at(-1)?.mismatches.map(mismatchText)).toEqual(found);
    expect(unmet(again)).toEqual([]);
  });

  test("is gone from the scenario when it is gone from the kernel", () => {
    const { text } = findPlanted(losePromise);
    expect(mismatches(runScenario(parseScenario(text), { check: true }))).toEqual([]);
  });

  test("that throws is found the same way", () => {
    const { wrong, text } = findPlanted(breakRule);
    expect(wrong).toEqual([expect.stringContaining("few-tasks")]);
    const scenario = parseScenario(text);
    expect(() => runScenario(scenario, { check: true, onStep: breakRule })).toThrow("few-tasks");
    expect(scenario.steps.length).toBeLessThanOrEqual(4);
  });

  test("that shows only when nobody is left is told as what was expected then", () => {
    const { wrong, text } = findPlanted(reportBadPte);
    expect(wrong).toEqual(["at the end: badPtes is 1, not 0"]);
    const again = runScenario(parseScenario(text), { check: true, onStep: reportBadPte });
    expect(unmet(again)).toEqual([expect.stringMatching(/badPtes: wanted 0, got 1$/)]);
    expect(again.steps.map(({ text: step }) => step.split(" ", 1)[0]).sort()).toEqual(
      expect.arrayContaining(["fork", "wait"]),
    );
  });

  test("that is wrong in many ways is told with ten of them", () => {
    const { wrong, text } = findPlanted(({ machine }) => {
      const { map } = machine.mm;
      if (map.nextFrame > 12) for (let pfn = 0; pfn < 12; pfn++) map.count[pfn]++;
    });
    expect(wrong.length).toBeGreaterThanOrEqual(12);
    expect(text.match(/^# {3}/gm)).toHaveLength(11);
    expect(text).toContain(`\n#   and ${wrong.length - 10} more\n`);
  });

  test("is told with the command that finds it", () => {
    const { seed, atStep, text } = findPlanted(losePromise);
    expect(text.split("\n", 1)).toEqual([
      `# Found by: forkpath fuzz --seed ${seed} --steps ${atStep}`,
    ]);
    const again = fuzz({ seed, steps: atStep, onStep: losePromise });
    expect(again.failure).toMatchObject({ seed, atStep, text });
  });
});
