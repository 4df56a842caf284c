/**
 * Makes problems with a place of what a schema found: what was wanted, and what came.
 */
import type { z } from "zod/mini";
import type { Problem } from "../format/problem.ts";
import {
  EXCHANGE_WANTED,
  helpOnRange,
  helpOnRelease,
  RANGES_WANTED,
  RELEASE_WANTED,
} from "../format/release.ts";
import { nearestWord, unknownWord } from "../format/suggest.ts";
import type { Path, Source } from "./source.ts";

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  object: "keys with values",
  record: "keys with values",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** Holds `value` against the schema. @returns undefined when it is wrong: see `problems` */
export function validate<Out>(
  schema: z.ZodMiniType<Out>,
  value: unknown,
  path: Path,
  source: Source,
  problems: Problem[],
): Out | undefined {
  const result = schema.safeParse(value, { error: wantedOf });
  if (result.success) return result.data;
  for (const issue of tellable(result.error.issues)) {
    problems.push(...problemsOf(issue, value, path, source));
  }
  return undefined;
}

/** Where a key is unknown, it is no wonder that what is made of the keys is not as wanted. */
function tellable(issues: readonly Issue[]): readonly Issue[] {
  const isSame = (one: Issue, other: Issue): boolean => one.path.join() === other.path.join();
  return issues.filter(
    (issue) =>
      issue.code !== "custom" ||
      !issues.some((other) => other.code === "unrecognized_keys" && isSame(issue, other)),
  );
}

/** `wanted X, got Y`, with the keys that lead there in front. */
export function wantedButGot(
  path: Path,
  wanted: string,
  got: unknown,
  written: string = shown(got),
): string {
  const where = path.filter((key) => typeof key === "string").join(".");
  return `${where === "" ? "" : `${where}: `}wanted ${wanted}, got ${written}`;
}

function problemsOf(issue: Issue, value: unknown, path: Path, source: Source): Problem[] {
  const full = [...path, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(" ");
    return issue.keys.map((key) => ({
      ...source.locateKey([...full, key]),
      message: unknownWord("key", key, known),
    }));
  }
  const shape = shapeMeant(issue);
  if (shape !== undefined) {
    const nested = shape.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
    return tellable(nested).flatMap((one) => problemsOf(one, value, path, source));
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    const key = full.at(-1);
    const message = wantedButGot(full.slice(0, -1), inner?.message ?? "another key", key);
    return [{ ...source.locateKey(full), message }];
  }
  const got = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const written = typeof got === "number" ? source.written(full) : undefined;
  const hint = hintOf(issue, written ?? got);
  const message = `${wantedButGot(full, issue.message, got, written)}${hint}`;
  return [{ ...source.locate(full), message }];
}

/** Of what names releases: what is near to a text that names none. */
const HELP: Readonly<Record<string, (text: string) => string>> = {
  [RELEASE_WANTED]: helpOnRelease,
  [EXCHANGE_WANTED]: helpOnRelease,
  [RANGES_WANTED]: helpOnRange,
};

/** The word that a wrong one was probably meant to be. */
function hintOf(issue: Issue, got: unknown): string {
  if (typeof got === "string" && Object.hasOwn(HELP, issue.message)) {
    const help = HELP[issue.message](got);
    return help === "" ? "" : `; ${help}`;
  }
  if (issue.code !== "invalid_value" || typeof got !== "string") return "";
  const meant = nearestWord(got, issue.values.map(String));
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/**
 * Of several shapes that a value may have, what is wrong with the one that it has: where nothing is
 * wrong with the value as a whole, but with parts of it.
 */
function shapeMeant(issue: Issue): readonly Issue[] | undefined {
  if (issue.code !== "invalid_union") return undefined;
  return issue.errors.find((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
}

/** What a schema wanted that does not say so itself; for an unknown key, the known ones. */
function wantedOf(issue: RawIssue): string | undefined {
  if (issue.code === "invalid_type") return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "unrecognized_keys") return knownKeys(issue).join(" ");
  return undefined;
}

function knownKeys(issue: RawIssue): string[] {
  const definition = issue.inst?._zod.def as { shape?: object } | undefined;
  return Object.keys(definition?.shape ?? {});
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "keys with values";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
