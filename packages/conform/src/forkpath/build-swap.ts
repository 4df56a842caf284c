/** The swap files of a vector: their map bytes, and the continuation pages behind them. */
import type { SwapMapWrite, Vector } from "@forkpath/conformance";
import { addSwapArea, pokeSlot, type SwapState } from "@forkpath/swap";
import { pokeContinuationPages } from "@forkpath/swap/internal";

/** Of all devices together: each slot has a byte, and is looked at when the run is over. */
const MOST_SLOTS = 2 ** 22;

/**
 * @throws RangeError for types with a gap, more slots than there may be, or a slot that its device
 * does not have
 */
export function buildSwap(swap: SwapState, { swapDevices, swap: slots }: Vector): void {
  const total = swapDevices.reduce((sum, { max }) => sum + max, 0);
  if (total > MOST_SLOTS) {
    throw new RangeError(`swapDevices: at most ${MOST_SLOTS} slots in all, got ${total}`);
  }
  for (const device of swapDevices.toSorted((a, b) => a.type - b.type)) {
    const type = addSwapArea(swap, { max: device.max });
    if (type !== device.type) {
      throw new RangeError(`swapDevices: types must be 0, 1, … without a gap, got ${device.type}`);
    }
    swap.areas[type].swapMap[0] = 0; // a vector whose header slot is marked bad lists it
    for (const { head, pages } of device.contPages ?? []) {
      pokeContinuationPages(swap, type, Number(head), pages);
    }
  }
  for (const slot of slots) writeSlot(swap, slot, slot.cont ?? []);
}

/**
 * Writes a map byte from outside; continuation pages keep what they hold.
 * @throws RangeError for a slot that its device does not have
 */
export const writeSwapMap = (swap: SwapState, write: SwapMapWrite): void =>
  writeSlot(swap, write, []);

function writeSlot(swap: SwapState, write: SwapMapWrite, cont: readonly string[]): void {
  const { type } = write;
  const offset = Number(write.offset);
  const byte = Number(write.map);
  if (offset === 0 && type < swap.areas.length) {
    swap.areas[type].swapMap[0] = byte; // pokeSlot spares the header, the vectors do not
  } else {
    pokeSlot(swap, type, offset, { byte, digits: cont.map(Number) });
  }
}
