/** What the hot paths of fork and exit cost for each swap PTE. */
import { createSync } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  addSwapArea,
  createSwap,
  entryOfPte,
  entryPteHigh,
  entryPteLow,
  getSwapPage,
  makeEntry,
  pokeSlot,
  type SwapState,
  swapDuplicate,
  swapFree,
  swpOffset,
  swpPteHigh,
  swpPteLow,
  swpType,
} from "../src/index.ts";

/** One page table full. */
const ENTRIES = 512;

/** An area with `ENTRIES` slots in use, each with `users` references. */
function machine(byte: number, digits: readonly number[]): SwapState {
  const swap = createSwap();
  addSwapArea(swap, { max: 4096 });
  for (let slot = 1; slot <= ENTRIES; slot++) pokeSlot(swap, 0, slot, { byte, digits });
  return swap;
}

test("entry codec", async ({ bench }) => {
  let sum = 0;
  await bench.compare(
    bench("512 x type and offset to PTE words and back", () => {
      for (let i = 0; i < ENTRIES; i++) {
        const [low, high] = [swpPteLow(i % 29, i * 77777), swpPteHigh(i * 77777)];
        sum += swpType(low) + swpOffset(low, high);
      }
    }),
    bench("512 x packed entry to PTE words and back", () => {
      for (let i = 0; i < ENTRIES; i++) {
        const entry = makeEntry(i % 29, i * 77777);
        sum += entryOfPte(entryPteLow(entry), entryPteHigh(entry));
      }
    }),
  );
  expect(sum).toBeGreaterThan(0);
});

test("references", async ({ bench }) => {
  const sync = createSync();
  const shallow = machine(0x01, []);
  const atCarry = machine(0xbe, [0x01]);
  const empty = machine(0x00, []);
  const onAll = (swap: SwapState): void => {
    for (let slot = 1; slot <= ENTRIES; slot++) swapDuplicate(sync, swap, slot * 512, 0);
    for (let slot = 1; slot <= ENTRIES; slot++) swapFree(sync, swap, slot * 512, 0);
  };
  await bench.compare(
    bench("512 x swapDuplicate, 512 x swapFree, 1 user", () => onAll(shallow)),
    bench("the same with a carry and a borrow each", () => onAll(atCarry)),
    bench("512 x getSwapPage, 512 x swapFree", () => {
      for (let slot = 1; slot <= ENTRIES; slot++) getSwapPage(sync, empty);
      for (let slot = 1; slot <= ENTRIES; slot++) {
        empty.areas[0].swapMap[slot] = 1;
        swapFree(sync, empty, slot * 512, 0);
      }
    }),
  );
  expect(empty.areas[0].inusePages).toBe(0);
});
