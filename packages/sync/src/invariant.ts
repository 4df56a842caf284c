/**
 * The error that says the model broke its own rule.
 *
 * It is never a modelled failure (those are negative errnos) and never a caller's mistake (those
 * are RangeError or TypeError): to see one is to have found a bug, in the model or in a litmus.
 */
export class InvariantError extends Error {
  /** Always "InvariantError": it tells the error from others across copies of the package. */
  override readonly name = "InvariantError";
  /** Short name of the rule that does not hold. */
  readonly rule: string;

  constructor(rule: string, state: string) {
    super(`${rule}: ${state}`);
    this.rule = rule;
  }
}

/**
 * @throws InvariantError unless `holds`
 * @modelOnly the kernel's BUG_ON, with the rule's name
 */
export function invariant(holds: boolean, rule: string, state: string): asserts holds {
  if (!holds) throw new InvariantError(rule, state);
}
