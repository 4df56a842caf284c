/**
 * Makes the memory of one machine, with nothing in it.
 */
import { PTRS_PER_TABLE, pfn, rulesOf } from "@forkpath/abi";
import { type CounterRules, counterRules } from "@forkpath/counters";
import { createPageTables, type PageTableRules } from "@forkpath/page-table";
import { createAnonVmas, createMemMap } from "@forkpath/rmap";
import { createSwap, type SwapBuild, type SwapRules } from "@forkpath/swap";
import { createSync, makePoint, PointKind } from "@forkpath/sync";
import { createCommitAccount } from "../machine/commit.ts";
import { createLruBatches } from "../page/lru-batch.ts";
import { createNodes } from "../page/node.ts";
import { type CommitOptions, type MmEnv, type MmRules, ThpMode } from "../types.ts";
import { mmRules } from "./book.ts";

/** The release, the build and the size of a machine. */
export interface MmEnvOptions {
  /** What the kernel does where releases differ; by default as el6 does. */
  readonly rules?: MmRules;
  /** By default el6's. */
  readonly counterRules?: CounterRules;
  /** By default el6's. */
  readonly pageTableRules?: PageTableRules;
  /** By default el6's. */
  readonly swapRules?: SwapRules;
  /** What the build has that takes type numbers from swap areas. */
  readonly swapConfig?: SwapBuild;
  /** Whether each pte table has a lock of its own; by default it has. */
  readonly splitPtlocks?: boolean;
  /** Which areas get huge pages; by default none. */
  readonly thp?: ThpMode;
  /** Processors; by default four. */
  readonly nrCpus?: number;
  /** Nodes of memory; by default one. */
  readonly nrNodes?: number;
  /** Frames of the machine. */
  readonly memoryPages?: number;
  /** Frame of the zero page; by default 1. */
  readonly zeroPfn?: number;
  /** The last frame with a struct page; by default the last of all. */
  readonly highestMemmapPfn?: number;
  /** How memory is promised. */
  readonly commit?: CommitOptions;
  /** Byte that fresh continuation pages are full of. */
  readonly continuationFill?: number;
}

/** @kernel DEFAULT_MAX_MAP_COUNT in include/linux/sched.h */
const DEFAULT_MAX_MAP_COUNT = 65_530;

/**
 * A machine's memory with nothing in it.
 * @throws RangeError or TypeError when an option is out of range
 * @modelOnly the kernel's globals of mm/, as one object
 * @example
 * ```ts
 * import { createMmEnv } from "@forkpath/mm";
 * const env = createMmEnv({ memoryPages: 1024 });
 * console.log(env.map.pages, env.spaces.size); // 1024 0
 * ```
 */
export function createMmEnv(options: MmEnvOptions = {}): MmEnv {
  const sync = createSync();
  const splitPtlocks = options.splitPtlocks ?? true;
  const { memoryPages = 2 ** 20, zeroPfn, highestMemmapPfn } = options;
  const rules = options.rules ?? rulesOf(mmRules, "el6");
  const nrCpus = options.nrCpus ?? 4;
  const map = createMemMap({
    pages: memoryPages,
    ...(zeroPfn === undefined ? {} : { zeroPfn: pfn(zeroPfn) }),
    ...(highestMemmapPfn === undefined ? {} : { highestMemmapPfn: pfn(highestMemmapPfn) }),
  });
  return {
    sync,
    rules,
    counterRules: options.counterRules ?? rulesOf(counterRules, "el6"),
    tables: createPageTables({ splitPtlocks, ...given("rules", options.pageTableRules) }),
    map,
    swap: createSwap({
      ...given("rules", options.swapRules),
      ...given("config", options.swapConfig),
      ...given("continuationFill", options.continuationFill),
    }),
    anonVmas: createAnonVmas(rules.anonVmaReuse),
    commit: createCommitAccount(
      memoryPages,
      nrCpus,
      rules.commitBatch(nrCpus, memoryPages),
      options.commit,
    ),
    splitPtlocks,
    thp: options.thp ?? ThpMode.NEVER,
    nrCpus,
    nodes: createNodes(options.nrNodes ?? 1),
    lru: createLruBatches(rules.lruBatch, nrCpus),
    files: new Map(),
    swapEntryOf: new Map(),
    inFlight: new Map(),
    swapCachePages: null,
    spaces: new Set(),
    nextMmId: 1,
    nextFileId: 1,
    maxMapCount: DEFAULT_MAX_MAP_COUNT,
    trackPfnVmaCopy: null,
    badPtes: 0,
    batchPfns: new Int32Array(PTRS_PER_TABLE),
    ptePoint: makePoint(PointKind.STORE, map, { kind: "entry", owner: "", field: "pte" }),
  };
}

/** An option for the next package, or nothing, so that it takes its own default. */
const given = <Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [Key in Name]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: T });
