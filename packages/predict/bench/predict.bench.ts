/** What loading, forking and reading cost: 1 GiB, all of it written to. Divide by 262,144 pages. */
import { expect, test } from "vitest";
import { predictFork } from "../src/index.ts";
import { largeCapture } from "./large-capture.ts";

test("predict", async ({ bench }) => {
  const capture = largeCapture(1);
  let tables = 0;
  await bench("1 GiB, loaded, forked and read", () => {
    tables = predictFork(capture, { advises: false }).counts?.tables ?? 0;
  }).run();
  expect(tables).toBe(512);
});
