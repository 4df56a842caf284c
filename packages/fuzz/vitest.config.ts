export { default } from "@forkpath/config/vitest";
