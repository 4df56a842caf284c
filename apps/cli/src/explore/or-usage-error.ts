/** Apart from the error itself, which every command loads, and what is explored only some do. */
import { WantedError } from "@forkpath/interleave";
import { UsageError } from "../usage-error.ts";

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
