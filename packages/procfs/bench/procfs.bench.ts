/**
 * What parsing costs: 10 MB of smaps and 64 MiB of pagemap and of captured pages a sample, in
 * chunks as a file is read. Divide for MB/s.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  bytesOf,
  createPagesParser,
  createSmapsParser,
  createWordParser,
  mapsLine,
  parseSmaps,
  printSmaps,
} from "../src/index.ts";

const CHUNK = 2 ** 16;
const SMAPS_BYTES = 10e6;
const PAGEMAP_BYTES = 2 ** 26;

/** The areas of a capture again and again, each time at higher addresses. */
function longSmaps(): Uint8Array {
  const from = new URL("../test/captures/php-fpm/pre/smaps", import.meta.url);
  const areas = parseSmaps(readFileSync(from)).filter(({ name }) => name !== "[vsyscall]");
  const span = areas.at(-1)!.end;
  const pieces: string[] = [];
  for (let length = 0, round = 0; length < SMAPS_BYTES; round++) {
    const at = round * 2 ** 48;
    const moved = areas.map((area) => ({ ...area, start: area.start + at, end: area.end + at }));
    pieces.push(printSmaps(moved));
    length += pieces[round].length;
  }
  expect(span).toBeLessThan(2 ** 48);
  expect(mapsLine(areas[0])).not.toBe("");
  return bytesOf(pieces.join(""));
}

/** Chunks of words that are not zero; they come again until there are enough. */
function inChunks(write: (chunk: Uint8Array) => void, chunk: Uint8Array, bytes: number): void {
  for (let at = 0; at < bytes; at += chunk.length) write(chunk);
}

test("smaps", async ({ bench }) => {
  const text = longSmaps();
  let rss = 0;
  await bench(`${(text.length / 1e6).toFixed(1)} MB of smaps`, () => {
    const parser = createSmapsParser((area) => {
      rss += area.rows.Rss;
    });
    for (let at = 0; at < text.length; at += CHUNK) parser.write(text.subarray(at, at + CHUNK));
    parser.end();
  }).run();
  expect(rss).toBeGreaterThan(0);
});

test("pagemap", async ({ bench }) => {
  const full = new Uint8Array(CHUNK).fill(0x81);
  const empty = new Uint8Array(CHUNK);
  let present = 0;
  const read = (chunk: Uint8Array): void => {
    const parser = createWordParser((_page, _low, high) => {
      present += high >>> 31;
    });
    inChunks((one) => parser.write(one), chunk, PAGEMAP_BYTES);
    parser.end();
  };
  await bench.compare(
    bench("64 MiB of pagemap, all present", () => read(full)),
    bench("64 MiB of pagemap, all empty", () => read(empty)),
  );
  expect(present).toBeGreaterThan(0);
});

test("captured pages", async ({ bench }) => {
  const records = PAGEMAP_BYTES / 32;
  const bytes = new Uint8Array(PAGEMAP_BYTES);
  const halves = new Uint32Array(bytes.buffer);
  for (let index = 0; index < records; index++) {
    halves[index * 8] = (index * 4096) >>> 0;
    halves[index * 8 + 1] = Math.floor((index * 4096) / 2 ** 32);
    halves[index * 8 + 3] = 0x81000000;
  }
  let count = 0;
  await bench("64 MiB of pages.bin", () => {
    const parser = createPagesParser(records);
    for (let at = 0; at < bytes.length; at += CHUNK) parser.write(bytes.subarray(at, at + CHUNK));
    parser.end();
    count += parser.pages().count;
  }).run();
  expect(count).toBeGreaterThan(0);
});
