/**
 * What turns along the axis, for people: by the two releases, then by cause.
 *
 *    v5.4 → v5.10
 *      huge    how huge pages are mapped, shared and cut            M24/5, first in 5.8; read
 *              v5.4   a read maps the huge zero page
 *              v5.10  a write to a shared one cuts the pmd, and copies 4 KiB
 *
 *      with huge of v5.10
 *        31  parent AnonHugePages: 2048 kB → 0 kB
 */
import type { KernelName } from "@forkpath/abi";
import type { RuleDifference } from "@forkpath/kernel";
import type { Cause, Scenario, Turn } from "@forkpath/scenario";
import { wrap } from "../defects/wrap.ts";
import type { Colors } from "../terminal.ts";
import { differenceLines, indentOf } from "./rule-text.ts";
import { gotText } from "./table-text.ts";

const LINE_WIDTH = 6;
const TEXT_WIDTH = 92;
const GAP = "  ";
const INDENT: string = " ".repeat(LINE_WIDTH) + GAP;

export function bisectLines(
  scenario: Scenario,
  kernels: readonly KernelName[],
  turns: readonly Turn[],
  colors: Colors,
): string[] {
  const title = colors.bold(scenario.title);
  const [first, last] = [kernels[0], kernels[kernels.length - 1]];
  if (turns.length === 0) {
    return [title, `nothing changes: ${first} to ${last} all answer the same`];
  }
  const pairs = grouped(turns, ({ is }) => is.kernel);
  return [title, ...pairs.flatMap((pair) => pairLines(pair, colors))];
}

/** Lists of those that have the key in common, in the order of the first of each. */
function grouped<One>(all: readonly One[], keyOf: (one: One) => string): readonly One[][] {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** All that turns between two releases: the rules once each, then what each cause changes. */
function pairLines(turns: readonly Turn[], colors: Colors): string[] {
  const [{ was, is }] = turns;
  const rules = new Map<string, RuleDifference>();
  for (const { cause } of turns) for (const one of cause.rules) rules.set(one.name, one);
  const indent = indentOf([...rules.keys()]);
  const causes = grouped(turns, ({ cause }) => causeText(cause, is.kernel));
  return [
    "",
    colors.bold(`${was.kernel} → ${is.kernel}`),
    ...[...rules.values()].flatMap((one) =>
      differenceLines(one, was.kernel, is.kernel, indent, colors),
    ),
    ...causes.flatMap((group) => ["", ...causeLines(group, colors)]),
  ];
}

function causeLines(group: readonly Turn[], colors: Colors): string[] {
  const [{ cause, is }] = group;
  const text = causeText(cause, is.kernel);
  return [
    GAP + (cause.how === "unknown" ? colors.red(text) : colors.green(text)),
    ...unlike(group).flatMap((turn) => turnLines(turn, colors)),
  ];
}

function causeText({ how, rules }: Cause, to: KernelName): string {
  const names = rules.map(({ name }) => name);
  if (how === "unknown") return "no rule explains";
  if (names.length === 1) return `with ${names[0]} as on ${to}`;
  const [last, ...others] = names.toReversed();
  const list = `${others.toReversed().join(", ")} ${how === "alone" ? "or" : "and"} ${last}`;
  return `with ${list} as on ${to}${how === "alone" ? ", each alone" : ", all of them together"}`;
}

/** One of those that tell the same, such as an expectation of some releases and its opposite. */
const unlike = (group: readonly Turn[]): readonly Turn[] =>
  group.filter(
    ({ text, was, is }, index) =>
      group.findIndex(
        (other) => other.text === text && other.was.got === was.got && other.is.got === is.got,
      ) === index,
  );

function turnLines({ line, text, was, is }: Turn, colors: Colors): string[] {
  const [first, ...more] = wrap(`${text}: ${gotText(was)} → ${gotText(is)}`, TEXT_WIDTH);
  return [
    `${colors.dim(String(line).padStart(LINE_WIDTH))}${GAP}${first}`,
    ...more.map((one) => `${INDENT}${GAP}${one}`),
  ];
}
