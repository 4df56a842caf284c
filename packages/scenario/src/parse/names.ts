/**
 * Whether every name means something: processes and mappings must exist by the time they are used.
 *
 * Walks the history without running it. A fork or an exec that is to fail changes nothing; any
 * other step is taken to make what it makes.
 */
import { CloneFlag } from "@forkpath/abi";
import type { Expectation } from "../format/expectation.ts";
import type { Place } from "../format/place.ts";
import type { Position } from "../format/position.ts";
import { INIT } from "../format/process.ts";
import type { Scenario } from "../format/scenario.ts";
import { type Action, nameOfRound, type Step } from "../format/step.ts";
import type { Problem } from "./problem.ts";
import type { Source } from "./source.ts";
import { unknownWord } from "./suggest.ts";

/** What exec leaves a process with. */
const PROGRAM_MAPPINGS: readonly string[] = ["text", "data", "bss", "stack"];

/** By process: the names of its mappings, one set for all who share them, and its leader's name. */
type Known = Map<string, { readonly mappings: Set<string>; readonly leader: string }>;

export function checkNames(scenario: Scenario, locate: Source["locate"]): Problem[] {
  const problems: Problem[] = [];
  const known: Known = new Map();
  for (const [process, { mappings, parent }] of scenario.processes) {
    if (parent !== null) {
      const at = locate(["processes", process, "parent"]);
      checkProcess(parent, known, reporter(at, problems));
    }
    known.set(process, { mappings: new Set(mappings.keys()), leader: process });
  }
  for (const step of scenario.steps) {
    checkStep(step, known, reporter(step.at, problems));
    for (const one of step.expect) checkExpectation(one, known, problems);
  }
  for (const step of [...scenario.threads.values()].flat()) {
    checkStep(step, known, reporter(step.at, problems));
  }
  for (const { process, at } of scenario.neverFalls) {
    checkProcess(process, known, reporter(at, problems));
  }
  for (const one of [...scenario.expect, ...(scenario.cure?.expect ?? [])]) {
    checkExpectation(one, known, problems);
  }
  return problems;
}

type Report = (message: string) => void;

const reporter =
  (at: Position, problems: Problem[]): Report =>
  (message) =>
    problems.push({ ...at, message });

function checkStep(step: Step, known: Known, report: Report): void {
  if (step.verb === "race") {
    for (const action of step.args.threads.values()) checkAction(action, [0], known, report);
  } else {
    checkAction(step, roundsOf(step), known, report);
  }
}

/** Which rounds of a step are done, if it goes as it says: children have their numbers. */
function roundsOf({ times, fails, done }: Step): readonly number[] {
  const rounds = done ?? (fails === null ? times : 0);
  return times === 1 && rounds === 1
    ? [0]
    : Array.from({ length: rounds }, (_, index) => index + 1);
}

function checkAction(
  action: Action,
  rounds: readonly number[],
  known: Known,
  report: Report,
): void {
  const { verb, args } = action;
  if ("place" in args) checkPlace(args.place, known, report);
  if ("process" in args && !isInitWaiting(action, known)) {
    checkProcess(args.process, known, report);
  }
  if ("by" in args && args.by !== null) checkProcess(args.by, known, report);
  if ("child" in args && args.child !== null) checkProcess(args.child, known, report);
  if (verb === "fork" || verb === "vfork" || verb === "clone") {
    const { mappings = new Set<string>(), leader = args.process } = known.get(args.process) ?? {};
    for (const name of rounds.map((round) => nameOfRound(args.as, round))) {
      if (known.has(name)) report(`the name ${name} is taken`);
      known.set(name, {
        mappings: sharesMemory(action) ? mappings : new Set(mappings),
        leader: isThread(action) ? leader : name,
      });
    }
  } else if (verb === "exec" && rounds.length > 0) {
    const { leader = args.process } = known.get(args.process) ?? {};
    known.set(leader, { mappings: new Set(PROGRAM_MAPPINGS), leader });
  } else if (verb === "mmap") {
    known.get(args.process)?.mappings.add(args.name);
  } else if (verb === "brk") {
    const mappings = known.get(args.process)?.mappings;
    mappings?.add(mappings.has("heap") ? "brk" : "heap");
  }
}

/** Init need not be declared to take word of those whose parent has ended; it does nothing else. */
const isInitWaiting = ({ verb, args }: Action, known: Known): boolean =>
  verb === "wait" && args.process === INIT && !known.has(INIT);

const sharesMemory = ({ verb, args }: Action): boolean =>
  verb === "vfork" || (verb === "clone" && (args.flags & CloneFlag.VM) !== 0);

const isThread = ({ verb, args }: Action): boolean =>
  verb === "clone" && (args.flags & CloneFlag.THREAD) !== 0;

function checkExpectation(
  { observation, at }: Expectation,
  known: Known,
  problems: Problem[],
): void {
  const report = reporter(at, problems);
  switch (observation.subject) {
    case "process":
      checkPattern(observation.process, known, report);
      break;
    case "reaped":
      checkProcess(observation.process, known, report);
      break;
    case "sum":
      for (const pattern of observation.of) checkPattern(pattern, known, report);
      break;
    case "mapping":
      checkPlace(observation.place, known, report);
      break;
    case "page":
      checkPlace(observation.place, known, report);
      if (observation.other !== null) checkPlace(observation.other, known, report);
      break;
    default:
  }
}

function checkPattern(pattern: string, known: Known, report: Report): void {
  if (pattern === "all") return;
  if (!pattern.endsWith("*")) {
    checkProcess(pattern, known, report);
    return;
  }
  const isUsed = [...known.keys()].some((name) => name.startsWith(pattern.slice(0, -1)));
  if (!isUsed) report(unknownWord("processes", pattern, [...known.keys()]));
}

function checkProcess(process: string, known: Known, report: Report): void {
  if (!known.has(process)) report(unknownWord("process", process, [...known.keys()]));
}

function checkPlace({ process, mapping }: Place, known: Known, report: Report): void {
  checkProcess(process, known, report);
  const mappings = known.get(process)?.mappings;
  if (mapping === null || mappings === undefined || mappings.has(mapping)) return;
  report(unknownWord(`mapping of ${process}`, mapping, [...mappings]));
}
