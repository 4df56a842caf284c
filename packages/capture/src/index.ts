export { CaptureError } from "./capture-error.ts";
export { type CaptureOptions, captureProcess } from "./capture-process.ts";
export { familyOf } from "./family.ts";
export { loadCapture } from "./load-capture.ts";
export { CaptureInterrupted, type CaptureProgress, type CaptureSteps } from "./step.ts";
export { makeEmpty, writeCapture } from "./write-capture.ts";
