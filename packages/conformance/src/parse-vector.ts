/**
 * Reads one line of a vector file from anywhere, and says in one line what is wrong with it.
 */
import type { z } from "zod";
import { vectorSchema } from "./schema.ts";
import type { Vector } from "./vector.ts";

/** A vector, or what is wrong with the line. */
export type ParsedVector =
  | {
      /** The line is a vector. */
      readonly ok: true;
      /** The vector that it is. */
      readonly vector: Vector;
    }
  | {
      /** The line is none. */
      readonly ok: false;
      /** What is wrong, in one line, with the path of the field. */
      readonly problem: string;
    };

type Issue = z.core.$ZodIssue;

/**
 * Never throws. The problem is the first one found, with its place:
 * `config.failAlloc[2]: expected a non-negative integer`.
 */
export function parseVector(line: string): ParsedVector {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { ok: false, problem: `not JSON: ${(error as SyntaxError).message.split("\n")[0]}` };
  }
  const parsed = vectorSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) return { ok: false, problem: describe(parsed.error.issues[0]) };
  const problem = findDanglingIndex(parsed.data);
  return problem === undefined ? { ok: true, vector: parsed.data } : { ok: false, problem };
}

/** What no schema of single fields can see. */
function findDanglingIndex(vector: Vector): string | undefined {
  if (vector.kind !== "zap" || vector.zap.vma < vector.vmas.length) return undefined;
  return `zap.vma: expected an index of vmas, which has ${vector.vmas.length}`;
}

function describe(issue: Issue, above: readonly PropertyKey[] = []): string {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    const branch = likeliest(issue.errors);
    if (branch !== undefined) return describe(branch, path);
  }
  return `${showPath(path)}: ${complaint(issue)}`;
}

/** Of a union's branches, the one that got furthest into the value before it failed. */
function likeliest(branches: readonly (readonly Issue[])[]): Issue | undefined {
  const depth = (issues: readonly Issue[]): number =>
    Math.max(0, ...issues.map(({ path }) => path.length));
  return branches
    .filter((issues) => depth(issues) > 0)
    .toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)
    .at(0)
    ?.at(0);
}

function complaint(issue: Issue): string {
  if (issue.code === "unrecognized_keys") return `unknown key ${issue.keys.join(", ")}`;
  const isShape = issue.code === "invalid_type" && /^(object|array)$/.test(issue.expected);
  if (!isShape) return issue.message;
  const article = issue.expected === "array" ? "a list" : "an object";
  return issue.input === undefined ? `missing, expected ${article}` : `expected ${article}`;
}

/** `config.failAlloc[2]`, as one would write it in JavaScript; the whole value is `vector`. */
function showPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "vector";
  const steps = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return steps.join("").replace(/^\./, "");
}
