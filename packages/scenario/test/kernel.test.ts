/** The release of the kernel as an axis of a scenario, and the CPU that a task runs on. */
import { describe, expect, test } from "vitest";
import { onKernel, parseScenario, runFaults, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";

const wantsMaxrss = (machine: string, steps: string, kilobytes: number): string => `
machine: ${machine}
processes:
  P: { mappings: { heap: { size: 40 pages } } }
steps:
${steps}
expect:
  - { process: P, maxrss: ${kilobytes}k, VmRSS: 160k }
`;

const ON_ONE = "  - { write: P heap }";
const ON_TWO = `  - { write: P heap 0..19 }
  - { onCpu: P, cpu: 1 }
  - { write: P heap 20..39 }`;

describe("a later kernel", () => {
  // 32 of 40 pages have left the part of CPU 0; of 20 and 20 on two CPUs, none have.
  test.each([
    ["el6 counts in one word", "{}", ON_TWO, 160],
    ["6.18 counts 32 at a time", "{ kernel: v6.18 }", ON_ONE, 128],
    ["and on each CPU by itself", "{ kernel: v6.18 }", ON_TWO, 0],
  ])("%s", (_name, machine, steps, kilobytes) => {
    const result = runScenario(parseScenario(wantsMaxrss(machine, steps, kilobytes), "test"));
    expect(unmet(result)).toEqual([]);
  });

  test("runs a scenario that is written for another", () => {
    const scenario = parseScenario(wantsMaxrss("{}", ON_ONE, 160), "test");
    expect(unmet(runScenario(scenario))).toEqual([]);
    expect(unmet(runScenario(onKernel(scenario, "v6.18")))).toEqual([
      "8: P maxrss: wanted 160 kB, got 128 kB",
    ]);
    expect(runFaults(onKernel(scenario, "v6.18")).isOk).toBe(true);
  });

  test("lends a rule to el6", () => {
    const machine = "{ rules: { design: v6.18 } }";
    const result = runScenario(parseScenario(wantsMaxrss(machine, ON_ONE, 128), "test"));
    expect(unmet(result)).toEqual([]);
  });

  test.each([
    ["{ kernel: v5.8 }", /kernel: wanted one of el6, v3.10, .*, got "v5.8"/],
    ["{ rules: { weather: el6 } }", /unknown key weather/],
    ["{ rules: { argLock: { cures: D2 } } }", /rules\.argLock\.cures: wanted one of D1, got "D2"/],
  ])("that there is none of is refused: %s", (machine, message) => {
    expect(() => parseScenario(wantsMaxrss(machine, ON_ONE, 0), "test")).toThrow(message);
  });
});

test("a CPU that the machine has not ends the history", () => {
  const scenario = parseScenario(wantsMaxrss("{ nrCpus: 1 }", ON_TWO, 0), "test");
  expect(unmet(runScenario(scenario))[0]).toMatch(/onCpu P 1: .*the machine has 1 CPUs/);
});

test("a child begins on the CPU of its parent", () => {
  const steps = `  - { onCpu: P, cpu: 2 }
  - { fork: P, as: C }`;
  const scenario = parseScenario(wantsMaxrss("{}", steps, 0), "test");
  const cpus: number[] = [];
  runScenario(scenario, {
    onStep: (kernel) => {
      const tasks = [...kernel.machine.fork.tasks.values()];
      cpus.push(...tasks.map(({ thread }) => thread.cpu));
    },
  });
  expect(cpus.slice(-3)).toEqual([0, 2, 2]);
});
