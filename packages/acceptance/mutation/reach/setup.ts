/** Before each test file, where probes are made: what they note goes along with its result. */
import { afterAll, beforeAll, beforeEach, type RunnerTestFile } from "vitest";
import { PROBES } from "../suite.ts";

declare module "vitest" {
  interface TaskMeta {
    /** The numbers of probes that ran. */
    reached?: readonly number[];
    /** Processor time of the tests. */
    ms?: number;
  }
}

const reached = new Uint8Array(PROBES);
Object.assign(globalThis, { __reached: reached });

let file: RunnerTestFile | undefined;
let beganMs = 0;
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

beforeAll(() => {
  beganMs = usedMs();
});
beforeEach(({ task }) => {
  file = task.file;
});
afterAll(() => {
  const numbers = [...reached.keys()].filter((probe) => reached[probe] === 1);
  if (file !== undefined) Object.assign(file.meta, { reached: numbers, ms: usedMs() - beganMs });
});
