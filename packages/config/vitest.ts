import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What every package's tests share: other packages are read from their sources, not from dist/. */
const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ["@forkpath/source"] } },
  test: { include: ["test/**/*.test.ts"], passWithNoTests: true },
});
export default config;
