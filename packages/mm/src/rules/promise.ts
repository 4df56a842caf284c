/**
 * May the machine promise so much memory? (SPEC §5.12, M19)
 *
 *    since    mode 0, by guess                         mode 2, never too much
 *    el6      could reclaim find it, or is it free?    below the limit, in unsigned words (D17)
 *    v3.10    the same                                 below the limit, less a reserve for users
 *    rhel8    this request alone is not more than RAM and swap        the same
 *
 * Mode 1 promises everything, always. The request is charged already when this is asked.
 */
import type { Rule } from "@forkpath/abi";
import { nrFreePages } from "@forkpath/rmap";
import type { PromiseTerms } from "@forkpath/sync";
import { type MmEnv, type MmRules, Overcommit } from "../types.ts";

type MayPromise = MmRules["mayPromise"];
type ByMode = Readonly<Record<Overcommit, MayPromise>>;

/**
 * `a - b` of two unsigned longs: what would be below 0 is close to 2^64 and passes every test that
 * follows (D17). Infinity stands for it, since no later step can bring it back.
 */
const minus = (a: number, b: number): number => (a >= b ? a - b : Number.POSITIVE_INFINITY);

const asked =
  (byMode: ByMode): MayPromise =>
  (env, mm, pages, isAdmin, tell) =>
    byMode[env.commit.mode](env, mm, pages, isAdmin, tell);

const yes: MayPromise = () => true;

/** Could reclaim find this much, or is it free? */
const hasFree: MayPromise = (env, _mm, pages, isAdmin, tell) => {
  const { commit } = env;
  const reserved = isAdmin ? 0 : Math.floor(commit.adminReserveKb / 4);
  const reclaimable = nrFilePages(env) + env.swap.nrSwapPages + commit.reclaimableSlabPages;
  const found = minus(reclaimable, reserved);
  if (found > pages) return true;
  let free = Math.max(nrFreePages(env.map) - commit.totalReservePages, 0);
  if (!isAdmin) free -= Math.floor(free / 32);
  tell?.({ rule: "guess", most: found + free - 1, free, reclaimable, reserved });
  return found + free > pages;
};

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

/** Is this request alone not more than RAM and swap? */
const isWithinTotal: MayPromise = ({ commit, swap }, _mm, pages, _isAdmin, tell) => {
  const limit = commit.totalRamPages + swap.totalSwapPages;
  tell?.({ rule: "total", most: limit, limit });
  return pages <= limit;
};

/** What a limit leaves, when `reserved` is kept back and the pages are charged already. */
function limitTerms(
  { commit }: MmEnv,
  pages: number,
  limit: number,
  reserved: number,
): PromiseTerms {
  const promised = commit.committed - pages;
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
const promised = ({ commit }: MmEnv): number => (commit.committed < 0 ? 1 : commit.committed);

/** Pages in the page cache, swap cache included. @kernel NR_FILE_PAGES */
function nrFilePages(env: MmEnv): number {
  let pages = env.swap.cache.size;
  for (const file of env.files.values()) pages += file.pages.size;
  return pages;
}

const { GUESS, ALWAYS, NEVER } = Overcommit;

export const mayPromise: Rule<MayPromise> = {
  decides: "whether so much memory may be promised",
  answers: [
    {
      since: "el6",
      does: "guess: what reclaim could find; never: a reserve of all the process has",
      by: asked({ [GUESS]: hasFree, [ALWAYS]: yes, [NEVER]: isBelowLimit }),
      source: "SPEC §5.12",
    },
    {
      since: "v3.10",
      does: "never: a reserve for users that has an end",
      by: asked({ [GUESS]: hasFree, [ALWAYS]: yes, [NEVER]: isBelowUsersLimit }),
      source: "M26",
    },
    {
      since: "rhel8",
      does: "guess: each request alone against RAM and swap",
      by: asked({ [GUESS]: isWithinTotal, [ALWAYS]: yes, [NEVER]: isBelowUsersLimit }),
      source: "M19/2",
      first: "5.2",
    },
  ],
};
