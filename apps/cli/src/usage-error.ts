import { WantedError } from "@forkpath/interleave";

/** The user asked for something that cannot be done: one line on standard error, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * What `read` makes of something that the user has written.
 * @param what stands before the complaint, such as `strategy: `
 * @throws UsageError where `read` wants something else
 */
export function orUsageError<T>(read: () => T, what = ""): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WantedError)) throw error;
    throw new UsageError(`${what}${error.wanted}`);
  }
}
