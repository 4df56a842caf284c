/** Steps: which verb each has, then its arguments, then what every step can have. */
import { type RaceArgs, raceStep } from "../format/race.ts";
import type { Action, Step } from "../format/step.ts";
import { COMMON_KEYS, commonStep, plainSteps, VERBS } from "../format/verbs.ts";
import { parseExpectations } from "./expectations.ts";
import { validate, wantedButGot } from "./issues.ts";
import type { Problem } from "./problem.ts";
import type { Path, Source } from "./source.ts";
import { unknownWord } from "./suggest.ts";

type Keys = Readonly<Record<string, unknown>>;

export function parseSteps(
  entries: readonly unknown[],
  path: Path,
  source: Source,
  problems: Problem[],
): Step[] {
  return entries.flatMap((entry, index) => {
    const step = parseStep(entry, [...path, index], source, problems);
    return step === undefined ? [] : [step];
  });
}

function parseStep(
  entry: unknown,
  path: Path,
  source: Source,
  problems: Problem[],
): Step | undefined {
  const keys = expectKeys(entry, path, source, problems);
  if (keys === undefined) return undefined;
  const isCommon = ([key]: [string, unknown]): boolean => COMMON_KEYS.includes(key);
  const entries = Object.entries(keys);
  const own = Object.fromEntries(entries.filter((one) => !isCommon(one)));
  const shared = Object.fromEntries(entries.filter(isCommon));
  const action = parseAction(own, path, source, problems);
  const common = validate(commonStep, shared, path, source, problems);
  if (action === undefined || common === undefined) return undefined;
  const expect = parseExpectations(common.expect, [...path, "expect"], source, problems);
  return { ...common, ...action, expect, at: source.locate([...path, action.verb]) };
}

/** Arguments of one verb and nothing else: a step without the keys that all have, or a thread. */
function parseAction(
  keys: Keys,
  path: Path,
  source: Source,
  problems: Problem[],
): Action | undefined {
  const verb = VERBS.find((one) => one in keys);
  if (verb === undefined) {
    const [first = "nothing"] = Object.keys(keys);
    problems.push({ ...source.locate(path), message: unknownWord("step", first, VERBS) });
    return undefined;
  }
  if (verb === "race") {
    const args = parseRace(keys, path, source, problems);
    return args && { verb, args };
  }
  const args = validate<unknown>(plainSteps[verb], keys, path, source, problems);
  return args === undefined ? undefined : ({ verb, args } as Action);
}

function parseRace(
  keys: Keys,
  path: Path,
  source: Source,
  problems: Problem[],
): RaceArgs | undefined {
  const input = validate(raceStep, keys, path, source, problems);
  if (input === undefined) return undefined;
  const threads = new Map<string, Action>();
  for (const [thread, entry] of Object.entries(input.threads)) {
    const where = [...path, "race", thread];
    const own = expectKeys(entry, where, source, problems);
    const action = own && parseAction(own, where, source, problems);
    if (action !== undefined) threads.set(thread, action);
  }
  return { ...input, threads };
}

function expectKeys(
  entry: unknown,
  path: Path,
  source: Source,
  problems: Problem[],
): Keys | undefined {
  if (typeof entry === "object" && entry !== null && !Array.isArray(entry)) return entry as Keys;
  const message = wantedButGot(path, "a step such as { fork: master, as: worker }", entry);
  problems.push({ ...source.locate(path), message });
  return undefined;
}
