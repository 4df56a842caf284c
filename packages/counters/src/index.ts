export { type ArgCharge, acctArgSize } from "./acct-arg-size.ts";
export { type CountedPages, checkMmCounters } from "./check.ts";
export {
  createMmCounters,
  MmCounter,
  type MmCounters,
  type MmCountersOptions,
  peekCheapRss,
  peekCounter,
  peekCounterSigned,
  peekRss,
  peekShown,
} from "./counters.ts";
export {
  getMmHiwaterRss,
  getMmHiwaterVm,
  type MaxrssSlot,
  setmaxMmHiwaterRss,
  updateHiwaterRss,
  updateHiwaterVm,
} from "./hiwater.ts";
export {
  addMmCounter,
  addMmCounterFast,
  addMmCounterFastNow,
  addMmCounterNow,
  decMmCounter,
  getMmCounter,
  incMmCounter,
  setMmCounter,
} from "./mm-counter.ts";
export { type CpuParts, NR_MM_COUNTERS, type TaskPart } from "./parts.ts";
export { addMmRss, addMmRssNow, getMmRss } from "./rss.ts";
export { type CounterRules, counterRules } from "./rules/book.ts";
export type { CounterDesign } from "./rules/design.ts";
export type { SplitPtlocks } from "./rules/split-ptlocks.ts";
export { usesSplitPtlocks } from "./split-ptlocks.ts";
export {
  checkSyncRssStat,
  countFaults,
  joinCounters,
  leaveCounters,
  syncMmRssSteps,
} from "./task-parts.ts";
