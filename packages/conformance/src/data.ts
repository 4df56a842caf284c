/**
 * The texts of the data files. The build writes another module in this one's place, which has the
 * texts themselves: the published package reads no file, and runs in a page as well.
 */
import { readFileSync } from "node:fs";

const textOf = (file: string): string =>
  readFileSync(new URL(`../data/${file}`, import.meta.url), "utf8");

/** One vector a line. */
export const vectorsText = (): string => textOf("public.jsonl");
export const countersText = (): string => textOf("counters.json");
export const swapEncodingText = (): string => textOf("swapencoding.json");
