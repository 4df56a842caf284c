/**
 * The history cannot go on as it is written: a process that does not exist, because its fork
 * failed, is to do something; a mapping has no such page.
 *
 * Thrown inside a run only; `runScenario` reports it at the step that met it.
 */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
