export type {
  CounterData,
  CounterMember,
  CounterOp,
  CounterSequence,
  CounterState,
  CounterStep,
  Interleaving,
  InterleavingRow,
} from "./counter-sequences.ts";
export { vectorJsonSchema } from "./json-schema.ts";
export { loadCounters, loadSwapEncoding, loadVectors } from "./load.ts";
export { type ParsedVector, parseVector } from "./parse-vector.ts";
export { vectorSchema } from "./schema.ts";
export type {
  CopyDecision,
  IsCowMapping,
  PgoffToPte,
  PteHelperRow,
  SlotDigits,
  SwapConstants,
  SwapCount,
  SwapEncoding,
  SwapEntryRow,
  VmNormalPage,
  WalkStep,
} from "./swap-encoding.ts";
export type {
  ForkVector,
  Hook,
  PollScript,
  SwapMapWrite,
  Vector,
  VectorConfig,
  ZapVector,
} from "./vector.ts";
export type {
  ForkExpect,
  LockCounts,
  PageAfter,
  RunReport,
  StateAfter,
  ZapExpect,
} from "./vector-expect.ts";
export type {
  BadEntry,
  ContPages,
  Hex,
  MmCounters,
  PteAt,
  SwapDevice,
  SwapSlot,
  TableAt,
  VectorPage,
  VectorParent,
  VectorVma,
} from "./vector-state.ts";
