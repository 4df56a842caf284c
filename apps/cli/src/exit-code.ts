/** What a command ends with: README.md, *For scripts*. */
export const ExitCode = {
  DONE: 0,
  /** Something was not as wanted. */
  FAILED: 1,
  /** Wrong usage, or what cannot be read or written. */
  USAGE: 2,
  /** A fault of forkpath itself. */
  INTERNAL: 3,
  /** Nothing was wrong as far as it went, but an exploration ended early. */
  INCOMPLETE: 4,
  /** Ctrl-C, as shells tell it. */
  INTERRUPTED: 130,
  /** The reader of a pipe has gone, as shells tell it. */
  NO_READER: 141,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A command calls it with how it ended, or whether everything was as wanted; else it is done. */
export type Finish = (end: ExitCode | boolean) => void;

/** What a command that was interrupted ends with, and one that was not. */
export const endOf = (isOk: boolean, isInterrupted: boolean): ExitCode => {
  if (isInterrupted) return ExitCode.INTERRUPTED;
  return isOk ? ExitCode.DONE : ExitCode.FAILED;
};
