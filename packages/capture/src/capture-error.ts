/** A process that cannot be captured: `message` is one line, for a person. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}
