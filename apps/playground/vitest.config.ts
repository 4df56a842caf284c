import shared from "@forkpath/config/vitest";
import { mergeConfig } from "vitest/config";

// The journeys share one browser; two at once would only be slower.
export default mergeConfig(shared, { test: { fileParallelism: false } });
