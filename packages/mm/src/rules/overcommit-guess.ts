/**
 * May the machine promise so much memory, in mode 0, by guess? (SPEC §5.12, M19)
 *
 *    el6      if reclaim could find it, or it is free
 *    rhel8    if this request alone is not more than RAM and swap
 *
 * The request is charged already when this is asked.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { nrFreePages } from "@forkpath/rmap";
import { minus } from "../machine/unsigned-long.ts";
import type { MmEnv, MmRules } from "../types.ts";

type MayPromise = MmRules["overcommitGuess"];

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

/** Is this request alone not more than RAM and swap? */
const isWithinTotal: MayPromise = ({ commit, swap }, _mm, pages, _isAdmin, tell) => {
  const limit = commit.totalRamPages + swap.totalSwapPages;
  tell?.({ rule: "total", most: limit, limit });
  return pages <= limit;
};

/** Pages in the page cache, swap cache included. @kernel NR_FILE_PAGES */
function nrFilePages(env: MmEnv): number {
  let pages = env.swap.cache.size;
  for (const file of env.files.values()) pages += file.pages.size;
  return pages;
}

export const overcommitGuess: Rule<MayPromise> = {
  decides: "whether so much memory may be promised, in mode 0",
  answers: [
    { since: "el6", does: "if reclaim could find it", by: hasFree, source: "SPEC §5.12" },
    {
      since: "rhel8",
      does: "if this request alone is not more than RAM and swap",
      by: isWithinTotal,
      source: "M19/2",
      first: "5.2",
    },
  ],
  read: M26_COLUMNS,
};
