/**
 * A BUG that Linux can run into, and that the model runs into with it.
 *
 * The thread dies where it stands, and keeps every lock that it holds: nothing that the machine
 * does afterwards means anything. An InvariantError says that the model is wrong; this one says
 * that the model is right.
 */
export class KernelBug extends Error {
  /** Always "KernelBug": it tells the error from others across copies of the package. */
  override readonly name = "KernelBug";
  /** Short name of what the kernel takes for granted. */
  readonly rule: string;

  constructor(rule: string, state: string) {
    super(`${rule}: ${state}`);
    this.rule = rule;
  }
}

/**
 * @throws KernelBug unless `holds`
 * @kernel BUG_ON in include/asm-generic/bug.h
 */
export function bugUnless(holds: boolean, rule: string, state: string): asserts holds {
  if (!holds) throw new KernelBug(rule, state);
}
