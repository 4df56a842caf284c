/** What a whole fork costs through the system call, and a recount of a small machine. */
import { PAGE_SIZE } from "@forkpath/abi";
import { test } from "vitest";
import { createKernel, type Kernel } from "../src/index.ts";

/** A machine with a parent of `pages` written pages. */
function createParent(pages: number): { kernel: Kernel; parent: number } {
  // Twice as much as the parent has: fork promises all of it once more.
  const kernel = createKernel({ memoryPages: 2 * pages + 8192 });
  const parent = kernel.createProcess();
  const heap = kernel.mmap(parent, { len: pages * PAGE_SIZE });
  kernel.write(parent, heap, pages * PAGE_SIZE);
  return { kernel, parent };
}

/** `count` processes that share 16 written pages. */
function createFamily(count: number): Kernel {
  const { kernel, parent } = createParent(16);
  for (let child = 1; child < count; child++) kernel.fork(parent);
  return kernel;
}

test("fork and exit", async ({ bench }) => {
  const { kernel, parent } = createParent(65_536);
  await bench("fork, exit and wait, parent of 256 MiB", () => {
    kernel.exit(kernel.fork(parent));
    kernel.wait(parent);
  }).run();
});

test("recount", async ({ bench }) => {
  const kernel = createFamily(8);
  await bench("check, 8 processes of 16 pages", () => {
    kernel.check();
  }).run();
});
