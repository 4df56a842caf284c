/**
 * Releases for people: the list of all, the rules of one, or what differs between two.
 *
 *    v5.4 → v5.10: 14 of 73 rules differ
 *
 *    mm
 *      reuse  when a write fault reuses an anonymous page        M26, first in 5.9; read
 *             v5.4   mapcount and swap count at most 1
 *             v5.10  mapcount 1 and one reference
 */
import { KERNELS, type KernelName } from "@forkpath/abi";
import {
  type Certainty,
  differences,
  evidenceFor,
  LEFT_OUT,
  leftOutOn,
  RELEASES,
  type RuleOf,
  rulesOn,
} from "@forkpath/kernel";
import { wrap } from "../defects/wrap.ts";
import type { Colors } from "../terminal.ts";
import { differenceLines, evidenceText, indentOf, ruleLine, sourceText } from "./rule-text.ts";

const CERTAINTIES: readonly Certainty[] = ["recorded", "read", "inferred"];
const WIDTH = 100;
const GAP = 2;

export function listLines(colors: Colors): string[] {
  const rows = KERNELS.map((kernel, index) => [
    kernel,
    releaseText(kernel),
    index === 0 ? "" : String(differences(KERNELS[index - 1], kernel).length),
    ...CERTAINTIES.map((how) => String(countOf(kernel, how))),
  ]);
  const heads = ["kernel", "source", "new rules", ...CERTAINTIES];
  const [head, ...lines] = columns([heads, ...rows], 2);
  return [
    colors.dim(head),
    ...lines,
    "",
    ...wrap(
      "New rules are answered otherwise than in the row above. forkpath kernels v5.4 v5.10 tells " +
        "what differs between two, forkpath run FILE --kernels all runs a scenario on each, " +
        "forkpath bisect FILE finds since when.",
      WIDTH,
    ).map((line) => colors.dim(line)),
  ];
}

/** The first so many columns stand on the left of their room, numbers on the right. */
function columns(rows: readonly (readonly string[])[], left: number): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((text, column) =>
        column < left ? text.padEnd(widths[column]) : text.padStart(widths[column]),
      )
      .join(" ".repeat(GAP)),
  );
}

const releaseText = (kernel: KernelName): string => {
  const { tree, of } = RELEASES[kernel];
  return of === "" ? tree : `${tree}, ${of}`;
};

const countOf = (kernel: KernelName, how: Certainty): number =>
  rulesOn(kernel).filter(({ name, rule }) => evidenceFor(kernel, name, rule).how === how).length;

export function kernelLines(kernel: KernelName, colors: Colors): string[] {
  const rules = rulesOn(kernel);
  const counts = CERTAINTIES.map((how) => `${countOf(kernel, how)} ${how}`).join(", ");
  const { recordedOn } = RELEASES[kernel];
  const ran = recordedOn === null ? "" : `; recorded on ${recordedOn}`;
  return [
    `${colors.bold(kernel)}: source of ${releaseText(kernel)}${ran}`,
    `${rules.length} rules: ${counts}`,
    ...inBooks(rules, colors, ({ name, rule, answer }, width) => [
      ...ruleLine(name, answer.does, answerOfOne({ name, rule, answer }, kernel), width, colors),
      colors.dim(" ".repeat(width) + rule.decides),
    ]),
  ];
}

const answerOfOne = (
  { name, rule, answer }: Pick<RuleOf, "name" | "rule" | "answer">,
  kernel: KernelName,
): string => `${sourceText(answer)}; ${evidenceText(evidenceFor(kernel, name, rule))}`;

export function pairLines(from: KernelName, to: KernelName, colors: Colors): string[] {
  const found = differences(from, to);
  const total = rulesOn(from).length;
  return [
    `${colors.bold(`${from} → ${to}`)}: ${found.length} of ${total} rules differ`,
    ...inBooks(found, colors, (one, indent) => differenceLines(one, from, to, indent, colors)),
    ...leftOutLines(from, to, colors),
  ];
}

/** What differs, too, and no rule decides. */
function leftOutLines(from: KernelName, to: KernelName, colors: Colors): string[] {
  const found = LEFT_OUT.flatMap((one) => {
    const [was, is] = [leftOutOn(one, from), leftOutOn(one, to)];
    if (was === is) return [];
    const first = is.first === undefined ? "" : `, first in ${is.first}`;
    return [
      `${" ".repeat(GAP)}${one.what}: ${was.does} → ${is.does}${first}`,
      colors.dim(`${" ".repeat(2 * GAP)}${one.why}`),
    ];
  });
  return found.length === 0 ? [] : ["", colors.bold("not modelled"), ...found];
}

/** A heading for each book, and the lines of its rules. */
function inBooks<One extends { readonly book: string; readonly name: string }>(
  rules: readonly One[],
  colors: Colors,
  linesOf: (one: One, indent: number) => readonly string[],
): string[] {
  const indent = indentOf(rules.map(({ name }) => name));
  const books = [...new Set(rules.map(({ book }) => book))];
  return books.flatMap((book) => [
    "",
    colors.bold(book),
    ...rules.filter((one) => one.book === book).flatMap((one) => linesOf(one, indent)),
  ]);
}
