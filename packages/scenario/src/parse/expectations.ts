/**
 * Entries of an `expect` list: which subject each is about, and what it asks of it. A `note` is for
 * whoever reads along.
 */
import type { Expectation, Observation } from "../format/expectation.ts";
import { expectationSchemas } from "../format/expectation-schema.ts";
import { validate, wantedButGot } from "./issues.ts";
import type { Problem } from "./problem.ts";
import type { Path, Source } from "./source.ts";

type Subject = Observation["subject"];

/** Keys that say what an entry is about; without one it is about the machine. */
const SUBJECT_KEYS = (Object.keys(expectationSchemas) as Subject[]).filter(
  (one) => one !== "machine",
);

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
  const subject = SUBJECT_KEYS.find((key) => key in entry) ?? "machine";
  const { note: _, ...keys } = entry as Readonly<Record<string, unknown>>;
  const asked = validate(expectationSchemas[subject], keys, path, source, problems) ?? [];
  return asked.map(({ key, observation, wanted }) => ({
    observation,
    wanted,
    at: source.locateKey([...path, key]),
  }));
}
