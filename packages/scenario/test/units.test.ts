/** Sizes, pages and wanted values, as people write them: seen through what a run does with them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";

/** Pages of a mapping of that size. */
function pagesOfSize(size: string): number | undefined {
  const { processes } = parseScenario(`processes: { P: { mappings: { m: { size: ${size} } } } }`);
  return processes.get("P")?.mappings.get("m")?.sizePages;
}

test.each([
  ["1", 1],
  ["4096", 1],
  ["4097", 2],
  ["0x3000", 3],
  ["3 pages", 3],
  ["1 page", 1],
  ["12k", 3],
  ["12 kB", 3],
  ["12KiB", 3],
  ["1.5M", 384],
  ["2 GB", 524_288],
  ["100 bytes", 1],
  ["1T", 268_435_456],
])("a size of %s is %i pages", (size, pages) => {
  expect(pagesOfSize(size)).toBe(pages);
});

test.each(["0", "-4k", "12 apples", "1.3 pages", "''", "true"])("%s is no size", (size) => {
  expect(() => pagesOfSize(size)).toThrow(/wanted a size/);
});

test("units agree with each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (pages) => {
      const sizes = [`${pages} pages`, `${pages * 4} kB`, `${pages * 4096}`, `${pages / 256}M`];
      expect(sizes.map(pagesOfSize)).toEqual([pages, pages, pages, pages]);
    }),
    { seed: 1991, numRuns: 100 },
  );
});

/** What a mapping of ten pages looks like after its pages were written to. */
function written(pages: string): string {
  const text = `processes: { P: { mappings: { m: { size: 10 pages, written: ${pages} } } } }
expect: [{ mapping: P m, entries: "?" }]`;
  const [{ got }] = runScenario(parseScenario(text)).expectations;
  return got;
}

test.each([
  ["all", "W*10"],
  ["none", "-*10"],
  ["0", "W -*9"],
  ["3", "-*3 W -*6"],
  ["0..3", "W*4 -*6"],
  ["8..9", "-*8 W*2"],
  ["50%", "W*5 -*5"],
  ["12%", "W -*9"],
  ["3 pages", "W*3 -*7"],
  ["8k", "W*2 -*8"],
  ["[0, 2, 4..5]", "W - W - W*2 -*4"],
  ["'0..1, 8'", "W*2 -*6 W -"],
  ["'2..5, 4..6'", "-*2 W*5 -*3"],
])("pages %s are %s", (pages, letters) => {
  expect(written(pages)).toBe(letters);
});

test("pages that a mapping does not have cannot be written to", () => {
  const text = "processes: { P: { mappings: { m: { size: 10 pages, written: 5..10 } } } }";
  expect(() => parseScenario(text)).toThrow("1:34: P m has 10 pages, counted from 0");
});

describe("a wanted value", () => {
  /** Of a process with 3 pages in memory. */
  const isMet = (wanted: string): boolean => {
    const text = `processes: { P: { mappings: { m: { size: 5 pages, written: 3 pages } } } }
expect: [{ process: P, ${wanted} }]`;
    const [result] = runScenario(parseScenario(text)).expectations;
    return result.isMet;
  };

  const testMet = (title: string, answer: boolean, wanted: readonly string[]): void =>
    test.each(wanted)(title, (one) => {
      expect(isMet(one)).toBe(answer);
    });

  testMet("%s is met", true, [
    "VmRSS: 12",
    "VmRSS: 12 kB",
    "VmRSS: 3 pages",
    "VmRSS: at least 12 kB",
    "VmRSS: at most 3 pages",
    "VmRSS: less than 1M",
    "VmRSS: more than 0",
    "VmRSS: not 16 kB",
    "anonRss: 3",
    "anonRss: 12 kB",
    "minorFaults: 3",
    "state: running",
    "state: not zombie",
    "onMmlist: false",
  ]);

  testMet("%s is not", false, [
    "VmRSS: 13",
    "VmRSS: 3M",
    "VmRSS: at least 13 kB",
    "VmRSS: less than 12",
    "VmRSS: not 3 pages",
    "anonRss: -3",
    "state: zombie",
    "onMmlist: true",
  ]);
});
