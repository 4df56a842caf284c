/**
 * Halves of the swap map's functions, and writes of a debugger.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { addSwapCountContinuationAtomic } from "./add-continuation.ts";
export { dropFromSwapCache } from "./cache.ts";
export { swapInfoGet } from "./info.ts";
export { countPart, digitPart } from "./map-byte.ts";
export { pokeContinuationPages } from "./poke.ts";
export { drainMmlist, freeSwapCountContinuations } from "./swapoff.ts";
export { entryValue } from "./word.ts";
