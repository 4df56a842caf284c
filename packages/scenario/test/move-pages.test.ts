/** Pages that go to another node: where each is, and what is said of those that stay. */
import { expect, test } from "vitest";
import { testOnKernels, wrongInText } from "./files.ts";

const HEAP = "processes: { P: { mappings: { heap: { size: 4 pages, written: 0..1 } } } }";

test("a page takes its entry along, and no counter moves", () => {
  const scenario = `
machine: { kernel: v6.1, nrCpus: 1, nrNodes: 2 }
${HEAP}
steps:
  - movePages: P heap
    node: 1
    expect:
      - { page: P heap 0, node: 1, entry: W, dirty: true, exclusive: true, sameFrameAsBefore: false }
      - { process: P, anonRss: 2 }
  - { write: P heap 0, expect: [{ process: P, anonRss: 2, minorFaults: 2 }] }
`;
  expect(wrongInText(scenario)).toEqual([]);
});

test("a page that two processes map stays, by default", () => {
  const scenario = `
machine: { kernel: v6.1, nrCpus: 1, nrNodes: 2 }
${HEAP}
steps:
  - { fork: P, as: C }
  - { movePages: C heap 0..1, node: 1, fails: EACCES, expect: [{ page: P heap 0, node: 0 }] }
  - { movePages: C heap 0..1, node: 1, all: true, expect: [{ page: P heap 0, node: 1, sameFrameAs: C heap 0 }] }
`;
  expect(wrongInText(scenario)).toEqual([]);
});

test("memory is taken near the processor that asks", () => {
  const scenario = `
machine: { kernel: v6.18, nrCpus: 4, nrNodes: 2, transparentHugepage: always }
processes: { P: { mappings: { heap: { size: 4 pages }, huge: { size: 2M } } } }
steps:
  - { onCpu: P, cpu: 1 }
  - { write: P heap 0, expect: [{ page: P heap 0, node: 0 }] }
  - { onCpu: P, cpu: 2 }
  - { write: P heap 1, expect: [{ page: P heap 1, node: 1 }] }
  - { write: P huge 0, expect: [{ page: P huge 511, node: 1 }] }
`;
  expect(wrongInText(scenario)).toEqual([]);
});

testOnKernels(
  "what is said where there is no page, by release",
  `
machine: { nrCpus: 1, nrNodes: 2 }
processes: { P: { mappings: { heap: { size: 4 pages, written: 0 } } } }
steps:
  - { read: P heap 1 }
  - { movePages: P heap 1, node: 1, fails: EFAULT }
  - { movePages: P heap 2, node: 1, fails: { EFAULT: before v6.18, ENOENT: v6.18 } }
  - { movePages: P heap 0, node: 2, fails: ENODEV }
  - { mprotect: P heap, access: none }
  - { movePages: P heap 0, node: 1, fails: { ENOENT: before v6.18 } }
`,
);
