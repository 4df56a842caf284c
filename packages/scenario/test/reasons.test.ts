/**
 * Why a step failed, with the names of the scenario: which mapping, which limit, how much there
 * was.
 */
import { expect, test } from "vitest";
import { openSession, parseScenario, runFaults, runScenario } from "../src/index.ts";

const TEXT = `
machine: { memory: 64M, overcommit: strict }
processes:
  big: { mappings: { heap: { size: 20M } }, limits: { nproc: 2 }, user: 7, admin: false }
steps:
  - { fork: big, as: copy, fails: ENOMEM }
  - { munmap: big heap 20..50 }
  - { mprotect: big heap, access: r, fails: ENOMEM }
  - { munmap: big heap }
  - { fork: big, as: small, times: 3, fails: EAGAIN }
  - { write: big heap 0, fails: SIGSEGV }
`;

test("each step that failed says what it was refused; others say nothing", () => {
  const { steps } = runScenario(parseScenario(TEXT));
  expect(steps.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    [
      "ENOMEM",
      "5120 pages for big heap: only 2399 can be promised (overcommit strict: limit 8192, promised 5120, reserved 672)",
    ],
    ["success", null],
    ["ENOMEM", "nothing is mapped at big heap 20"],
    ["success", null],
    ["EAGAIN", "RLIMIT_NPROC allows 2 tasks of the user: 2 in use, 1 more asked for"],
    ["SIGSEGV", null],
  ]);
  expect(steps[2].refusal).toEqual({ kind: "hole", addr: 0x1000000000 + 20 * 4096 });
  expect(steps[3].refusal).toBeNull();
});

test("a race tells why its first loser lost", () => {
  const text = `
processes:
  P: { mappings: { heap: { size: 1 page, written: all } }, limits: { nproc: 1 }, user: 7 }
  Q: { mappings: { heap: { size: 1 page, written: all } } }
steps:
  - race: { a: { fork: P, as: c }, b: { write: Q heap 0 } }
    schedule: [a to the end, b to the end]
    fails: EAGAIN
`;
  const [{ reason }] = runScenario(parseScenario(text)).steps;
  expect(reason).toBe("RLIMIT_NPROC allows 1 tasks of the user: 1 in use, 1 more asked for");
});

test("a machine that cannot be made says why", () => {
  const text = `
machine: { memory: 1M, overcommit: always }
processes:
  P: { mappings: { heap: { size: 2M, written: all } } }
`;
  expect(openSession(parseScenario(text)).fault?.got).toBe(
    "writing of P heap ended with ENOMEM: memory is used up: there is no frame for a page",
  );
});

test("a fault that was made is no news; another one behind it is", () => {
  const text = `
machine: { memory: 32 kB, overcommit: always }
processes:
  P: { mappings: { heap: { size: 8 pages } } }
steps:
  - { write: P heap, fails: ENOMEM }
`;
  const { faults } = runFaults(parseScenario(text));
  expect(faults[0]).toMatchObject({ outcome: "ENOMEM", reason: null });
});
