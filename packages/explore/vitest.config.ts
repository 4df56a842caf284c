import base from "@forkpath/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

/** No test leaves anything behind, and a worker for each file would spend its time on imports. */
const config: ViteUserConfig = mergeConfig(base, { test: { isolate: false } });
export default config;
