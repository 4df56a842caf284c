/**
 * Captures that are broken in a thousand ways: a clear error each, or an answer that is a number.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  type CaptureText,
  createPagesParser,
  PAGE_RECORD_BYTES,
  ProcError,
  parseCapture,
} from "@forkpath/procfs";
import { expect, test } from "vitest";
import { predictFork } from "../src/index.ts";

const FOLDER = new URL("../../procfs/test/captures/nginx/pre/", import.meta.url);
const NAMES = ["status", "smaps", "smaps_rollup", "anon_vma.txt"] as const;
const SEEDS = 1000;
/** Areas that are kept, so that a thousand of them take seconds. */
const LINES_OF_AREA = 25;
const AREAS = 10;

const read = (name: string): string => readFileSync(new URL(name, FOLDER), "utf8");
const texts = Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Record<
  (typeof NAMES)[number],
  string
>;
texts.smaps = `${texts.smaps
  .split("\n")
  .slice(0, AREAS * LINES_OF_AREA)
  .join("\n")}\n`;
const lastEnd = Number.parseInt(
  texts.smaps
    .match(/^[0-9a-f]+-([0-9a-f]+) /gm)
    ?.at(-1)
    ?.split("-")[1] ?? "",
  16,
);
const allPages = gunzipSync(readFileSync(new URL("pages.bin.gz", FOLDER)));
const pages = allPages.subarray(0, countBelow(lastEnd) * PAGE_RECORD_BYTES);

function countBelow(end: number): number {
  let count = 0;
  while (count * PAGE_RECORD_BYTES < allPages.length) {
    if (Number(allPages.readBigUInt64LE(count * PAGE_RECORD_BYTES)) >= end) break;
    count++;
  }
  return count;
}

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = (seed + 1) * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37_79b9) >>> 0;
    return state % below;
  };
}

const HUGE = ["99999999999", "18446744073709551615", "4503599627370496", "-1", "0"];

/** One thing of a text is wrong. */
function brokenText(text: string, random: Random): string {
  const lines = text.split("\n");
  const at = random(lines.length);
  const other = random(lines.length);
  switch (random(6)) {
    case 0:
      return text.slice(0, random(text.length));
    case 1:
      [lines[at], lines[other]] = [lines[other], lines[at]];
      break;
    case 2:
      lines[at] = lines[at].replace(/\d+/, HUGE[random(HUGE.length)]);
      break;
    case 3:
      lines.splice(at, 1 + random(LINES_OF_AREA));
      break;
    case 4:
      lines[at] = lines[at].replace(/./, String.fromCharCode(random(0x3000)));
      break;
    default:
      lines[at] = lines[at].replace(/[0-9a-f]/g, (digit) =>
        random(4) === 0 ? random(16).toString(16) : digit,
      );
  }
  return lines.join("\n");
}

function brokenPages(random: Random): Uint8Array {
  const bytes = Uint8Array.from(pages);
  const records = bytes.length / PAGE_RECORD_BYTES;
  const record = random(records) * PAGE_RECORD_BYTES;
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, random(bytes.length));
    case 1:
      bytes.fill(0xff, record + 16, record + 24);
      return bytes;
    case 2:
      bytes.fill(0, record + 8, record + PAGE_RECORD_BYTES);
      return bytes;
    case 3:
      bytes.copyWithin(record, random(records) * PAGE_RECORD_BYTES, bytes.length);
      return bytes;
    default:
      for (let change = 0; change < 20; change++) bytes[random(bytes.length)] = random(256);
      return bytes;
  }
}

/** What becomes of it: an error in one line, or finite figures. */
function outcome(seed: number): "told" | "refused" {
  const random = createRandom(seed);
  const broken: Partial<Record<CaptureText, string>> = { ...texts };
  const isOfPages = random(4) === 0;
  const name = NAMES[random(NAMES.length)];
  if (!isOfPages) broken[name] = brokenText(texts[name], random);
  try {
    const parser = createPagesParser();
    parser.write(isOfPages ? brokenPages(random) : pages);
    parser.end();
    const capture = parseCapture(broken, parser.pages());
    const { child, parent, time } = predictFork(capture, { advises: seed % 10 === 0 });
    const figures = [child, parent].flatMap(({ status, rollup }) => [
      ...Object.values(status),
      ...Object.values(rollup ?? {}),
    ]);
    expect(figures.every(Number.isFinite), `seed ${seed}`).toBe(true);
    expect(time === null || time.value > 0, `seed ${seed}`).toBe(true);
    return "told";
  } catch (error) {
    const isClear = error instanceof ProcError || error instanceof RangeError;
    if (!isClear) throw new Error(`seed ${seed}`, { cause: error });
    expect(error.message, `seed ${seed}`).toMatch(/^[^\n]{10,300}$/);
    return "refused";
  }
}

test("a thousand broken captures: each is told or refused, in one line", () => {
  const outcomes = Array.from({ length: SEEDS }, (_, seed) => outcome(seed));
  expect(outcomes.filter((one) => one === "told").length).toBeGreaterThan(SEEDS / 10);
  expect(outcomes.filter((one) => one === "refused").length).toBeGreaterThan(SEEDS / 10);
});
