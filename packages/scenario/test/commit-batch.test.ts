/** Strict overcommit reads a total that CPUs add to in batches (M19/4, M19/6). */
import { expect, test } from "vitest";
import { wrongInText } from "./files.ts";

function wrongIn(kernel: string, nrCpus: number, steps: string): readonly string[] {
  return wrongInText(`
machine:
  kernel: ${kernel}
  memory: 64M
  nrCpus: ${nrCpus}
  overcommit: { mode: strict, ratio: 50, adminReserve: 0, userReserve: 0 }
processes: { P: { mappings: { heap: { size: 8180 pages } } } }
steps:
${steps}`);
}

// The limit is 8192 pages. On one CPU of 64 MiB the batch is 64 pages, and the first mapping went
// into the total as a whole.
test("up to 63 pages more than the limit are promised, then the CPU adds them up", () => {
  const steps = `
  - { mmap: P, as: a, size: 40 pages }
  - { mmap: P, as: b, size: 23 pages, expect: [{ committed: 8243 pages }] }
  - { mmap: P, as: c, size: 1 pages, fails: ENOMEM, expect: [{ committed: 8243 pages }] }
`;
  expect(wrongIn("v6.18", 1, steps)).toEqual([]);
});

test("each CPU has a part of its own", () => {
  const steps = `
  - { mmap: P, as: a, size: 31 pages }
  - { onCpu: P, cpu: 1 }
  - { mmap: P, as: b, size: 31 pages, expect: [{ committed: 8242 pages }] }
  - { mmap: P, as: c, size: 1 pages, fails: ENOMEM }
`;
  expect(wrongIn("v6.18", 2, steps)).toEqual([]);
});

test("going over to strict adds up what CPUs kept before, though it comes to 0 together", () => {
  const steps = `
  - { mmap: P, as: a, size: 20 pages }
  - { onCpu: P, cpu: 1 }
  - { munmap: P a, expect: [{ committed: 8180 pages }] }
  - { overcommit: { mode: heuristic } }
  - { mmap: P, as: b, size: 1 pages }
  - { munmap: P b }
  - { overcommit: { mode: strict } }
  - { mmap: P, as: c, size: 31 pages, expect: [{ committed: 8211 pages }] }
  - { mmap: P, as: d, size: 1 pages, fails: ENOMEM }
`;
  expect(wrongIn("v6.18", 2, steps)).toEqual([]);
});

test("el6 is asked about all of it", () => {
  const steps = `
  - { mmap: P, as: a, size: 40 pages, fails: ENOMEM, expect: [{ committed: 8180 pages }] }
`;
  expect(wrongIn("el6", 1, steps)).toEqual([]);
});
