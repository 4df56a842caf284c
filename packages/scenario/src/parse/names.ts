/**
 * Whether every name means something: processes and mappings must exist by the time they are used.
 *
 * Walks the history without running it. A fork or an exec that is to fail changes nothing; any
 * other step is taken to make what it makes.
 */
import type { Expectation } from "../facts/observation.ts";
import { checkUsed, type KnownNames, type TellProblem, tooFewPages } from "../format/known.ts";
import { broughtBy } from "../format/mapping.ts";
import type { Position } from "../format/position.ts";
import type { Problem } from "../format/problem.ts";
import type { ProcessSpec } from "../format/process.ts";
import { selectPages } from "../format/selection.ts";
import { unknownWord } from "../format/suggest.ts";
import { isHopeless } from "../story/failure.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { Makers } from "../verbs/makers.ts";
import { checkAction } from "../verbs/verb.ts";
import { HostMemory } from "./host-memory.ts";
import { findOverlaps } from "./overlaps.ts";
import type { Source } from "./source.ts";

export function checkNames(scenario: Scenario, locate: Source["locate"]): Problem[] {
  const problems: Problem[] = [];
  const known: KnownNames = new Map();
  const memory = new HostMemory(scenario, known);
  const check: Check = { known, memory, problems };
  for (const [process, spec] of scenario.processes) checkSpec(process, spec, check, locate);
  for (const step of scenario.steps) {
    checkStep(step, check);
    for (const one of step.expect) checkExpectation(one, check);
  }
  checkThreads(scenario, check);
  for (const { process, at } of scenario.neverFalls) {
    checkUsed(process, known, reporter(at, problems));
  }
  for (const one of [...scenario.expect, ...(scenario.cure?.expect ?? [])]) {
    checkExpectation(one, check);
    if (one.observation.counts === null || scenario.threads.size === 0) continue;
    reporter(one.at, problems)("how many events threads make depends on the schedule");
  }
  return problems;
}

/** What is known so far. */
interface Check {
  readonly known: KnownNames;
  readonly memory: HostMemory;
  readonly problems: Problem[];
}

function checkSpec(
  process: string,
  { parent, mappings, at }: ProcessSpec,
  { known, memory, problems }: Check,
  locate: Source["locate"],
): void {
  const path = ["processes", process];
  if (parent !== null) checkUsed(parent, known, reporter(locate([...path, "parent"]), problems));
  const sizes = [...mappings].map(([name, { sizePages }]) => [name, sizePages] as const);
  known.set(process, { space: { mappings: new Map(sizes) }, leader: process });
  for (const { name, other } of findOverlaps(mappings)) {
    const report = reporter(locate([...path, "mappings", name, "at"]), problems);
    report(`${name} and ${other} of ${process} overlap`);
  }
  for (const [mapping, spec] of mappings) {
    const report = reporter(locate([...path, "mappings", mapping]), problems);
    const total = spec.sizePages;
    for (const pages of broughtBy(spec)) {
      if (selectPages(pages, total) === undefined) report(tooFewPages(process, mapping, total));
      memory.bring({ process, mapping, pages });
    }
    const swapped = selectPages(spec.swapped, total) ?? [];
    memory.swapOut(swapped.reduce((sum, { count }) => sum + count, 0));
  }
  tellMemory(at, memory, problems);
}

function tellMemory(at: Position, memory: HostMemory, problems: Problem[]): void {
  const complaint = memory.complaint();
  if (complaint !== undefined) reporter(at, problems)(complaint);
}

/**
 * Threads run at once: what one of them resizes has no size that another can be held to, and no two
 * may give the same name away.
 */
function checkThreads({ threads }: Scenario, check: Check): void {
  const { known, problems } = check;
  const actions = [...threads.values()].flat().map(({ action }) => action);
  if (actions.some(({ verb }) => RESIZING.has(verb))) {
    for (const { space } of known.values()) {
      for (const mapping of space.mappings.keys()) space.mappings.set(mapping, null);
    }
  }
  const makers = new Makers();
  for (const [thread, steps] of threads) {
    for (const step of steps) {
      checkStep(step, check);
      makers.check(thread, step.action, known, reporter(step.at, problems));
    }
  }
}

/** Verbs after which a mapping can have another size. */
const RESIZING: ReadonlySet<string> = new Set(["mmap", "mremap", "brk", "exec"]);

const reporter =
  (at: Position, problems: Problem[]): TellProblem =>
  (message) =>
    problems.push({ ...at, message });

function checkStep(step: Step, { known, memory, problems }: Check): void {
  checkAction(step.action, roundsOf(step), known, reporter(step.at, problems));
  memory.addStep(step);
  tellMemory(step.at, memory, problems);
}

/** Which rounds of a step are done, if it goes as it says: children have their numbers. */
function roundsOf({ times, fails, done }: Step): readonly number[] {
  const rounds = done ?? (isHopeless(fails) ? 0 : times);
  return times === 1 && rounds === 1
    ? [0]
    : Array.from({ length: rounds }, (_, index) => index + 1);
}

function checkExpectation({ observation, at }: Expectation, { known, problems }: Check): void {
  const report = reporter(at, problems);
  for (const pattern of observation.patterns) checkPattern(pattern, known, report);
  for (const used of observation.uses) checkUsed(used, known, report);
}

function checkPattern(pattern: string, known: KnownNames, report: TellProblem): void {
  if (pattern === "all") return;
  if (!pattern.endsWith("*")) {
    checkUsed(pattern, known, report);
    return;
  }
  const isUsed = [...known.keys()].some((name) => name.startsWith(pattern.slice(0, -1)));
  if (!isUsed) report(unknownWord("processes", pattern, [...known.keys()]));
}
