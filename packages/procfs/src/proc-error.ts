/** What is wrong with a text of /proc: where, what was wanted there, and what stands there. */

/** Characters of the text that an error shows. */
const MOST_SHOWN = 60;

/** A line of a text. */
export interface TextPlace {
  /** `smaps`, or what the caller named the text. */
  readonly file: string;
  /** Counted from 1; null for what has no lines. */
  readonly line: number | null;
}

/** What is wrong in a text. */
export interface ProcFault extends TextPlace {
  /** What should stand there, as a phrase. */
  readonly wanted: string;
  /** What stands there, in quotes and cut short. */
  readonly got: string;
  /** Of a word that is none of those that may stand there: the word, and those. */
  readonly unknown?: {
    /** What stands there. */
    readonly word: string;
    /** What may stand there. */
    readonly known: readonly string[];
  };
}

/**
 * A text that no kernel prints. `message` is one line: `smaps:12: wanted …, got …`.
 * @example
 * ```ts
 * import { parseStatm, ProcError } from "@forkpath/procfs";
 * try {
 *   parseStatm("1 2 3\n");
 * } catch (error) {
 *   if (error instanceof ProcError) console.log(error.fault.file, error.fault.line); // statm 1
 * }
 * ```
 */
export class ProcError extends Error {
  /** Always "ProcError": it tells the error from others across copies of the package. */
  override readonly name = "ProcError";
  /** The same as `message`, as data. */
  readonly fault: ProcFault;

  constructor(fault: ProcFault) {
    const { file, line, wanted, got } = fault;
    const place = line === null ? file : `${file}:${line}`;
    super(`${place}: wanted ${wanted}, got ${got}`);
    this.fault = fault;
  }
}

/** A piece of a text as an error shows it: in quotes, on one line, and not too long. */
export function quoted(text: string): string {
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  const visible = JSON.stringify(shown);
  // Controls that JSON leaves as they are, and halves of characters.
  return visible.replace(/[\u007f-\u009f\u2028\u2029\ud800-\udfff]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
