/** What is printed of a text that was parsed is that text, byte for byte. */
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import * as procfs from "../src/index.ts";
import { captured, MOMENTS, PROGRAMS, sample, samplesOf, textsOf } from "./recorded.ts";

type Again = (bytes: Uint8Array) => string;

const KINDS: Readonly<Record<string, Again>> = {
  status: (bytes) => procfs.printStatus(procfs.parseStatus(bytes)),
  statm: (bytes) => procfs.printStatm(procfs.parseStatm(bytes)),
  stat: (bytes) => procfs.printStat(procfs.parseStat(bytes)),
  maps: (bytes) => procfs.printMaps(procfs.parseMaps(bytes)),
  smaps: (bytes) => procfs.printSmaps(procfs.parseSmaps(bytes)),
  smaps_rollup: (bytes) => procfs.printSmaps([procfs.parseSmapsRollup(bytes)]),
};

test.each(Object.entries(KINDS))("%s of every sample and capture", (name, again) => {
  const texts = textsOf(name);
  expect(texts.length).toBeGreaterThanOrEqual(PROGRAMS.length * MOMENTS.length + 2);
  for (const { from, bytes } of texts) expect(again(bytes), from).toBe(latin1(bytes));
});

test("the texts that only a sample has", () => {
  const meminfo = sample("meminfo");
  expect(procfs.printMeminfo(procfs.parseMeminfo(meminfo))).toBe(latin1(meminfo));
  for (const name of samplesOf(".limits")) {
    expect(procfs.printLimits(procfs.parseLimits(sample(name))), name).toBe(latin1(sample(name)));
  }
});

test("what only captures have", () => {
  for (const program of PROGRAMS) {
    for (const moment of MOMENTS) {
      const lines = captured(program, moment, "anon_vma.txt");
      expect(procfs.printAnonVmas(procfs.parseAnonVmas(lines))).toBe(latin1(lines));
      const packed = captured(program, moment, "pages.bin.gz");
      const records = new Uint8Array(gunzipSync(packed));
      const parser = procfs.createPagesParser();
      parser.write(records);
      parser.end();
      expect(Buffer.compare(procfs.printPages(parser.pages()), records)).toBe(0);
    }
  }
});

/** All of them are ASCII. */
function latin1(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  expect(Buffer.compare(procfs.bytesOf(text), bytes)).toBe(0);
  return text;
}
