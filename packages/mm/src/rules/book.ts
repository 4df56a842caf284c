/** The rules of mm: one line each, in the order of MmRules. */
import type { RuleBook } from "@forkpath/abi";
import type { MmRules } from "../types.ts";
import { countedAs } from "./counted-as.ts";
import { exclusiveFlag } from "./exclusive.ts";
import { mayFollowForced } from "./follow-forced.ts";
import { lruBatch } from "./lru-batch.ts";
import { mayMakeWritable } from "./make-writable.ts";
import { migration } from "./migration.ts";
import { joinsMmlist } from "./mmlist.ts";
import { needsCopy } from "./needs-copy.ts";
import { mustCopyPinned, pinBias } from "./pinned.ts";
import { mayPromise } from "./promise.ts";
import { reuse } from "./reuse.ts";
import { shmemCounter } from "./shmem-counter.ts";
import { swapIn } from "./swap-in.ts";
import { usage } from "./usage.ts";

export const mmRules: RuleBook<MmRules> = {
  shmemCounter,
  countedAs,
  needsCopy,
  mayPromise,
  exclusiveFlag,
  reuse,
  mustCopyPinned,
  pinBias,
  mayFollowForced,
  swapIn,
  migration,
  joinsMmlist,
  lruBatch,
  mayMakeWritable,
  usage,
};
