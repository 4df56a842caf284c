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
  VectorBase,
  VectorConfig,
  ZapVector,
} from "./vector.ts";
export type {
  ForkExpect,
  LockCounts,
  PageAfter,
  StateAfter,
  VectorRun,
  ZapExpect,
} from "./vector-expect.ts";
export type {
  ContPages,
  Hex,
  PteAt,
  SwapDevice,
  TableAt,
  VectorBadEntry,
  VectorCounters,
  VectorPage,
  VectorParent,
  VectorSlot,
  VectorVma,
} from "./vector-state.ts";
