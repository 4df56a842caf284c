export { type ArgCharge, acctArgSize } from "./acct-arg-size.ts";
export { type CountedPages, checkMmCounters } from "./check.ts";
export {
  createMmCounters,
  MmCounter,
  type MmCounters,
  peekCounter,
  peekCounterSigned,
  peekRss,
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
  addMmCounterNow,
  decMmCounter,
  getMmCounter,
  incMmCounter,
  setMmCounter,
} from "./mm-counter.ts";
export { addMmRss, addMmRssNow, getMmRss } from "./rss.ts";
export { usesSplitPtlocks } from "./split-ptlocks.ts";
