/** The README's example, line for line. */

import { createSync } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  addSwapArea,
  checkSwap,
  createSwap,
  entryPteHigh,
  entryPteLow,
  getSwapPage,
  pagemapOfSwap,
  peekSlot,
  swapCount,
  swapDuplicate,
} from "../src/index.ts";

test("README: the 63rd process to share a swapped page", () => {
  const sync = createSync();
  const swap = createSwap();
  addSwapArea(swap, { max: 8192 }); // area 0, 32 MiB; slot 0 is its header

  const entry = getSwapPage(sync, swap); // slot 1
  const [low, high] = [entryPteLow(entry), entryPteHigh(entry)];
  expect(low).toBe(0x200); // the PTE that stands for the page
  expect(pagemapOfSwap(low, high)).toBe(0x4600000000000020n); // what /proc/PID/pagemap shows

  for (let user = 0; user < 63; user++) swapDuplicate(sync, swap, low, high);
  expect(swapCount(swap, 0, 1)).toBe(63);
  expect(peekSlot(swap, 0, 1)).toEqual({ byte: 0xc0, digits: [1] }); // 0 + 63 * 1, and cached
  expect(sync.gate.count).toBe(1); // the 63rd needed a continuation page
  expect(checkSwap(swap, { isCacheInFlux: true })).toEqual([]);
});
