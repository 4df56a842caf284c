/** By kernel and rule: a recording that fails when the rule answers as on the nearest other release. */
import type { KernelName } from "@forkpath/abi";

export const recordings: Readonly<Partial<Record<KernelName, Readonly<Record<string, string>>>>> =
  {};
