/** Bytes at the edges of what is read: where a piece ends, a number is long, a text is no text. */
import { expect, test } from "vitest";
import {
  bytesOf,
  createPagesParser,
  KPageFlag,
  PAGE_RECORD_BYTES,
  parseMaps,
  parseSmaps,
  printSmaps,
  textOf,
} from "../src/index.ts";

/** Records of pages 1 to 3: an address, then a pagemap entry, 0x20. */
const RECORDS = 3;
const records = Uint8Array.from({ length: RECORDS * PAGE_RECORD_BYTES }, (_, at) => {
  const record = Math.floor(at / PAGE_RECORD_BYTES);
  const byte = at % PAGE_RECORD_BYTES;
  return byte === 1 ? (record + 1) << 4 : byte === 8 ? 0x20 : 0;
});

test("pages come in pieces of any length, and a record may be in several", () => {
  for (let size = 1; size <= records.length; size++) {
    const parser = createPagesParser();
    for (let at = 0; at < records.length; at += size) {
      parser.write(records.subarray(at, at + size));
    }
    parser.end();
    const { count, vpn } = parser.pages();
    expect([count, ...vpn], `pieces of ${size}`).toEqual([RECORDS, 1, 2, 3]);
  }
});

test("pages that end inside of a record are refused, with how far they come", () => {
  for (const left of [1, PAGE_RECORD_BYTES - 1]) {
    const parser = createPagesParser();
    parser.write(records.subarray(0, PAGE_RECORD_BYTES + left));
    expect(() => parser.end()).toThrow(`${left} bytes behind record 1`);
  }
});

test("the shortest and the longest characters of UTF-8, and bytes that are none", () => {
  expect(textOf(Uint8Array.of(0x7f, 0xc2, 0x80, 0xdf, 0xbf))).toBe("\u007f\u0080\u07ff");
  expect(textOf(Uint8Array.of(0xe0, 0xa0, 0x80, 0xef, 0xbf, 0xbd))).toBe("\u0800\ufffd");
  expect(textOf(Uint8Array.of(0xf0, 0x90, 0x80, 0x80))).toBe("\u{10000}");
  for (const byte of [0x80, 0xc1, 0xf5, 0xff]) {
    expect([...bytesOf(textOf(Uint8Array.of(byte)))]).toEqual([byte]);
  }
  // Half a character that stands for no byte becomes what every encoder makes of it.
  expect([...bytesOf("\udd00")]).toEqual([0xef, 0xbf, 0xbd]);
});

test("an inode of 16 digits is a number still, and one at the end of a line is read to there", () => {
  const line = (inode: string): string => `00400000-00401000 r--p 00000000 00:00 ${inode}`;
  expect(parseMaps(`${line("9007199254740991")} /x\n`)[0].inode).toBe(2 ** 53 - 1);
  expect(
    parseMaps(`${line("7")}\n${line("8").replaceAll("00400", "00500").replace("401", "501")}\n`),
  ).toMatchObject([{ inode: 7 }, { inode: 8 }]);
});

test("Private_Hugetlb keeps its space before eight digits", () => {
  const text = `00400000-00401000 r--p 00000000 00:00 0 \nRss: 0 kB\nPrivate_Hugetlb: 12345678 kB\n`;
  const [area] = parseSmaps(text);
  expect(area.rows.Private_Hugetlb).toBe(12_345_678);
  expect(printSmaps([area])).toContain("Private_Hugetlb: 12345678 kB\n");
});

test("flags of a frame have the kernel's bits (M15/3)", () => {
  expect(KPageFlag).toMatchObject({
    ...{ LOCKED: 0, REFERENCED: 2, UPTODATE: 3, DIRTY: 4, LRU: 5, ACTIVE: 6, WRITEBACK: 8 },
    ...{ RECLAIM: 9, BUDDY: 10, MMAP: 11, ANON: 12, SWAPCACHE: 13, SWAPBACKED: 14 },
  });
});
