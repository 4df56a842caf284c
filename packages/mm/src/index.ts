export { copyPageRange } from "./copy-page-range.ts";
