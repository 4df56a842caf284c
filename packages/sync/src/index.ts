export {
  addCell,
  addCellNow,
  addWords,
  type Cells,
  createCells,
  loadCell,
  peekCell,
  peekSigned,
  pokeCell,
  storeCell,
} from "./cells.ts";
export { type Completion, complete, createCompletion, waitForCompletion } from "./completion.ts";
export { DONE, ended } from "./ended.ts";
export {
  type AnySink,
  type CellOfEvent,
  type EventArg,
  type LockOfEvent,
  type SyncEvent,
  SyncEventClass,
  type TraceEvent,
} from "./events.ts";
export { type AllocGate, createAllocGate, failNth, passGate } from "./gate.ts";
export { type Held, holding, holdingAtOnce, reading, writing } from "./holding.ts";
export { InvariantError, invariant } from "./invariant.ts";
export { bugUnless, KernelBug } from "./kernel-bug.ts";
export {
  compareKept,
  MACHINE,
  type Mismatch,
  mismatchText,
  RECOUNT_RULES,
  type RecountRule,
  tellAll,
  tellKept,
} from "./mismatch.ts";
export {
  closePart,
  endReadPart,
  isWhollyClosed,
  type PartName,
  partReadPoint,
  partReleasePoint,
  readsPart,
  tryReadPart,
} from "./parts.ts";
export { goesOver, type Passing, type StopScheduler } from "./passing.ts";
export {
  ANYTHING,
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  type Subject,
  type SubjectKind,
  subjectName,
} from "./point.ts";
export {
  explains,
  type LimitName,
  type PromiseTerms,
  type Refusal,
  type RefusedArea,
  refusalText,
} from "./refusal.ts";
export {
  condResched,
  condReschedNow,
  needResched,
  spinNeedbreak,
  stopToAsk,
  waitersOf,
} from "./resched.ts";
export { type RunResult, runAs, runToCompletion, runUntilBlocked, type Steps } from "./run.ts";
export {
  createRwSem,
  downRead,
  downReadTrylock,
  downWrite,
  downWriteWhile,
  type PartHold,
  type RwSem,
  upRead,
  upReadNow,
  upWrite,
} from "./rwsem.ts";
export {
  createSpinLock,
  type HoldTerms,
  type SpinLock,
  spinLock,
  spinLockNow,
  spinTrylock,
  spinUnlock,
  spinUnlockNow,
  takeLeafLock,
} from "./spinlock.ts";
export { NO_STOPS, type Stops, stopAt, stopsHere, waitUntilReady } from "./stop.ts";
export {
  allocAtomic,
  allocSleeping,
  attachAnySink,
  createSync,
  createThread,
  type HeldLock,
  refuse,
  type Sync,
  type Thread,
} from "./sync.ts";
export { type CallArgs, countCalls, traced, tracedAt, tracedRange } from "./trace-call.ts";
