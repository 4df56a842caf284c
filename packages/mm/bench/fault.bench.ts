/**
 * What a page costs that is faulted in: by the run of fresh memory, and fault by fault. Each sample
 * does it to PAGES pages, so divide: the README's numbers are per page. Its command turns Vitest's
 * module runner off.
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { pgdAlloc } from "@forkpath/page-table";
import { runToCompletion } from "@forkpath/sync";
import { test } from "vitest";
import { createMmEnv, type MmEnv, type MmStruct, touchRange } from "../src/index.ts";
import { allocateMm, createVma, insertVma } from "../src/internal.ts";

const START = 0x40_0000_0000;
const PAGES = 2 ** 14; // 64 MiB
const FLAGS = VmFlag.READ | VmFlag.WRITE | VmFlag.MAYREAD | VmFlag.MAYWRITE;

function createProcess(): { env: MmEnv; mm: MmStruct } {
  const env = createMmEnv({ memoryPages: 2 * PAGES });
  const mm = allocateMm(env);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  const end = START + PAGES * PAGE_SIZE;
  insertVma(createVma(mm, { start: START, end, flags: FLAGS, pgoff: START / PAGE_SIZE }));
  return { env, mm };
}

test("faults: 2^14 pages a sample", async ({ bench }) => {
  await bench("write: fresh pages", () => {
    const { env, mm } = createProcess();
    runToCompletion(touchRange(env, mm, START, PAGES, true));
  }).run();
  await bench("read: the zero page", () => {
    const { env, mm } = createProcess();
    runToCompletion(touchRange(env, mm, START, PAGES, false));
  }).run();
  await bench("read, then write: the zero page, then a copy", () => {
    const { env, mm } = createProcess();
    runToCompletion(touchRange(env, mm, START, PAGES, false));
    runToCompletion(touchRange(env, mm, START, PAGES, true));
  }).run();
});
