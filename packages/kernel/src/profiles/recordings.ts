/** By kernel and rule: a recording that fails with the answer of the nearest other release. */
import type { KernelName } from "@forkpath/abi";

export const recordings: Readonly<Partial<Record<KernelName, Readonly<Record<string, string>>>>> =
  {};
