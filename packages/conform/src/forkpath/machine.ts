/**
 * The machine that a vector describes: parent, empty child, pages and swap, before anything runs.
 *
 * The address spaces are called `src` and `dst`, so that their locks have the vectors' names.
 */
import { type Exchanges, PAGE_SIZE, rulesOf } from "@forkpath/abi";
import type { Vector, VectorVma } from "@forkpath/conformance";
import { counterRules, MmCounter, setMmCounter } from "@forkpath/counters";
import { attachSink, EventClass } from "@forkpath/events";
import { createMmEnv, type MmEnv, type MmStruct, mmRules, type Vma } from "@forkpath/mm";
import { allocateMm, createVma } from "@forkpath/mm/internal";
import { pgdAlloc } from "@forkpath/page-table";
import { anonVmaPrepare } from "@forkpath/rmap";
import { failNth, runToCompletion } from "@forkpath/sync";
import type { Outside } from "../model.ts";
import { buildPages } from "./build-pages.ts";
import { buildSwap } from "./build-swap.ts";
import { buildTables } from "./build-tables.ts";

const WANTED =
  EventClass.LOCK | EventClass.ALLOC | EventClass.SCHED | EventClass.MM | EventClass.PAGE;

export interface VectorMachine {
  readonly vector: Vector;
  readonly env: MmEnv;
  readonly parent: MmStruct;
  readonly child: MmStruct;
  /** The parent's areas, in the vector's order. */
  readonly vmas: readonly Vma[];
}

/**
 * Builds the state before, and then tells `outside` what happens, and arms the allocations that
 * fail.
 * @throws RangeError or TypeError for a state that contradicts itself, as two pages on one frame
 */
export function buildMachine(vector: Vector, outside: Outside, rules: Exchanges): VectorMachine {
  const { config } = vector;
  const highestMemmapPfn = Number(config.highestMemmapPfn);
  const env = createMmEnv({
    rules: rulesOf(mmRules, "el6", rules),
    counterRules: rulesOf(counterRules, "el6", rules),
    splitPtlocks: config.splitPtlocks,
    memoryPages: highestMemmapPfn + 1,
    highestMemmapPfn,
    zeroPfn: Number(config.zeroPfn),
  });
  buildPages(env.map, vector.pages);
  buildSwap(env.swap, vector);
  const parent = createMm(env, "src");
  const child = createMm(env, "dst");
  buildTables(env, parent, vector.parent);
  setCounters(env, parent, vector);
  const vmas = vector.vmas.map((vma) => buildVma(env, parent, vma));
  env.trackPfnVmaCopy = () => config.trackPfnRet ?? 0;
  attachSink(env.sync, { wants: WANTED, emit: (event) => outside.tell(event) });
  env.sync.gate.count = 0; // building went through the gate too
  for (const index of config.failAlloc ?? []) failNth(env.sync.gate, index);
  return { vector, env, parent, child, vmas };
}

/** An area of `mm` with the borders and flags of a vector's. */
export const vmaOf = (mm: MmStruct, vma: VectorVma): Vma =>
  createVma(mm, {
    start: Number(vma.start),
    end: Number(vma.end),
    flags: Number(vma.flagsValue),
    pgoff: Number(vma.start) / PAGE_SIZE,
  });

function createMm(env: MmEnv, name: string): MmStruct {
  const mm = allocateMm(env, name);
  mm.pgd = pgdAlloc(env.sync, env.tables);
  return mm;
}

function buildVma({ sync, anonVmas }: MmEnv, parent: MmStruct, from: VectorVma): Vma {
  const vma = vmaOf(parent, from);
  if (from.anonVma) {
    runToCompletion(anonVmaPrepare(sync, anonVmas, vma, parent.pageTableLock, () => null));
  }
  return vma;
}

function setCounters({ sync }: MmEnv, { counters }: MmStruct, { parent }: Vector): void {
  const values: readonly (readonly [MmCounter, number])[] = [
    [MmCounter.FILE_RSS, parent.counters.fileRss],
    [MmCounter.ANON_RSS, parent.counters.anonRss],
    [MmCounter.SWAP_USAGE, parent.counters.swapUsage],
    [MmCounter.HIWATER_RSS, parent.hiwaterRss ?? 0],
  ];
  for (const [member, value] of values) {
    runToCompletion(setMmCounter(sync, counters, member, value));
  }
}
