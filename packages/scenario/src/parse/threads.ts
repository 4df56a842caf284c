/** The threads of a scenario: each a step, or a list of steps that leave judging to the end. */

import type { Problem } from "../format/problem.ts";
import type { Step } from "../story/step.ts";
import { FEWEST_THREADS, MOST_THREADS, type ThreadSteps } from "../story/threads.ts";
import { RACE } from "../verbs/race.ts";
import { wantedButGot } from "./issues.ts";
import type { Path, Source } from "./source.ts";
import { parseSteps } from "./steps.ts";

const PATH: Path = ["threads"];

/** None where there are none: `validate` tells of what is no map of threads. */
export function parseThreads(source: Source, problems: Problem[]): ThreadSteps {
  const given = (source.value as Readonly<Record<string, unknown>> | null | undefined)?.threads;
  if (typeof given !== "object" || given === null) return new Map();
  const entries = Object.entries(given);
  if (entries.length < FEWEST_THREADS || entries.length > MOST_THREADS) {
    const wanted = `${FEWEST_THREADS} to ${MOST_THREADS} threads`;
    const message = `threads: wanted ${wanted}, got ${entries.length}`;
    problems.push({ ...source.locate(PATH), message });
  }
  return new Map(
    entries.map(([thread, steps]) => [thread, parseThread(thread, steps, source, problems)]),
  );
}

function parseThread(thread: string, given: unknown, source: Source, problems: Problem[]): Step[] {
  const path = [...PATH, thread];
  if (Array.isArray(given) && given.length === 0) {
    problems.push({ ...source.locate(path), message: wantedButGot(path, "a step", given) });
  }
  const steps = Array.isArray(given)
    ? parseSteps(given, path, source, problems)
    : parseSteps([given], PATH, keyed(source, thread), problems);
  for (const step of steps) {
    const refused = refuse(step);
    if (refused !== undefined) {
      problems.push({ ...step.at, message: `threads.${thread}: ${refused}` });
    }
  }
  return steps;
}

/** A single step stands where a list would: its index leads to the thread's own key. */
const keyed = (source: Source, thread: string): Source => {
  const lift = ([top, , ...rest]: Path): Path => [top, thread, ...rest];
  return {
    ...source,
    locate: (path) => source.locate(lift(path)),
    locateKey: (path) => source.locateKey(lift(path)),
  };
};

/** What a thread's step cannot have, since others run meanwhile. */
function refuse({ action, expect, failAllocation, waits, done }: Step): string | undefined {
  if (action.verb === RACE) return "a thread is no race; give each of its threads a name here";
  if (expect.length > 0) return "put what must hold into expect, at the end";
  if (failAllocation.length > 0) return "which allocation fails would depend on the schedule";
  if (waits || done !== null) return "whether it waits, and what is done, depends on the schedule";
  return undefined;
}
