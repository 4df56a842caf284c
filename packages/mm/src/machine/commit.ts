/**
 * Commit accounting: how much memory has been promised (SPEC §5.12).
 *
 * fork charges every VM_ACCOUNT area of the parent in full, though nothing is copied: this is
 * where a fork of a large process is refused.
 */
import { Errno } from "@forkpath/abi";
import { invariant, type PromiseTerms, type RefusedArea, refuse } from "@forkpath/sync";
import {
  type CommitAccount,
  type CommitOptions,
  type MmEnv,
  type MmRules,
  type MmStruct,
  Overcommit,
} from "../types.ts";

/** @modelOnly the sysctls and totals that __vm_enough_memory reads */
export const createCommitAccount = (
  totalRamPages: number,
  nrCpus: number,
  batch: number,
  options: CommitOptions = {},
): CommitAccount => ({
  mode: options.mode ?? Overcommit.GUESS,
  ratio: options.ratio ?? 50,
  overcommitKb: options.overcommitKb ?? 0,
  adminReserveKb: options.adminReserveKb ?? Math.min((totalRamPages * 4) / 32, 8192),
  userReserveKb: options.userReserveKb ?? Math.min((totalRamPages * 4) / 32, 131_072),
  totalReservePages: options.totalReservePages ?? 0,
  reclaimableSlabPages: options.reclaimableSlabPages ?? 0,
  totalRamPages,
  committed: 0,
  batch,
  parts: new Int32Array(nrCpus),
});

/**
 * Charges `pages` and says whether the machine may promise them; un-charges if not.
 * @param area for which they are; null where there is none yet
 * @returns 0 or -ENOMEM
 * @kernel __vm_enough_memory in mm/mmap.c
 */
export function vmEnoughMemory(
  env: MmEnv,
  mm: MmStruct,
  pages: number,
  isAdmin: boolean,
  area: RefusedArea | null = null,
): number {
  addCommitted(env, pages, env.sync.current.cpu);
  if (mayPromise(env, mm, pages, isAdmin)) return 0;
  const terms = promiseTerms(env, mm, pages, isAdmin);
  // Its ends only: a refusal is data, and an area leads to the whole machine.
  const ends = area === null ? null : { start: area.start, end: area.end };
  refuse(env.sync, { kind: "promise", pages, terms, area: ends });
  vmUnacctMemory(env, pages);
  return -Errno.ENOMEM;
}

/**
 * What `vmEnoughMemory` would say on this CPU. Changes nothing.
 * @modelOnly a scheduler's look at what comes
 */
export function wouldPromise(
  env: MmEnv,
  mm: MmStruct,
  pages: number,
  isAdmin: boolean,
  cpu: number,
): boolean {
  const { commit } = env;
  const part = commit.parts[cpu];
  addCommitted(env, pages, cpu);
  const isKept = mayPromise(env, mm, pages, isAdmin);
  commit.committed -= pages;
  commit.parts[cpu] = part;
  return isKept;
}

/** In mode 1 everything may be promised, always. */
const mayPromise: MmRules["overcommitGuess"] = (env, ...asked) => {
  switch (env.commit.mode) {
    case Overcommit.GUESS:
      return env.rules.overcommitGuess(env, ...asked);
    case Overcommit.NEVER:
      return env.rules.overcommitNever(env, ...asked);
    default:
      return true;
  }
};

/** What the rule looked at. Requires the pages to be charged. */
function promiseTerms(env: MmEnv, mm: MmStruct, pages: number, isAdmin: boolean): PromiseTerms {
  const told: PromiseTerms[] = [];
  mayPromise(env, mm, pages, isAdmin, (terms) => void told.push(terms));
  invariant(told.length === 1, "promise-terms", `refused with ${told.length} terms`);
  return told[0];
}

/** @kernel vm_unacct_memory in include/linux/mman.h */
export const vmUnacctMemory = (env: MmEnv, pages: number): void =>
  addCommitted(env, -pages, env.sync.current.cpu);

/**
 * A CPU keeps what is less than a batch. Only strict mode reads the total without the parts, and
 * going over to it has all of them added up (M19/6).
 * @kernel percpu_counter_add_batch of vm_committed_as in include/linux/mman.h
 */
function addCommitted({ commit }: MmEnv, pages: number, cpu: number): void {
  commit.committed += pages;
  const { parts, batch } = commit;
  if (batch === 0) return;
  if (commit.mode !== Overcommit.NEVER) {
    parts.fill(0);
    return;
  }
  const part = parts[cpu] + pages;
  parts[cpu] = Math.abs(part) >= batch ? 0 : part;
}
