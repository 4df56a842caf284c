/** Before each test file, where probes are made: what they note goes along with its result. */
import { afterAll, beforeEach, type RunnerTestFile } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** The numbers of probes that ran. */
    reached?: readonly number[];
  }
}

/** More than there are probes, in bytes. */
const PROBES = 1 << 16;

const reached = new Uint8Array(PROBES);
Object.assign(globalThis, { __reached: reached });

let file: RunnerTestFile | undefined;
beforeEach(({ task }) => {
  file = task.file;
});
afterAll(() => {
  const numbers = [...reached.keys()].filter((probe) => reached[probe] === 1);
  if (file !== undefined) file.meta.reached = numbers;
});
