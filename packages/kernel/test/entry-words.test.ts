/** Entries through a history, as a debugger reads them on each release: H1 and L1/11. */
import { PAGE_SIZE, Prot } from "@forkpath/abi";
import { expect, test } from "vitest";
import { fork, map, pidOf, startPlay } from "./stage.ts";

const { READ, WRITE } = Prot;

/** The entry of the first page, with its frame written as 0x1234. */
const wordsOf = (kernelName: "el6" | "v6.1" | "v6.18"): string[] => {
  const [play, kernel] = startPlay({ kernel: kernelName });
  const heap = map(play, "P", "W");
  const words: string[] = [];
  const look = (what: string, pid: number): void => {
    const { value, pfn = 0 } = kernel.entry(pid, heap);
    const isTurned = (value & 1n) === 0n && kernelName !== "el6";
    const turned = isTurned ? value ^ 0xf_ffff_ffff_f000n : value;
    const away = turned - (BigInt(pfn) << 12n) + 0x1234000n;
    const word = isTurned ? away ^ 0xf_ffff_ffff_f000n : away;
    words.push(`${what} 0x${word.toString(16)}`);
  };
  const parent = pidOf(play, "P");
  look("written", parent);
  const child = fork(play, "P", "C");
  look("parent", parent);
  look("child", child);
  kernel.mprotect(child, heap, PAGE_SIZE, Prot.NONE);
  look("closed", child);
  kernel.mprotect(child, heap, PAGE_SIZE, READ | WRITE);
  look("open", child);
  return words;
};

test.each([
  [
    "el6" as const,
    [
      "written 0x8000000001234067",
      "parent 0x8000000001234065",
      "child 0x8000000001234045",
      "closed 0x1234140",
      "open 0x8000000001234045",
    ],
  ],
  [
    "v6.1" as const,
    [
      "written 0x8000000001234067",
      "parent 0x8000000001234065",
      "child 0x8000000001234045",
      "closed 0xffffffedcb140",
      "open 0x8000000001234045",
    ],
  ],
  [
    "v6.18" as const,
    [
      "written 0x8000000001234067",
      "parent 0x8400000001234025",
      "child 0x8400000001234005",
      "closed 0x40ffffffedcb100",
      "open 0x8400000001234005",
    ],
  ],
])("%s: written, forked, closed and opened again", (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});
