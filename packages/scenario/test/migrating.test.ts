/** Pages on their way to other frames: what a step says that moves none, and a hole made there. */
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";

test.each(["v3.10", "v6.1", "v6.18"])(
  "on %s the page is unmapped when it has arrived",
  (kernel) => {
    const { expectations } = runScenario(
      parseScenario(`
machine: { kernel: ${kernel}, memory: 1M }
processes:
  P: { mappings: { shared: { kind: shmem, size: 1 page, read: all } } }
steps:
  - { migrateBegin: P shared 0 }
  - { madvise: P shared, advice: remove, waits: true }
  - migrateEnd: true
    expect:
      - check: clean
      - { mapping: P shared, entries: "-" }
`),
    );
    expect(expectations.filter(({ isMet }) => !isMet)).toEqual([]);
  },
);

test("a migration that moves nothing says so, whatever else is on its way", () => {
  const result = runScenario(
    parseScenario(`processes: { P: { mappings: { heap: { size: 4 pages, written: 3 pages } } } }
steps:
  - { migrateBegin: P heap 0 }
  - { migrateBegin: P heap 0, fails: EBUSY }
  - { migrateBegin: P heap 3, fails: EBUSY }
  - { migrateBegin: "P heap 0,3", fails: EBUSY }
  - { migrateBegin: P heap 0..1 }
  - { migrateEnd: true }
expect: [{ check: clean }]`),
  );
  expect(unmet(result)).toEqual([]);
});
