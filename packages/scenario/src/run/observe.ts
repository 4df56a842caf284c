/** Looks at what an expectation is about, and compares. */
import type { MmStruct } from "@forkpath/mm";
import { mismatchText } from "@forkpath/sync";
import type { Expectation, Observation } from "../format/expectation.ts";
import type { ProcessFact } from "../format/facts.ts";
import type { Place } from "../format/place.ts";
import { type FactValue, isMet, type Wanted } from "../format/wanted.ts";
import { CannotRun } from "./cannot-run.ts";
import { countEvents } from "./count-events.ts";
import { fileReaders, machineReaders, reapedReaders } from "./facts-machine.ts";
import { mappingReaders } from "./facts-mapping.ts";
import { frameAt, pageReaders } from "./facts-page.ts";
import { processReaders } from "./facts-process.ts";
import { shortLetters } from "./letters.ts";
import { factText, observationText, wantedText } from "./texts.ts";
import { pagesOf, rangesOf } from "./where.ts";
import { findProcess, memoryOf, taskOf } from "./who.ts";
import type { LiveProcess, World } from "./world.ts";

export interface ExpectationResult {
  /** Counted from 1. */
  readonly line: number;
  /** What was looked at: `worker1 VmRSS`. */
  readonly text: string;
  readonly wanted: string;
  readonly got: string;
  readonly isMet: boolean;
}

/** What a recount says that finds nothing. */
const CLEAN = "clean";

/** One look: whose fact it is, if there are several, and what it comes to. */
interface Look {
  readonly of: string;
  readonly value: FactValue;
}

/** Of several looks, all must be as wanted; the first that is not is told. */
export function evaluate(
  world: World,
  { observation, wanted, at }: Expectation,
): ExpectationResult {
  const told = { line: at.line, wanted: wantedText(observation, wanted) };
  const text = observationText(observation);
  if (observation.subject === "check") return { ...told, text, ...lookAtRecount(world, wanted) };
  try {
    const looks = observe(world, observation);
    const wrong = looks.find(({ value }) => !holds(observation, wanted, value));
    const shown = wrong ?? looks[0];
    if (shown === undefined) throw new CannotRun("there is nothing to look at");
    const got = factText(observation, shown.value);
    const whose = wrong === undefined || shown.of === "" ? text : `${text} (${shown.of})`;
    return { ...told, text: whose, got, isMet: wrong === undefined };
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    return { ...told, text, got: error.message, isMet: false };
  }
}

/** A recount is as wanted if it is clean, or if one mismatch at least is about the rule. */
function lookAtRecount(
  { kernel }: World,
  { value }: Wanted,
): Pick<ExpectationResult, "got" | "isMet"> {
  const wrong = kernel.check();
  const isMet = value === CLEAN ? wrong.length === 0 : wrong.some(({ rule }) => rule === value);
  return { got: wrong.map(mismatchText).join("\n") || CLEAN, isMet };
}

/** Pictures are compared in their short form. */
function holds(observation: Observation, wanted: Wanted, value: FactValue): boolean {
  const isPicture = observation.subject === "mapping" && observation.fact === "entries";
  if (!isPicture) return isMet(wanted, value);
  return isMet({ ...wanted, value: shortLetters(String(wanted.value)) }, value);
}

function observe(world: World, observation: Exclude<Observation, Of<"check">>): readonly Look[] {
  switch (observation.subject) {
    case "process":
      return matching(world, observation.process).map((process) => ({
        of: process.name === observation.process ? "" : process.name,
        value: processReaders[observation.fact](world, process),
      }));
    case "mapping": {
      const { place, fact } = observation;
      ownerOf(world, place);
      return rangesOf(world, place).map((range) => ({
        of: "",
        value: mappingReaders[fact](world, place.process, range),
      }));
    }
    case "page":
      return lookAtPages(world, observation);
    case "file":
      return [{ of: "", value: fileReaders[observation.fact](world, observation.path) }];
    case "machine":
      return [{ of: "", value: machineReaders[observation.fact](world) }];
    case "sum":
      return [{ of: "", value: sumOf(world, observation) }];
    case "reaped": {
      const result = world.reaped.get(observation.process);
      if (result === undefined) throw new CannotRun(`nobody waited for ${observation.process}`);
      return [{ of: "", value: reapedReaders[observation.fact](result) }];
    }
    default:
      return [{ of: "", value: BigInt(countEvents(world.events, observation)) }];
  }
}

type Of<Subject extends Observation["subject"]> = Extract<Observation, { subject: Subject }>;

function lookAtPages(world: World, { place, fact, other }: Of<"page">): readonly Look[] {
  const { pid } = ownerOf(world, place);
  const addresses = pagesOf(world, place);
  if (fact !== "sameFrameAs" && fact !== "otherFrameThan") {
    return addresses.map((addr, index) => ({
      of: addresses.length === 1 ? "" : `the ${index + 1}. of them`,
      value: pageReaders[fact](world, pid, addr),
    }));
  }
  const frames = addresses.map((addr) => frameAt(world, pid, addr));
  const others = framesOf(world, other);
  const isSame = frames.every((frame, index) => frame === others[index]);
  const isOther = frames.every((frame, index) => frame !== others[index]);
  return [{ of: "", value: fact === "sameFrameAs" ? isSame : isOther }];
}

/** @throws CannotRun when the process has no memory any more */
function ownerOf(world: World, { process }: Place): LiveProcess {
  const owner = findProcess(world, process);
  memoryOf(world, owner);
  return owner;
}

function framesOf(world: World, place: Place | null): readonly number[] {
  if (place === null) throw new CannotRun("there is no page to compare with");
  const { pid } = ownerOf(world, place);
  return pagesOf(world, place).map((addr) => frameAt(world, pid, addr));
}

/** Facts that each task has for itself; all others are the address space's. */
const OF_TASK: ReadonlySet<ProcessFact> = new Set([
  "minorFaults",
  "majorFaults",
  "maxrss",
  "childrenMaxrss",
]);

/**
 * Each address space counts once, whatever threads and vfork children use it too; a fact of tasks
 * counts for each task. A process that has no memory any more adds nothing.
 */
function sumOf(world: World, { of, fact }: Of<"sum">): bigint {
  const counted = new Set<MmStruct | LiveProcess>();
  let sum = 0n;
  for (const process of of.flatMap((pattern) => matching(world, pattern))) {
    const mm = taskOf(world, process)?.mm ?? null;
    const owner = OF_TASK.has(fact) ? process : mm;
    if (mm === null || owner === null || counted.has(owner)) continue;
    counted.add(owner);
    sum += BigInt(processReaders[fact](world, process));
  }
  return sum;
}

/** @throws CannotRun when nobody has such a name */
function matching(world: World, pattern: string): readonly LiveProcess[] {
  const everyone = [...world.processes.values()];
  if (pattern === "all") return everyone.filter((one) => taskOf(world, one) !== undefined);
  if (!pattern.endsWith("*")) return [findProcess(world, pattern)];
  return everyone.filter(({ name }) => name.startsWith(pattern.slice(0, -1)));
}
