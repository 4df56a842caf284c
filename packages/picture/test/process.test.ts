/** Area tables and page maps: a letter for each page, and the entries behind them. */
import { PMD_SIZE } from "@forkpath/abi";
import { createKernel } from "@forkpath/kernel";
import { expect, test } from "vitest";
import { pictureProcess, pictureTargets } from "../src/index.ts";
import { stage } from "./stage.ts";

test("each area has its permissions, a short name, and a letter for each page", () => {
  const { kernel, parent } = stage();
  const { areas } = pictureProcess(kernel, parent);
  const drawn = areas.map(({ permissions, name, letters }) => [
    permissions,
    name,
    letters.join(""),
  ]);
  expect(drawn).toContainEqual(["rw-p", "[anon]", "WWz-sM"]);
  expect(drawn).toContainEqual(["rw-s", "data", "f-"]);
});

test("page maps say what the kernel's own view says, for every page", () => {
  const { kernel, parent } = stage();
  for (const { start, letters } of pictureProcess(kernel, parent).areas) {
    expect(letters.join(" ")).toBe(kernel.letters(parent, start, letters.length));
  }
});

test("a huge page is one entry and 512 letters", () => {
  const kernel = createKernel({ memoryPages: 4096, transparentHugepage: "always" });
  const pid = kernel.createProcess();
  const start = kernel.mmap(pid, { len: 2 * PMD_SIZE });
  const huge = Math.ceil(start / PMD_SIZE) * PMD_SIZE;
  kernel.write(pid, huge);
  const area = pictureProcess(kernel, pid).areas.find((one) => one.start === start);
  expect(area?.entries.map(({ addr, letter }) => [addr, letter])).toEqual([[huge, "H"]]);
  expect(area?.letters.filter((letter) => letter === "H")).toHaveLength(512);
  expect(area?.letters.join(" ")).toBe(kernel.letters(pid, start, 1024));
});

test("targets are the frames and slots that the entries name", () => {
  const { kernel, parent } = stage();
  const { pages, slots } = pictureTargets(kernel, pictureProcess(kernel, parent));
  expect(pages).toHaveLength(5); // two written, zero page, one migrating, one of the file
  expect(slots.map(({ count }) => count)).toEqual([1]);
});

test("a pid that no task has is refused", () => {
  const { kernel } = stage();
  expect(() => pictureProcess(kernel, 999)).toThrow(RangeError);
});
