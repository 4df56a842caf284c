/**
 * What a page costs that goes to swap and comes back. Each sample does it to PAGES pages, so
 * divide: the README's numbers are per page. Its command turns Vitest's module runner off.
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { pgdAlloc } from "@forkpath/page-table";
import { runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  createMmEnv,
  type MmEnv,
  type MmStruct,
  reclaimPages,
  sysSwapoff,
  sysSwapon,
  touchRange,
} from "../src/index.ts";
import { allocateMm, createVma, linkVma } from "../src/internal.ts";

const PAGES = 2 ** 13; // 32 MiB
const START = 0x40_0000_0000;
const PRIVATE = VmFlag.READ | VmFlag.WRITE | VmFlag.MAYREAD | VmFlag.MAYWRITE;

/** One process with PAGES pages written, on a machine with swap for all of them. */
function createWritten(): { env: MmEnv; mm: MmStruct } {
  const env = createMmEnv({ memoryPages: 4 * PAGES });
  sysSwapon(env, { max: PAGES + 1 });
  const mm = allocateMm(env, "P");
  mm.pgd = pgdAlloc(env.sync, env.tables);
  mm.mmUsers = 1;
  const end = START + PAGES * PAGE_SIZE;
  const vma = createVma(mm, { start: START, end, flags: PRIVATE, pgoff: START / PAGE_SIZE });
  runToCompletion(linkVma(env, vma));
  runToCompletion(touchRange(env, mm, START, PAGES, true));
  return { env, mm };
}

test("swap: 2^13 pages a sample", async ({ bench }) => {
  const { env, mm } = createWritten();
  const result = await bench("out by reclaim, in by write faults", () => {
    runToCompletion(reclaimPages(env, mm));
    runToCompletion(touchRange(env, mm, START, PAGES, true));
  }).run();
  expect(result.latency.mean).toBeGreaterThan(0);
  expect(env.swap.cache.size).toBe(0);
});

test("swapoff: 2^13 pages a sample", async ({ bench }) => {
  const { env, mm } = createWritten();
  const result = await bench("out by reclaim, in by swapoff", () => {
    runToCompletion(reclaimPages(env, mm));
    runToCompletion(sysSwapoff(env, mm, 0));
    sysSwapon(env, { max: PAGES + 1 });
  }).run();
  expect(result.latency.mean).toBeGreaterThan(0);
  expect(env.swap.areas[0].inusePages).toBe(0);
});
