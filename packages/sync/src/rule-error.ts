/** What a broken rule and a BUG of the kernel have in common: which rule, and the state. */
export abstract class RuleError extends Error {
  /** Short name of the rule that does not hold. */
  readonly rule: string;

  constructor(rule: string, state: string) {
    super(`${rule}: ${state}`);
    this.rule = rule;
  }
}
