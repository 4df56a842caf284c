/**
 * How sure a profile is of a rule:
 *
 *    recorded   a recording of that kernel fails with the nearest other answer; it is named
 *    read       in the source of that release: by what the specification says, or M26 in a column
 *    inferred   from releases before and after it, or from the date of a change
 *
 * Which recordings tell is data, and a test runs each with the other answer.
 */
import { answerOf, KERNELS, type KernelName, type Rule } from "@forkpath/abi";
import { RECORDINGS_BY_RULE } from "./recordings.ts";

/** See the head of this file. */
export type Certainty = "recorded" | "read" | "inferred";

/** How sure, and by what. */
export interface Evidence {
  /** How sure. */
  readonly how: Certainty;
  /** The recording that tells, the clause, or the nearest releases of which it is known. */
  readonly by: string;
}

/** Their sources are specified in full. */
const SPECIFIED: readonly KernelName[] = ["el6", "v6.18"];

/**
 * How sure it is that `kernel` gives the answer to `rule` that its profile has.
 * @param name of the rule, in its book
 * @modelOnly how much is known of a release
 */
export function evidenceFor(kernel: KernelName, name: string, rule: Rule<unknown>): Evidence {
  const told = RECORDINGS_BY_RULE[kernel]?.[name];
  if (told !== undefined) return { how: "recorded", by: told };
  const { source } = answerOf(rule, kernel);
  if (isRead(kernel, rule)) return { how: "read", by: source };
  return { how: "inferred", by: neighbours(kernel, rule) ?? source };
}

const isRead = (kernel: KernelName, { read = [] }: Rule<unknown>): boolean =>
  SPECIFIED.includes(kernel) || read.includes(kernel);

/** The nearest releases on both sides that are known to give the same answer. */
function neighbours(kernel: KernelName, rule: Rule<unknown>): string | undefined {
  const { by } = answerOf(rule, kernel);
  const place = KERNELS.indexOf(kernel);
  const isSame = (other: KernelName): boolean =>
    isRead(other, rule) && answerOf(rule, other).by === by;
  const before = KERNELS.slice(0, place).findLast(isSame);
  const after = KERNELS.slice(place + 1).find(isSame);
  const known = [before, after].filter((other) => other !== undefined);
  return known.length === 0 ? undefined : `as on ${known.join(" and ")}`;
}
