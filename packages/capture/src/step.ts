/** Work that tells how far it is, and is asked to stop: `true` comes back from a yield then. */
export interface CaptureProgress {
  readonly what: "pages" | "frames" | "packed";
  readonly done: number;
  readonly total: number;
}

export type Step<T> = Generator<CaptureProgress, T, boolean>;

/** Thrown out of work that was asked to stop. */
export class CaptureInterrupted extends Error {
  override readonly name = "CaptureInterrupted";
}

/** @throws CaptureInterrupted when asked to stop */
export function* tell(progress: CaptureProgress): Step<void> {
  if (yield progress) throw new CaptureInterrupted("asked to stop");
}
