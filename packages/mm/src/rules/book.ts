/** The rules of mm: one line each, in the order of MmRules. */
import type { RuleBook } from "@forkpath/abi";
import type { MmRules } from "../types.ts";
import { countedAs } from "./counted-as.ts";
import { needsCopy } from "./needs-copy.ts";
import { mayPromise } from "./promise.ts";
import { shmemCounter } from "./shmem-counter.ts";
import { usage } from "./usage.ts";

export const mmRules: RuleBook<MmRules> = {
  shmemCounter,
  countedAs,
  needsCopy,
  mayPromise,
  usage,
};
