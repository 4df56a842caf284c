/**
 * anon_vma_fork and unlink_anon_vmas: a process of many vmas, and a parent of many children.
 * The command stands in README.md.
 */
import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  anonVmaFork,
  anonVmaPrepare,
  createAnonVmas,
  type RmapVma,
  unlinkAnonVmas,
} from "../src/index.ts";

const VMAS = 5000;
const CHILDREN = 1000;
const sync = createSync();
const lock = createSpinLock("page_table_lock");
const area = (): RmapVma => ({ anonVma: null, anonVmaChain: [] });

/** Forks `parents` into as many new vmas, and unmaps these again. */
function forkAndExit(anonVmas: ReturnType<typeof createAnonVmas>, parents: RmapVma[]): void {
  const children = parents.map(area);
  for (let i = 0; i < parents.length; i++) {
    runToCompletion(anonVmaFork(sync, anonVmas, children[i], parents[i]));
  }
  for (const child of children) runToCompletion(unlinkAnonVmas(sync, anonVmas, child));
}

test("fork and exit", async ({ bench }) => {
  const anonVmas = createAnonVmas();
  const vmas = Array.from({ length: VMAS }, area);
  for (const vma of vmas) runToCompletion(anonVmaPrepare(sync, anonVmas, vma, lock, () => null));
  const many = await bench(`a process of ${VMAS} vmas`, () => {
    forkAndExit(anonVmas, vmas);
  }).run();
  const one = Array.from({ length: CHILDREN }, () => vmas[0]);
  const prefork = await bench(`${CHILDREN} children of one vma`, () => {
    forkAndExit(anonVmas, one);
  }).run();
  for (const [result, count] of [
    [many, VMAS],
    [prefork, CHILDREN],
  ] as const) {
    const nanosecondsEach = (result.latency.p50 * 1e6) / count;
    console.log(`${result.name}: ${nanosecondsEach.toFixed(0)} ns a vma, forked and unmapped`);
    expect(nanosecondsEach).toBeGreaterThan(0);
  }
});
