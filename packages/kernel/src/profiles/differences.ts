/** All rules of a release, and what differs between two. */
import { type Answer, answerOf, type KernelName, type Rule } from "@forkpath/abi";
import { RULE_BOOKS } from "./profile.ts";

/** One rule, as one release has it. */
export interface RuleOf {
  /** Key of the rule in its book. */
  readonly name: string;
  /** Whose book it stands in: `mm`. */
  readonly book: string;
  /** The rule, with the answers of all releases. */
  readonly rule: Rule<unknown>;
  /** The release's own. */
  readonly answer: Answer<unknown>;
}

/** One rule that two releases answer otherwise. */
export interface RuleDifference {
  /** Key of the rule in its book. */
  readonly name: string;
  /** Whose book it stands in: `mm`. */
  readonly book: string;
  /** The rule, with the answers of all releases. */
  readonly rule: Rule<unknown>;
  /** The first release's answer. */
  readonly was: Answer<unknown>;
  /** The second one's. */
  readonly is: Answer<unknown>;
}

/**
 * Every rule with the answer that `kernel` gives, book by book.
 * @modelOnly a release of Linux is what it is
 */
export const rulesOn = (kernel: KernelName): RuleOf[] =>
  Object.entries(RULE_BOOKS).flatMap(([book, rules]) =>
    Object.entries<Rule<unknown>>(rules).map(([name, rule]) => ({
      name,
      book,
      rule,
      answer: answerOf(rule, kernel),
    })),
  );

/**
 * What a machine of `kernel` does otherwise than one of `base`, book by book.
 * @modelOnly a release of Linux is what it is
 */
export function differences(base: KernelName, kernel: KernelName): RuleDifference[] {
  const other = rulesOn(kernel);
  return rulesOn(base).flatMap(({ name, book, rule, answer }, index) => {
    const is = other[index].answer;
    return is.by === answer.by ? [] : [{ name, book, rule, was: answer, is }];
  });
}
