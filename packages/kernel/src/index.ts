export { type EntryLetter, Overcommit } from "@forkpath/mm";
export { SMAPS_LINES, type SmapsLine } from "@forkpath/procfs";
export type { AccessCalls } from "./access-calls.ts";
export { BLOCKED, type Finished } from "./call.ts";
export { check } from "./check.ts";
export type { ForkCheck } from "./check-fork.ts";
export type { KernelConfig, MachineConfig, SwapConfig } from "./config.ts";
export type { EntryView } from "./entry-view.ts";
export type { FileCalls, OpenOptions } from "./file-calls.ts";
export {
  createKernel,
  type Kernel,
  type MachineControl,
  type TaskCalls,
  type Threads,
  type Views,
} from "./kernel.ts";
export type { KernelCalls } from "./kernel-calls.ts";
export type { Machine, WaitingCall } from "./machine.ts";
export type { MemoryCalls, MmapOptions } from "./memory-calls.ts";
export { type MemoryStatus, memoryStatus } from "./memory-status.ts";
export type { OwnerView, PageView, SlotView } from "./page-view.ts";
export { permsText } from "./perms-text.ts";
export type { ExecOptions, ProcessCalls, ProcessQueries } from "./process-calls.ts";
export type { MemoryView, ProcessView, RssView, VmaView } from "./process-view.ts";
export { differences, type RuleDifference, type RuleOf, rulesOn } from "./profiles/differences.ts";
export { type Certainty, type Evidence, evidenceFor } from "./profiles/evidence.ts";
export { LEFT_OUT, type LeftOut, type LeftOutSince, leftOutOn } from "./profiles/left-out.ts";
export { type Profile, profileOf } from "./profiles/profile.ts";
export { RELEASES, type Release } from "./profiles/releases.ts";
export type { ProcRules } from "./rules/types.ts";
export { vmFlagsText } from "./rules/vm-flags.ts";
export {
  type AreaView,
  type LetterRun,
  type SmapsSums,
  smapsSums,
} from "./smaps.ts";
export type { AddressSpaceView, Whose } from "./space-view.ts";
export type { TableView } from "./table-view.ts";
export { createTableWatch, type TableWatch, type WatchedTable } from "./table-watch.ts";
export type { NewProcess } from "./task-control.ts";
export type { MachineTotals } from "./totals.ts";
export type { Mapper } from "./users-view.ts";
