/**
 * May the machine promise so much memory, in mode 2, never too much? (SPEC §5.12, M19)
 *
 *    el6      below the limit, less a part of what the process has; in unsigned words (D17)
 *    v3.10    below the limit, less a reserve for users that has an end
 *
 * The request is charged already when this is asked. D17 is an underflow that promises all.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { PromiseTerms } from "@forkpath/sync";
import { minus } from "../machine/unsigned-long.ts";
import type { CommitAccount, MmEnv, MmRules } from "../types.ts";

type MayPromise = MmRules["overcommitNever"];

/** Is all that was promised below the limit? What the process has is a reserve, however much. */
const isBelowLimit: MayPromise = (env, mm, pages, isAdmin, tell) => {
  const { commit } = env;
  const limit = commitLimit(env);
  const forAdmin = isAdmin ? 0 : Math.floor(commit.adminReserveKb / 4);
  const forUser = Math.floor(mm.usage.totalVm / 32);
  const allowed = minus(minus(limit, forAdmin), forUser);
  tell?.(limitTerms(env, pages, limit, forAdmin + forUser));
  return promised(env) < allowed;
};

/** The same, signed, with a reserve for users that has an end. */
const isBelowUsersLimit: MayPromise = (env, mm, pages, isAdmin, tell) => {
  const { commit } = env;
  const limit = commitLimit(env);
  const forAdmin = isAdmin ? 0 : Math.floor(commit.adminReserveKb / 4);
  const forUser = Math.min(Math.floor(mm.usage.totalVm / 32), Math.floor(commit.userReserveKb / 4));
  tell?.(limitTerms(env, pages, limit, forAdmin + forUser));
  return promised(env) < limit - forAdmin - forUser;
};

/** What a limit leaves, when `reserved` is kept back and the pages are charged already. */
function limitTerms(
  { commit }: MmEnv,
  pages: number,
  limit: number,
  reserved: number,
): PromiseTerms {
  const promised = promisedAsRead(commit) - pages;
  return { rule: "never", most: limit - reserved - promised - 1, limit, promised, reserved };
}

/** Pages. @kernel vm_commit_limit in mm/util.c */
function commitLimit({ commit, swap }: MmEnv): number {
  const ofRam =
    commit.overcommitKb === 0
      ? Math.floor((commit.totalRamPages * commit.ratio) / 100)
      : Math.floor(commit.overcommitKb / 4);
  return ofRam + swap.totalSwapPages;
}

/** A negative approximate total reads as 1 in el6, and is below any limit that matters later. */
function promised({ commit }: MmEnv): number {
  const read = promisedAsRead(commit);
  return read < 0 ? 1 : read;
}

/** Without what CPUs keep to themselves. @kernel percpu_counter_read_positive */
const promisedAsRead = ({ committed, parts }: CommitAccount): number =>
  parts.reduce((read, part) => read - part, committed);

/** @kernel mm_compute_batch in mm/mm_init.c, for vm.overcommit_memory = 2 */
const batchOfMachine: MmRules["commitBatch"] = (nrCpus, totalRamPages) =>
  Math.max(32, 2 * nrCpus, Math.floor(Math.floor(totalRamPages / nrCpus) / 256));

export const commitBatch: Rule<MmRules["commitBatch"]> = {
  decides: "how much a CPU promises before strict mode hears of it",
  answers: [
    { since: "el6", does: "left out: it hears at once", by: () => 0, source: "SPEC §5.12/5" },
    {
      since: "v5.10",
      does: "a 256th of its share of the memory, or 32 pages",
      by: batchOfMachine,
      source: "M19/6",
    },
  ],
};

export const overcommitNever: Rule<MayPromise> = {
  decides: "whether so much memory may be promised, in mode 2",
  answers: [
    {
      since: "el6",
      does: "below the limit, less a part of all the process has",
      by: isBelowLimit,
      source: "SPEC §5.12",
    },
    {
      since: "v3.10",
      does: "below the limit, less a reserve for users that has an end",
      by: isBelowUsersLimit,
      source: "M26",
      first: "3.10",
    },
  ],
  read: M26_COLUMNS,
};
