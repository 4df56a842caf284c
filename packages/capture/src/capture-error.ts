/**
 * A process that cannot be captured: `message` is one line, for a person.
 * @example
 * ```ts
 * import { CaptureError, captureProcess } from "@forkpath/capture";
 * const failure = await captureProcess(2 ** 30).catch((error) => error);
 * console.log(failure instanceof CaptureError); // true
 * ```
 */
export class CaptureError extends Error {
  /** Always "CaptureError": it tells the error from others across copies of the package. */
  override readonly name = "CaptureError";
}
