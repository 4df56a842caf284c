import shared from "@forkpath/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = mergeConfig(shared, {
  test: { testTimeout: 120_000, hookTimeout: 120_000 },
});
export default config;
