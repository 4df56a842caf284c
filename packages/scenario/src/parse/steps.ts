/** Steps: which verb each has, then its arguments, then what every step can have. */
import { meantBy, splitKeys } from "../format/keys.ts";
import type { Problem } from "../format/problem.ts";
import { unknownWord } from "../format/suggest.ts";
import { COMMON_KEYS, type CommonInput, commonStep, type Step } from "../story/step.ts";
import { VERBS } from "../verbs/all.ts";
import { RACE, raceOf, raceSchema } from "../verbs/race.ts";
import type { Action, Verb } from "../verbs/verb.ts";
import { parseExpectations } from "./expectations.ts";
import { validate, wantedButGot } from "./issues.ts";
import { readerOf } from "./reader.ts";
import { NOWHERE, type Path, type Source } from "./source.ts";

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

/**
 * Reads steps that the dice of verbs have made. What fits its verb's schema is not held against it
 * again.
 * @throws TypeError for what no verb has made
 */
export function createStepReader(): (entry: Keys) => Step {
  const readers: ReadonlyMap<string, Pick<Verb, "keys"> & { read(keys: Keys): Action }> = new Map(
    VERBS.map(({ name, keys, schema }) => [name, { keys, read: readerOf(schema) }]),
  );
  const readCommon = readerOf(commonStep);
  return (entry) => {
    const isPlain = !Object.keys(entry).some(isCommon);
    const { own, shared } = isPlain ? { own: entry, shared: {} } : splitKeys(entry, isCommon);
    const verb = meantBy(own, readers);
    if (verb === undefined) throw new TypeError("createStepReader: entry must have a verb");
    const common = isPlain ? PLAIN : readCommon(shared);
    return { ...common, action: verb.read(own), expect: [], at: NOWHERE };
  };
}

function parseStep(
  entry: unknown,
  path: Path,
  source: Source,
  problems: Problem[],
): Step | undefined {
  const keys = expectKeys(entry, path, source, problems);
  if (keys === undefined) return undefined;
  const { own, shared } = splitKeys(keys, isCommon);
  const action = parseAction(own, path, source, problems);
  const isPlain = Object.keys(shared).length === 0;
  const common = isPlain ? PLAIN : validate(commonStep, shared, path, source, problems);
  if (action === undefined || common === undefined) return undefined;
  const expect = parseExpectations(common.expect, [...path, "expect"], source, problems);
  return { ...common, action, expect, at: source.locate([...path, action.verb]) };
}

const isCommon = (key: string): boolean => COMMON_KEYS.includes(key);
/** A step with its verb's keys alone, as most are. */
const PLAIN: CommonInput = commonStep.parse({});
const VERB_BY_NAME: ReadonlyMap<string, Verb> = new Map(VERBS.map((verb) => [verb.name, verb]));
const VERB_NAMES: readonly string[] = [...VERB_BY_NAME.keys(), RACE];

/** One verb and its arguments: a step without the keys that all have, or a thread of a race. */
function parseAction(
  keys: Keys,
  path: Path,
  source: Source,
  problems: Problem[],
): Action | undefined {
  const verb = meantBy(keys, VERB_BY_NAME);
  if (verb !== undefined) return validate(verb.schema, keys, path, source, problems);
  if (Object.hasOwn(keys, RACE)) return parseRace(keys, path, source, problems);
  const [first = "nothing"] = Object.keys(keys);
  problems.push({ ...source.locate(path), message: unknownWord("step", first, VERB_NAMES) });
  return undefined;
}

function parseRace(
  keys: Keys,
  path: Path,
  source: Source,
  problems: Problem[],
): Action | undefined {
  const input = validate(raceSchema, keys, path, source, problems);
  if (input === undefined) return undefined;
  const actions = new Map<string, Action>();
  for (const [thread, entry] of Object.entries(input.race)) {
    const where = [...path, RACE, thread];
    const own = expectKeys(entry, where, source, problems);
    const action = own && parseAction(own, where, source, problems);
    if (action !== undefined) actions.set(thread, action);
  }
  return raceOf(input, actions);
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
