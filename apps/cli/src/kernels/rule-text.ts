/** Rules for people and for programs: where an answer is written, since when, and how sure it is. */
import type { Answer, KernelName } from "@forkpath/abi";
import { type Difference, type Evidence, evidenceFor } from "@forkpath/kernel";

/** `M24/5, first in 5.8; read` */
export function answerText({ name, rule, is }: Difference, kernel: KernelName): string {
  return `${sourceText(is)}; ${evidenceText(evidenceFor(kernel, name, rule))}`;
}

export const sourceText = ({ source, first }: Answer<unknown>): string =>
  first === undefined ? source : `${source}, first in ${first}`;

/** `recorded in c06`, `read`, `inferred, as on v5.4 and v5.14`; a source stands beside it. */
export function evidenceText({ how, by }: Evidence): string {
  if (how === "recorded") return `recorded in ${by}`;
  return how === "read" || !by.startsWith("as on") ? how : `inferred, ${by}`;
}

/** An answer as data; its function stays out. */
export const answerJson = (
  { since, does, source, first }: Answer<unknown>,
  evidence: Evidence,
): object => ({
  since,
  does,
  source,
  first: first ?? null,
  certainty: evidence.how,
  by: evidence.by,
});
