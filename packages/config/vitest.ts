import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What every package's tests share: other packages are read from their sources, not from dist/. */
const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ["@forkpath/source"] } },
  // A machine under load may take long; nothing here waits for a clock.
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
export default config;
