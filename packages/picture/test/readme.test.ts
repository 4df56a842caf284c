/** The README's example, run. */
import { createKernel } from "@forkpath/kernel";
import { expect, test } from "vitest";
import { pictureFork } from "../src/index.ts";

test("the example of the README", () => {
  const kernel = createKernel({ memoryPages: 1024 });
  const parent = kernel.createProcess();
  const heap = kernel.mmap(parent, { len: 4 * 4096 });
  kernel.touch(parent, heap, "W W r -");

  const { after, child, calls, locks, pages } = pictureFork(kernel, parent);
  const mapOf = (areas: typeof child.areas) =>
    areas.find(({ start }) => start === heap)?.letters.join("");
  expect(mapOf(after.areas)).toBe("rrz-"); // write-protected in the parent too
  expect(mapOf(child.areas)).toBe("rrz-");
  expect(calls.callees[0]).toMatchObject({ fn: "do_fork", calls: 1, countedFrom: "events" });
  expect(locks[0].where.length).toBeGreaterThan(0);
  expect(pages).toContainEqual({
    sort: "anon",
    count: 2,
    before: { references: 1, mappings: 1 },
    after: { references: 2, mappings: 2 },
    isChanged: true,
  });
});
