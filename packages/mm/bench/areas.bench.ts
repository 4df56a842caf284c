/**
 * System calls on areas: a heap of 1 GiB that is protected, moved and unmapped, and an address
 * space of many areas that are mapped and unmapped one by one. The command stands in README.md.
 */
import { MapFlag, Mremap, PAGE_SIZE, Prot } from "@forkpath/abi";
import { pgdAlloc } from "@forkpath/page-table";
import { runToCompletion as run } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  createMmEnv,
  type MmEnv,
  type MmStruct,
  sysMmap,
  sysMprotect,
  sysMremap,
  sysMunmap,
  touchRange,
} from "../src/index.ts";
import { allocateMm } from "../src/internal.ts";

const BASE = 0x10_0000_0000;
const ELSEWHERE = 0x20_0000_0000;
const PAGES = 262_144;
const AREAS = 2000;
const FLAGS = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
const MOVE = Mremap.MAYMOVE | Mremap.FIXED;
const RW = Prot.READ | Prot.WRITE;

function createMm(memoryPages: number): { env: MmEnv; mm: MmStruct } {
  const env = createMmEnv({ memoryPages });
  const mm = allocateMm(env);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  return { env, mm };
}

/**
 * Prints the fastest sample, the one least disturbed, as nanoseconds for each of `count` things.
 */
function report(result: { name: string; latency: { min: number } }, count: number, what: string) {
  const each = (result.latency.min * 1e6) / count;
  console.log(`${result.name}: ${each.toFixed(1)} ns ${what}`);
  expect(each).toBeGreaterThan(0);
}

test("one area of 1 GiB, every page written", async ({ bench }) => {
  const { env, mm } = createMm(PAGES + 1024);
  const len = PAGES * PAGE_SIZE;
  run(sysMmap(env, mm, { addr: BASE, len, prot: RW, flags: FLAGS }));
  run(touchRange(env, mm, BASE, PAGES, true));
  let prot: number = RW;
  const protect = await bench("mprotect", () => {
    prot = prot === RW ? Prot.READ : RW;
    run(sysMprotect(env, mm, BASE, len, prot));
  }).run();
  let addr = BASE;
  const move = await bench("mremap", () => {
    const newAddr = addr === BASE ? ELSEWHERE : BASE;
    run(sysMremap(env, mm, { addr, oldLen: len, newLen: len, flags: MOVE, newAddr }));
    addr = newAddr;
  }).run();
  report(protect, PAGES, "a page");
  report(move, PAGES, "a page");
});

test("many areas", async ({ bench }) => {
  const { env, mm } = createMm(1024);
  const at = (area: number): number => BASE + 2 * area * PAGE_SIZE;
  const forward = await bench(`mmap and munmap of ${AREAS} areas`, () => {
    for (let i = 0; i < AREAS; i++) {
      run(sysMmap(env, mm, { addr: at(i), len: PAGE_SIZE, prot: RW, flags: FLAGS }));
    }
    for (let i = 0; i < AREAS; i++) run(sysMunmap(env, mm, at(i), PAGE_SIZE));
  }).run();
  report(forward, AREAS, "an area");
});
