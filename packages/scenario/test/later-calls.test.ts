/** Words of calls that later kernels have: mlock2, setuid, and mremap that leaves the old place. */
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { scenarioFiles, testOnKernels, unmet } from "./files.ts";

const run = (text: string): readonly string[] => unmet(runScenario(parseScenario(text, "test")));

test("mlock2 locks pages as they come, and el6 has no such call", () => {
  const scenario = (kernel: string, outcome: string): string => `
machine: { kernel: ${kernel} }
processes:
  P: { mappings: { heap: { size: 4 pages } } }
steps:
  - { mlock2: P heap${outcome} }
  - { write: P heap 0 }
expect:
  - { process: P, VmLck: ${outcome === "" ? "16k" : 0}, VmRSS: 4k }
`;
  expect(run(scenario("v6.18", ""))).toEqual([]);
  expect(run(scenario("el6", ", fails: ENOSYS"))).toEqual([]);
});

test("mremap can leave the old mapping, empty", () => {
  const scenario = `
machine: { kernel: v6.18 }
processes:
  P: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { mremap: P heap, size: 4 pages, leave: true, as: moved }
expect:
  - { mapping: P moved, entries: W*4 }
  - { mapping: P heap, entries: "-*4" }
  - { process: P, VmSize: 32k }
`;
  expect(run(scenario)).toEqual([]);
});

test("setuid passes RLIMIT_NPROC, and exec is refused for it", () => {
  const scenario = `
machine: { kernel: v6.18 }
processes:
  P: { mappings: { heap: { size: 1 page } } }
  Q: { mappings: { heap: { size: 1 page } }, limits: { nproc: 1 } }
  S: { mappings: { heap: { size: 1 page } } }
steps:
  - { setuid: P, uid: 7 }
  - { setuid: S, uid: 7 }
  - { setuid: Q, uid: 7 }
  - { setuid: Q, uid: 0, fails: EPERM }
  - { exec: Q, fails: EAGAIN }
  - { exit: P }
  - { exit: S }
  - { wait: init, times: 2 }
  - { exec: Q }
expect:
  - { process: Q, VmStk: 132k }
`;
  expect(run(scenario)).toEqual([]);
});

const BY_RELEASE: readonly string[] = ["live-moved-table.yaml", "live-populate-write-only.yaml"];
for (const { name, text } of scenarioFiles("found")) {
  if (BY_RELEASE.includes(name)) testOnKernels(`${name}, on each release`, text);
}
