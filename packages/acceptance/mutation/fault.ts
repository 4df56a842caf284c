/**
 * A fault: one small edit of one source file, after which the model breaks a rule of SPEC.
 *
 * Faults are data, so the list says what the tests are held against, and grows by an object.
 */

/** A fault as a list in faults/ writes it; the list says once which package it is about. */
export interface FaultText {
  /** What goes wrong, in a few words with hyphens. Unique in its package. */
  readonly name: string;
  /** Path below the package's src. */
  readonly file: string;
  /** Text that stands exactly once in the file, or at `at`: a line, or a part of one. */
  readonly find: string;
  /** Offset of `find`, for a fault that a machine has placed. */
  readonly at?: number;
  /** What stands there instead; empty to leave the step out. */
  readonly replace: string;
  /** The rule that breaks, with its section. */
  readonly why: string;
  /** Only for a fault that no test finds: why that is all right. */
  readonly accepted?: string;
}

export interface Fault extends FaultText {
  /** `package/name`. */
  readonly id: string;
  /** The folder under packages. */
  readonly package: string;
}

/** The faults of one package. */
export const faultsIn = (pkg: string, faults: readonly FaultText[]): readonly Fault[] =>
  faults.map((fault) => ({ ...fault, id: `${pkg}/${fault.name}`, package: pkg }));

/** Where the fault is made, from the root of the workspace. */
export const pathOf = (fault: Fault): string => `packages/${fault.package}/src/${fault.file}`;

/** The source has moved on: the fault's text is not there, or not only there. */
export class FaultMovedError extends Error {
  constructor(fault: Fault, times: number) {
    super(`${fault.id}: "${fault.find}" stands ${times} times in ${pathOf(fault)}, wanted once`);
    this.name = "FaultMovedError";
  }
}

/**
 * The source with the fault in it.
 * @throws FaultMovedError unless the fault's text stands exactly once in `source`, or at its offset
 */
export function withFault(source: string, fault: Fault): string {
  const at = fault.at ?? onlyPlaceOf(source, fault);
  if (!source.startsWith(fault.find, at)) throw new FaultMovedError(fault, 0);
  return source.slice(0, at) + fault.replace + source.slice(at + fault.find.length);
}

function onlyPlaceOf(source: string, fault: Fault): number {
  const times = source.split(fault.find).length - 1;
  if (times !== 1) throw new FaultMovedError(fault, times);
  return source.indexOf(fault.find);
}
