/**
 * The history cannot go on as it is written: a process that does not exist, because its fork
 * failed, is to do something; a mapping has no such page.
 *
 * `runScenario` reports it at the step that met it; `stageThreads` throws it, and so may a thread.
 */
export class CannotRun extends Error {
  /** Always "CannotRun": it tells the error from others across copies of the package. */
  override readonly name = "CannotRun";
}

/** The task that is to make a call is still in another: its step waits, and is never made. */
export class CallerWaits extends CannotRun {}
