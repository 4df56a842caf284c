export {
  type CallNode,
  type CallTree,
  callTree,
  createCallTree,
  withCounted,
} from "./call-tree.ts";
export {
  type Change,
  type PageChange,
  type PageCounts,
  type PageSort,
  pageChanges,
  type SlotChange,
  slotChanges,
} from "./changes.ts";
export { type ForkPicture, pictureFork } from "./fork.ts";
export {
  createLockUses,
  type LockUse,
  type LockUses,
  lockUses,
  type OwnerNames,
} from "./lock-uses.ts";
export {
  type AreaMap,
  type MachinePicture,
  type MappingPart,
  type MemoryPicture,
  type NamedRange,
  type NamedTask,
  pictureMachine,
  pictureSpace,
  type SignedStatus,
  type TaskPicture,
} from "./machine.ts";
export { type MapChange, mapChanges } from "./map-changes.ts";
export {
  type AreaPicture,
  type ProcessPicture,
  pictureProcess,
  pictureTargets,
  type TargetPicture,
} from "./process.ts";
export {
  type RowOfStep,
  type WitnessPoint,
  type WitnessRow,
  type WitnessRowsOptions,
  type WitnessSight,
  type WitnessStep,
  witnessRows,
} from "./witness.ts";
