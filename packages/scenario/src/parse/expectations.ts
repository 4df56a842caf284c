/** Entries of an `expect` list: which subject each is about, and what it asks. */
import { SUBJECTS } from "../facts/all.ts";
import { commonExpectation } from "../facts/common.ts";
import type { Expectation } from "../facts/observation.ts";
import type { Subject } from "../facts/subject.ts";
import { keysOf, meantBy, splitKeys } from "../format/keys.ts";
import type { Problem } from "../format/problem.ts";
import { validate, wantedButGot } from "./issues.ts";
import type { Path, Source } from "./source.ts";

export function parseExpectations(
  entries: readonly unknown[],
  path: Path,
  source: Source,
  problems: Problem[],
): Expectation[] {
  return entries.flatMap((entry, index) => parseEntry(entry, [...path, index], source, problems));
}

function parseEntry(
  entry: unknown,
  path: Path,
  source: Source,
  problems: Problem[],
): Expectation[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    const message = wantedButGot(path, "an expectation such as { process: P, VmRSS: 4 MB }", entry);
    problems.push({ ...source.locate(path), message });
    return [];
  }
  const { shared, own: keys } = splitKeys(entry as Readonly<Record<string, unknown>>, isCommon);
  const common = validate(commonExpectation, shared, path, source, problems);
  const asked = validate(subjectOf(keys).schema, keys, path, source, problems) ?? [];
  return asked.map(({ key, observation, wanted }) => ({
    observation,
    wanted,
    on: common?.on ?? null,
    at: source.locateKey([...path, key]),
  }));
}

const COMMON_KEYS = keysOf(commonExpectation);
const isCommon = (key: string): boolean => COMMON_KEYS.includes(key);

/** The subject whose key the entry has, or else the machine. */
const subjectOf = (entry: object): Subject => meantBy(entry, SUBJECT_BY_KEY) ?? MACHINE;
const [MACHINE] = SUBJECTS.filter(({ key }) => key === null);
const SUBJECT_BY_KEY: ReadonlyMap<string, Subject> = new Map(
  SUBJECTS.flatMap((subject) => (subject.key === null ? [] : [[subject.key, subject]])),
);
