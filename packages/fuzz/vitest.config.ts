import shared from "@forkpath/config/vitest";
import { mergeConfig, type ViteUserConfig } from "vitest/config";

/**
 * Node reads the sources itself: under Vite's module runner each use of an import is the call of a
 * getter, and random histories take twice as long.
 */
const config: ViteUserConfig = mergeConfig(shared, {
  test: {
    experimental: { viteModuleRunner: false },
    execArgv: ["--conditions=@forkpath/source"],
  },
});
export default config;
