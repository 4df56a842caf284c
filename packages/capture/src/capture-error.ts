/** A process that cannot be captured: `message` is one line, for a person. */
export class CaptureError extends Error {
  /** Always "CaptureError": it tells the error from others across copies of the package. */
  override readonly name = "CaptureError";
}
