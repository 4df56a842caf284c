/** Work that tells how far it is, and is asked to stop: `true` comes back from a yield then. */
export interface CaptureProgress {
  /** Pages are read, then their frames are looked up, then records are packed. */
  readonly what: "pages" | "frames" | "packed";
  /** How many are done. */
  readonly done: number;
  /** How many there are, as far as is known now. */
  readonly total: number;
}

/** Such work, with what it comes to at its end. */
export type CaptureSteps<T> = Generator<CaptureProgress, T, boolean>;

/** Thrown out of work that was asked to stop. */
export class CaptureInterrupted extends Error {
  /** Always "CaptureInterrupted": it tells the error from others across copies of the package. */
  override readonly name = "CaptureInterrupted";
}

/** @throws CaptureInterrupted when asked to stop */
export function* tell(progress: CaptureProgress): CaptureSteps<void> {
  if (yield progress) throw new CaptureInterrupted("asked to stop");
}
