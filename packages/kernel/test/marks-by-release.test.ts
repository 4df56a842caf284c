/**
 * What looking a page up marks, and PAGEOUT of a page that stays: as recordings of 6.1 and 6.18
 * show.
 */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import { describe, expect, test } from "vitest";
import { createKernel, type KernelConfig } from "../src/index.ts";

type KernelName = NonNullable<KernelConfig["kernel"]>;

const HEAP = 2 ** 40;
const { PRIVATE, ANONYMOUS, FIXED, POPULATE } = MapFlag;

/** REFERENCED and ACTIVE of one page: populated, if asked, then poked a number of times. */
function marksOf(name: KernelName, isPopulated: boolean, pokes: number): string {
  const kernel = createKernel({ kernel: name, memoryPages: 256 });
  const pid = kernel.createProcess({ comm: "P" });
  const flags = PRIVATE | ANONYMOUS | FIXED | (isPopulated ? POPULATE : 0);
  kernel.mmap(pid, { addr: HEAP, len: PAGE_SIZE, flags });
  kernel.write(pid, HEAP);
  for (let poke = 0; poke < pokes; poke++) kernel.poke(pid, HEAP, PAGE_SIZE);
  const marks = kernel.machine.mm.map.flags[kernel.entry(pid, HEAP).pfn ?? -1];
  const names = (["REFERENCED", "ACTIVE"] as const).filter((flag) => marks & PageFlag[flag]);
  return names.join(" ").toLowerCase();
}

describe("a page that is written, populated, poked once, twice and three times", () => {
  test.each<[KernelName, string[]]>([
    ["el6", ["active", "active", "active", "active", "active"]],
    ["v5.4", ["active", ...new Array(4).fill("referenced active")]],
    ["v6.18", ["", "referenced", "referenced", "active", "referenced active"]],
  ])("on %s", (name, wanted) => {
    expect([
      marksOf(name, false, 0),
      marksOf(name, true, 0),
      marksOf(name, false, 1),
      marksOf(name, false, 2),
      marksOf(name, false, 3),
    ]).toEqual(wanted);
  });
});
