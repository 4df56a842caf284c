/** The rules of mm: one line each, in the order of MmRules. */
import type { RuleBook } from "@forkpath/abi";
import type { MmRules } from "../types.ts";
import { advices } from "./advices.ts";
import { anonVmaReuse } from "./anon-vma-reuse.ts";
import { copiesFirst } from "./cow-fault.ts";
import { driverFlags } from "./driver-flags.ts";
import { exclusiveFlag } from "./exclusive.ts";
import { exeFile } from "./exe-file.ts";
import { faultAroundPages, mapsDirty, mapsLastAlone } from "./fault-around.ts";
import { faultLock } from "./fault-lock.ts";
import { fileTable } from "./file-table.ts";
import { mayFollowForced } from "./follow-forced.ts";
import { forcesShared } from "./forces-shared.ts";
import { forgetsEntry } from "./forgets-entry.ts";
import { mayFreeTable } from "./free-table.ts";
import { freshIsActive, gupTouches } from "./gup-touches.ts";
import { heapStart } from "./heap-start.ts";
import { huge } from "./huge.ts";
import { keepsCharge } from "./keeps-charge.ts";
import { lockAdds } from "./lock-adds.ts";
import { lockFills } from "./lock-fills.ts";
import { lockKinds } from "./lock-kinds.ts";
import { lockedFlags } from "./locked-flags.ts";
import { lruBatch } from "./lru-batch.ts";
import { mayMakeWritable } from "./make-writable.ts";
import { laterMapFlags } from "./map-flags.ts";
import { mapsOver } from "./maps-over.ts";
import { migration } from "./migration.ts";
import { migrationCounter } from "./migration-counter.ts";
import { mmAlerts } from "./mm-alerts.ts";
import { mmInit } from "./mm-init.ts";
import { joinsMmlist } from "./mmlist.ts";
import { movesPage } from "./moves-page.ts";
import { makesPudTable, movesTables } from "./moves-tables.ts";
import { mremap } from "./mremap.ts";
import { needsCopy } from "./needs-copy.ts";
import { noHugeAdvice } from "./no-huge-advice.ts";
import { overcommitGuess } from "./overcommit-guess.ts";
import { commitBatch, overcommitNever } from "./overcommit-never.ts";
import { pageoutMakesOld } from "./pageout.ts";
import { mustCopyPinned, pinBias, unsharesPinned } from "./pinned.ts";
import { poisonCounter } from "./poison-counter.ts";
import { populates } from "./populates.ts";
import { protectFills } from "./protect-fills.ts";
import { remapFilePages } from "./remap-file-pages.ts";
import { countsRemoteFaults } from "./remote-faults.ts";
import { removesFrom } from "./removes-from.ts";
import { reuse } from "./reuse.ts";
import { shmemCounter } from "./shmem-counter.ts";
import { shrinksHeap } from "./shrinks-heap.ts";
import { softDirty } from "./soft-dirty.ts";
import { stackGrowth } from "./stack-growth.ts";
import { stackGuard } from "./stack-guard.ts";
import { swapIn } from "./swap-in.ts";
import { takesOver } from "./takes-over.ts";
import { usage } from "./usage.ts";
import { willneedAnon } from "./willneed.ts";
import { zapBlock } from "./zap-block.ts";

/**
 * What every release answers.
 * @modelOnly a release of Linux has one answer
 */
export const mmRules: RuleBook<MmRules> = {
  shmemCounter,
  migrationCounter,
  poisonCounter,
  needsCopy,
  driverFlags,
  overcommitGuess,
  overcommitNever,
  exclusiveFlag,
  reuse,
  mustCopyPinned,
  pinBias,
  mayFollowForced,
  swapIn,
  migration,
  joinsMmlist,
  faultAroundPages,
  mapsDirty,
  mapsLastAlone,
  countsRemoteFaults,
  copiesFirst,
  pageoutMakesOld,
  forcesShared,
  gupTouches,
  freshIsActive,
  advices,
  lruBatch,
  mayMakeWritable,
  huge,
  usage,
  keepsCharge,
  shrinksHeap,
  heapStart,
  softDirty,
  lockedFlags,
  lockAdds,
  lockFills,
  lockKinds,
  stackGuard,
  populates,
  protectFills,
  mapsOver,
  mremap,
  takesOver,
  mmInit,
  laterMapFlags,
  anonVmaReuse,
  zapBlock,
  mmAlerts,
  mayFreeTable,
  fileTable,
  faultLock,
  stackGrowth,
  exeFile,
  forgetsEntry,
  remapFilePages,
  noHugeAdvice,
  willneedAnon,
  removesFrom,
  movesTables,
  makesPudTable,
  movesPage,
  unsharesPinned,
  commitBatch,
};
