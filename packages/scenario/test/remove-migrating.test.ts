/** Found by a random history: a hole is made where a page is on its way to another frame. */
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";

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
