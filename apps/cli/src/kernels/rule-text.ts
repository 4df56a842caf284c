/** Rules for people and for programs: where an answer is written, since when, how sure it is. */
import type { Answer, KernelName } from "@forkpath/abi";
import { type Evidence, evidenceFor, type RuleDifference } from "@forkpath/kernel";
import type { Colors } from "../terminal.ts";

const WIDTH = 100;
const GAP = 2;

/** Where texts begin beside the names of rules. */
export const indentOf = (names: readonly string[]): number =>
  GAP + Math.max(0, ...names.map(({ length }) => length)) + GAP;

/** What the rule decides, where that is written, and both answers. */
export function differenceLines(
  { name, rule, was, is }: RuleDifference,
  from: KernelName,
  to: KernelName,
  indent: number,
  colors: Colors,
): string[] {
  const width = Math.max(from.length, to.length) + GAP;
  const blanks = " ".repeat(indent);
  const known = `${sourceText(is)}; ${evidenceText(evidenceFor(to, name, rule))}`;
  return [
    ...ruleLine(name, rule.decides, known, indent, colors),
    `${blanks}${from.padEnd(width)}${was.does}`,
    `${blanks}${to.padEnd(width)}${is.does}`,
  ];
}

/** Name, text, and at the right end what is known of it; if that is too long, below. */
export function ruleLine(
  name: string,
  text: string,
  known: string,
  indent: number,
  colors: Colors,
): string[] {
  const start = " ".repeat(GAP) + colors.green(name) + " ".repeat(indent - GAP - name.length);
  const room = WIDTH - indent - text.length;
  if (known.length + GAP <= room) return [start + text + colors.dim(known.padStart(room))];
  return [start + text, colors.dim(" ".repeat(indent) + known)];
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
