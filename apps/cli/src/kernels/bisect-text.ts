/**
 * What turns along the axis, for people: by the two releases, then by cause.
 *
 *    v5.4 → v5.10: huge
 *        how huge pages are mapped, shared and cut
 *        v5.4   a read maps the huge zero page
 *        v5.10  a write to a shared one cuts the pmd, and copies 4 KiB    M24/5, first in 5.8; read
 *      31  parent AnonHugePages: 2048 kB → 0 kB
 */
import type { KernelName } from "@forkpath/abi";
import type { Difference } from "@forkpath/kernel";
import type { Cause, Scenario, Turn } from "@forkpath/scenario";
import { wrap } from "../defects/wrap.ts";
import type { Colors } from "../terminal.ts";
import { answerText } from "./rule-text.ts";
import { gotText } from "./table-text.ts";

const LINE_WIDTH = 6;
const TEXT_WIDTH = 92;
const INDENT: string = " ".repeat(LINE_WIDTH + 2);

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
  return [title, ...groupTurns(turns).flatMap((group) => groupLines(group, colors))];
}

/** Turns between the same two releases that have the same cause, in the order of the first. */
export function groupTurns(turns: readonly Turn[]): readonly (readonly Turn[])[] {
  const groups = new Map<string, Turn[]>();
  for (const turn of turns) {
    const { was, is, cause } = turn;
    const key = [was.kernel, is.kernel, cause.how, ...cause.rules.map(({ name }) => name)].join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [turn]);
    else group.push(turn);
  }
  return [...groups.values()];
}

function groupLines(group: readonly Turn[], colors: Colors): string[] {
  const [{ was, is, cause }] = group;
  return [
    "",
    `${colors.bold(`${was.kernel} → ${is.kernel}`)}: ${causeText(cause, colors)}`,
    ...cause.rules.flatMap((one) => ruleLines(one, was.kernel, is.kernel, colors)),
    ...group.flatMap((turn) => turnLines(turn, colors)),
  ];
}

function causeText({ how, rules }: Cause, colors: Colors): string {
  const names = rules.map(({ name }) => colors.green(name)).join(", ");
  if (how === "unknown") return colors.red("no rule explains it");
  if (rules.length === 1) return names;
  return how === "alone" ? `each of these alone: ${names}` : `these together: ${names}`;
}

function ruleLines(
  difference: Difference,
  from: KernelName,
  to: KernelName,
  colors: Colors,
): string[] {
  const { rule, was, is, name } = difference;
  const width = Math.max(from.length, to.length);
  return [
    colors.dim(`${INDENT}${name}: ${rule.decides}`),
    `${INDENT}  ${from.padEnd(width)}  ${was.does}`,
    `${INDENT}  ${to.padEnd(width)}  ${is.does}  ${colors.dim(answerText(difference, to))}`,
  ];
}

/** What was wanted is told of expectations; of a step, how it ended tells it all. */
function turnLines({ kind, line, text, was, is }: Turn, colors: Colors): string[] {
  const wanted = kind === "outcome" ? "" : ` (${is.isMet ? is.wanted : was.wanted})`;
  const [first, ...more] = wrap(`${text}: ${gotText(was)} → ${gotText(is)}${wanted}`, TEXT_WIDTH);
  return [
    `${colors.dim(String(line).padStart(LINE_WIDTH))}  ${first}`,
    ...more.map((one) => `${INDENT}  ${one}`),
  ];
}
