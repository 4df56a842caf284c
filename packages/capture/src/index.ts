export { loadCapture } from "./load-capture.ts";
