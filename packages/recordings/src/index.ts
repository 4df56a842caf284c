export {
  type FrameRun,
  type History,
  type OtherArea,
  type ParsedHistory,
  type ProcessState,
  parseHistory,
  type RecordedState,
  type RecordedVma,
  type RegionState,
} from "./history.ts";
export {
  loadHistories,
  RECORDED_KERNELS,
  RECORDINGS,
  type RecordedKernel,
  type Recording,
} from "./load.ts";
