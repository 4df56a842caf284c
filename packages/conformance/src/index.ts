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
  BadEntry,
  ContPages,
  ForkExpect,
  ForkVector,
  Hex,
  Hook,
  LockCounts,
  MmCounters,
  PageAfter,
  PollScript,
  PteAt,
  RunReport,
  StateAfter,
  SwapDevice,
  SwapMapWrite,
  SwapSlot,
  TableAt,
  Vector,
  VectorConfig,
  VectorPage,
  VectorParent,
  VectorVma,
  ZapExpect,
  ZapVector,
} from "./vector.ts";
