/** The README's example, line for line. */
import { PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createKernel } from "../src/index.ts";

test("README: a fork, a copy on write, a fork that is refused", () => {
  const kernel = createKernel({ memoryPages: 1024, swap: [{ pages: 64 }] });
  const parent = kernel.createProcess({ comm: "redis" });
  const heap = kernel.mmap(parent, { len: 4 * PAGE_SIZE });
  kernel.touch(parent, heap, "W W W r"); // writes to three pages, reads one

  const child = kernel.fork(parent);
  expect(kernel.letters(parent, heap, 4)).toBe("r r r z"); // no longer writable; z is the zero page
  expect(kernel.process(child).memory?.status.vmRSS).toBe(12n); // kB
  expect(kernel.page(kernel.frame(child, heap)!).mapcount).toBe(2);

  kernel.write(parent, heap); // gets a copy
  expect(kernel.letters(parent, heap, 4)).toBe("W r r z");
  expect(kernel.page(kernel.frame(child, heap)!).mapcount).toBe(1);

  kernel.failAllocation(5); // the sixth request from here on
  expect(kernel.fork(parent)).toBe(-12); // -ENOMEM, and everything is as before
  expect(kernel.check()).toEqual([]);

  kernel.exit(child, 1);
  expect(kernel.wait(parent)).toMatchObject({ pid: child, status: 0x100 });
});
