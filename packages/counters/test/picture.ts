/** Counters as the tests draw them: `F 3 A 2 S 1, peak 0`, signed, in pages. */
import { createSync, pokeCell, runToCompletion } from "@forkpath/sync";
import {
  createMmCounters,
  MmCounter,
  type MmCounters,
  peekCounterSigned,
  setMmCounter,
} from "../src/index.ts";

/** The members in the order in which pictures list them. */
const LETTERS = [
  ["F", MmCounter.FILE_RSS],
  ["A", MmCounter.ANON_RSS],
  ["S", MmCounter.SWAP_USAGE],
] as const;

/** Makes counters from a picture such as `F 3 A 2 peak 10`; what is not drawn is 0. */
export function draw(picture: string, split = false): MmCounters {
  const counters = createMmCounters({ split });
  const drawn = (word: string): bigint =>
    BigInt(picture.match(new RegExp(`${word} (-?\\d+)`))?.[1] ?? 0);
  for (const [letter, at] of LETTERS) pokeCell(counters.rss, at, drawn(letter));
  runToCompletion(setMmCounter(createSync(), counters, MmCounter.HIWATER_RSS, drawn("peak")));
  return counters;
}

export function show(counters: MmCounters): string {
  const pages = LETTERS.map(([letter, at]) => `${letter} ${peekCounterSigned(counters, at)}`);
  return `${pages.join(" ")}, peak ${peekCounterSigned(counters, MmCounter.HIWATER_RSS)}`;
}
