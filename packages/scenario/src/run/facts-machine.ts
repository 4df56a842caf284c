/** Reads the facts about the machine, about a file, and about a child that was waited for. */
import type { WaitResult } from "@forkpath/fork";
import { Level } from "@forkpath/page-table";
import { HPAGE_PMD_NR, type PageStats } from "@forkpath/rmap";
import type { FileFact, MachineFact, ReapedFact } from "../format/facts.ts";
import { CannotRun } from "./cannot-run.ts";
import type { World } from "./world.ts";

export const machineReaders: Readonly<Record<MachineFact, (world: World) => bigint>> = {
  committed: ({ kernel }) => BigInt(kernel.totals().committed),
  freePages: ({ kernel }) => BigInt(kernel.totals().freePages),
  usedPages: ({ kernel, freeAtBoot }) => BigInt(freeAtBoot - kernel.totals().freePages),
  freeSwap: ({ kernel }) => BigInt(kernel.totals().freeSwapPages),
  swapCache: ({ kernel }) => BigInt(kernel.machine.mm.swap.cache.size),
  pageCache: ({ kernel }) => BigInt(kernel.totals().cachedPages),
  anonPages: ({ kernel }) => BigInt(countAnon(kernel.machine.mm.map.stats)),
  pageTables: ({ kernel }) => BigInt(kernel.machine.mm.tables.liveTables[Level.PTE]),
  tasks: ({ kernel }) => BigInt(kernel.totals().tasks),
  forks: ({ kernel }) => BigInt(kernel.totals().totalForks),
  continuationPages: ({ kernel }) => BigInt(countContinuations(kernel.machine.mm.swap.areas)),
  badPtes: ({ kernel }) => BigInt(kernel.machine.mm.badPtes),
};

const countAnon = ({ nrAnonPages, nrAnonTransparentHugepages }: PageStats): number =>
  nrAnonPages + nrAnonTransparentHugepages * HPAGE_PMD_NR;

type Areas = readonly { readonly continuations: ReadonlyMap<number, readonly unknown[]> }[];

function countContinuations(areas: Areas): number {
  let pages = 0;
  for (const { continuations } of areas) {
    for (const chain of continuations.values()) pages += chain.length;
  }
  return pages;
}

type FileReader = (world: World, path: string) => bigint;

/** @throws CannotRun for a file that nobody has opened */
const ofFile =
  (
    read: (file: { pages: ReadonlyMap<number, number>; iMmap: { size: number } }) => number,
  ): FileReader =>
  ({ kernel }, path) => {
    const file = kernel.machine.files.get(path);
    if (file === undefined) throw new CannotRun(`nobody has opened ${path}`);
    return BigInt(read(file));
  };

/** @throws CannotRun for what is no device */
const ofDevice =
  (name: "opens" | "closes"): FileReader =>
  ({ devices }, path) => {
    const calls = devices.get(path);
    if (calls === undefined) throw new CannotRun(`${path} is no device`);
    return BigInt(calls[name]);
  };

export const fileReaders: Readonly<Record<FileFact, FileReader>> = {
  cachedPages: ofFile(({ pages }) => pages.size),
  mappings: ofFile(({ iMmap }) => iMmap.size),
  opens: ofDevice("opens"),
  closes: ofDevice("closes"),
};

/** The status word holds the exit status in its second byte. */
const EXIT_SHIFT = 8;

export const reapedReaders: Readonly<Record<ReapedFact, (result: WaitResult) => bigint>> = {
  status: ({ status }) => BigInt(status >> EXIT_SHIFT),
  maxrss: ({ rusage }) => rusage?.maxrssKb ?? 0n,
  minorFaults: ({ rusage }) => BigInt(rusage?.minFlt ?? 0),
  majorFaults: ({ rusage }) => BigInt(rusage?.majFlt ?? 0),
};
