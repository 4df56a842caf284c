/** The ground of every world; each world with pictures of its own is an entry beside this one. */
export {
  entrySign,
  flagsOf,
  frameAt,
  refsOf,
  showEntries,
  showRefs,
  showRss,
  slots,
} from "./letters.ts";
export {
  type AreaOptions,
  addFile,
  addSpace,
  addVma,
  cloneSpace,
  copyEntries,
  createMachine,
  forkSpace,
  type MachineOptions,
  type OnMachine,
  PRIVATE,
  PRIVATE_READ,
  run,
  runOn,
  runSteps,
  SHARED,
  SHARED_READ,
  type Space,
  START,
} from "./machine.ts";
export {
  mapPicture,
  type PictureOptions,
  process,
  processOn,
  showPictures,
} from "./pictures.ts";
export { type RecountOptions, recount, recountMachine } from "./recount.ts";
export { runInterleaved, type Stepper, stepper } from "./stepper.ts";
