/**
 * Would the kernel promise so much memory? (predict.md §8, M19)
 *
 *    mode 0    each area alone against RAM and swap; before 5.2 against what is free, which no
 *              capture is loaded with: then nothing is known
 *    mode 1    always
 *    mode 2    all areas together against what CommitLimit leaves
 *
 * The model's fork asks the rule of its release, with the machine's own numbers; what stands here
 * puts those numbers in, and says what came out and by how much.
 */
import { KB_PER_PAGE, VmFlag } from "@forkpath/abi";
import { type MmEnv, Overcommit, vmaPages } from "@forkpath/mm";
import type { Refusal } from "@forkpath/sync";
import type { LoadedArea, Loading } from "../load/loading.ts";
import { pagesOfKb } from "../load/page-record.ts";
import type { MachineFacts, MemoryFacts } from "./machine.ts";

/** An area that a fork promises anew. */
export interface ChargedArea {
  /** First byte. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** As maps shows it. */
  readonly name: string;
  /** What it promises. */
  readonly kb: number;
}

/** Whether the kernel promises the children their memory. */
export interface CommitAnswer {
  /** The mode that was asked. */
  readonly mode: Overcommit;
  /** The mode was not captured: 0 is the default of Linux. */
  readonly isAssumed: boolean;
  /** Mode 0 of this release asks what is free, which is not loaded: allowed here says nothing. */
  readonly asksFree: boolean;
  /** Whether one of the children is refused. */
  readonly isRefused: boolean;
  /** Which of the children is the first that is refused, from 1 on; null where none is. */
  readonly refusedChild: number | null;
  /** Why, as the model says it; null where the fork was allowed. */
  readonly refusal: Refusal | null;
  /** All areas that a fork promises anew, for one child: kB. */
  readonly charge: number;
  /** The largest area that a fork promises anew; null where there is none. */
  readonly largest: ChargedArea | null;
  /** Mode 0: what one area may have. Mode 2: what all may have. kB. */
  readonly most: number;
  /** The area where the fork is refused. */
  readonly area: ChargedArea | null;
  /** How much too much is asked for; below 0, what is left. kB. */
  readonly missing: number;
}

/** Sets the machine's own numbers, so that the next fork is asked about them. */
export function setCommit(env: MmEnv, facts: MachineFacts): void {
  const { memory } = facts;
  if (memory === null) {
    Object.assign(env.commit, { mode: Overcommit.ALWAYS });
    return;
  }
  const { total, swapTotal, commitLimit, committed } = memory;
  Object.assign(env.commit, {
    mode: facts.overcommit ?? Overcommit.GUESS,
    // CommitLimit is read and not computed: hugetlb pages and ratio are in it already.
    overcommitKb: Math.max(commitLimit - swapTotal, 1),
    adminReserveKb: facts.adminReserve,
    userReserveKb: facts.userReserve,
    totalRamPages: pagesOfKb(total),
    committed: pagesOfKb(committed),
    // Nobody sees what the machine's CPUs keep to themselves: all is taken to be in the total.
    batch: 0,
  });
  env.swap.totalSwapPages = pagesOfKb(swapTotal);
}

/** From here on every fork is allowed: what would it cost? */
export const allowForks = (env: MmEnv): void =>
  void Object.assign(env.commit, { mode: Overcommit.ALWAYS });

/** The first fork that was refused. */
export interface RefusedFork {
  readonly child: number;
  readonly refusal: Refusal | null;
}

/**
 * @param refused null where all were allowed
 * @param children how many there are to be
 * @returns null where the capture has no meminfo, so that nothing was asked
 */
export function commitAnswer(
  load: Loading,
  facts: MachineFacts,
  refused: RefusedFork | null,
  children: number,
): CommitAnswer | null {
  const { memory } = facts;
  if (memory === null) return null;
  const refusal = refused?.refusal ?? null;
  const areas = load.areas.filter(isCharged).map(chargedArea);
  const charge = areas.reduce((sum, { kb }) => sum + kb, 0);
  const largest = areas.reduce<ChargedArea | null>(
    (most, area) => (most === null || area.kb > most.kb ? area : most),
    null,
  );
  const mode = facts.overcommit ?? Overcommit.GUESS;
  const most = mostOf(load, facts, memory, mode);
  const asked = mode === Overcommit.NEVER ? charge * children : (largest?.kb ?? 0);
  return {
    mode,
    isAssumed: facts.overcommit === null,
    asksFree: mode === Overcommit.GUESS && asksFree(load),
    isRefused: refused !== null,
    refusedChild: refused?.child ?? null,
    refusal,
    charge,
    largest,
    most,
    area: refusedArea(refusal, areas),
    missing: mode === Overcommit.ALWAYS ? 0 : asked - most,
  };
}

/** Whether the rule of mode 0 asks more than RAM and swap: of too much it tells what it asked. */
function asksFree({ env, mm, captured: { isAdmin } }: Loading): boolean {
  let asked = "";
  env.rules.overcommitGuess(env, mm, Number.MAX_SAFE_INTEGER, isAdmin, ({ rule }) => {
    asked = rule;
  });
  return asked !== "total";
}

const isCharged = ({ vma }: LoadedArea): boolean =>
  (vma.flags & VmFlag.ACCOUNT) !== 0 && (vma.flags & VmFlag.DONTCOPY) === 0;

const chargedArea = ({ vma, captured }: LoadedArea): ChargedArea => ({
  start: vma.start,
  end: vma.end,
  name: captured.name,
  kb: vmaPages(vma) * KB_PER_PAGE,
});

function refusedArea(refusal: Refusal | null, areas: readonly ChargedArea[]): ChargedArea | null {
  if (refusal?.kind !== "promise" || refusal.area === null) return null;
  const { start } = refusal.area;
  return areas.find((area) => area.start === start) ?? null;
}

/** kB that may be asked for. @kernel __vm_enough_memory in mm/util.c */
function mostOf(
  { mm, captured: { isAdmin } }: Loading,
  { adminReserve, userReserve }: MachineFacts,
  { total, swapTotal, commitLimit, committed }: MemoryFacts,
  mode: Overcommit,
): number {
  if (mode === Overcommit.GUESS) return total + swapTotal;
  const forUser = Math.min(Math.floor(mm.usage.totalVm / 32) * KB_PER_PAGE, userReserve);
  // The sum has to stay below the limit: by a page at the least.
  return commitLimit - (isAdmin ? 0 : adminReserve) - forUser - committed - KB_PER_PAGE;
}
