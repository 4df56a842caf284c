/** What turns along the axis, for programs: what `bisect --json` writes. */
import type { KernelName } from "@forkpath/abi";
import { evidenceFor, type RuleDifference } from "@forkpath/kernel";
import type { Scenario, Turn } from "@forkpath/scenario";
import { answerJson } from "./rule-text.ts";
import { cellJson } from "./table-json.ts";

export const turnsJson = (
  { fileName, title }: Scenario,
  kernels: readonly KernelName[],
  turns: readonly Turn[],
): object => ({
  file: fileName,
  title,
  kernels,
  turns: turns.map(({ kind, line, text, was, is, cause }) => ({
    kind,
    line,
    text,
    was: cellJson(was),
    is: cellJson(is),
    how: cause.how,
    rules: cause.rules.map((one) => differenceJson(one, was.kernel, is.kernel)),
  })),
});

export const differenceJson = (
  { name, book, rule, was, is }: RuleDifference,
  from: KernelName,
  to: KernelName,
): object => ({
  name,
  package: book,
  decides: rule.decides,
  was: answerJson(was, evidenceFor(from, name, rule)),
  is: answerJson(is, evidenceFor(to, name, rule)),
});
