/** What the recorded machine lets nobody exceed, where it does not let all be had. */
import type { Rlimits } from "@forkpath/fork";

export const HARD_LIMITS: Readonly<Partial<Rlimits>> = {
  memlock: 8 * 2 ** 20,
  nproc: 96_365,
};
