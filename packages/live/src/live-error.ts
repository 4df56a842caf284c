/**
 * Nothing can be done for real: this is no Linux, there is no C compiler, ptrace is not allowed.
 * The message says so in one line.
 * @example
 * ```ts
 * import { LiveError } from "@forkpath/live";
 * console.log(new LiveError("there is no C compiler").message); // there is no C compiler
 * ```
 */
export class LiveError extends Error {
  /** Always "LiveError": it tells the error from others across copies of the package. */
  override readonly name = "LiveError";
}
