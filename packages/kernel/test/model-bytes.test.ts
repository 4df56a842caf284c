/** What the model costs its host: struct pages and tables, and no more when nothing is used. */
import { PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createKernel } from "../src/index.ts";
import { modelBytes } from "../src/internal.ts";

test("the first page that is written costs a table at each level; one beside it, nothing", () => {
  const kernel = createKernel({ memoryPages: 1024 });
  const pid = kernel.createProcess();
  const start = kernel.mmap(pid, { len: 2 * PAGE_SIZE });
  const before = modelBytes(kernel);
  kernel.write(pid, start, PAGE_SIZE);
  const after = modelBytes(kernel);
  expect((after - before) % PAGE_SIZE).toBe(0);
  expect(after - before).toBeGreaterThanOrEqual(PAGE_SIZE);
  kernel.write(pid, start + PAGE_SIZE, PAGE_SIZE);
  expect(modelBytes(kernel)).toBe(after);
});
