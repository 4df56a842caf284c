/**
 * Which entries mprotect makes writable at once, in an area that is writable now (SPEC §2.14,
 * L23/1). The others wait for their next write, which finds out who shares the page.
 *
 *    since    shared mapping    private mapping
 *    el6      dirty             none
 *    v5.19    dirty             dirty, of an exclusive anonymous page
 *    v6.12    dirty             of an exclusive anonymous page
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import { isPteDirty, ptePfn } from "@forkpath/page-table";
import { isPageAnon, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import type { MmEnv, MmRules, Vma } from "../types.ts";

type MayMakeWritable = MmRules["mayMakeWritable"];

const sharedDirty: MayMakeWritable = (_env, { flags }, low) =>
  (flags & VmFlag.SHARED) !== 0 && isPteDirty(low);

function isExclusive({ map }: MmEnv, { flags }: Vma, low: number, high: number): boolean {
  const pfn = ptePfn(low, high);
  if (vmNormalPage(map, flags, low, pfn) !== NormalPage.NORMAL || !isPageAnon(map, pfn))
    return false;
  return (map.flags[pfn] & PageFlag.ANON_EXCLUSIVE) !== 0;
}

const orExclusiveDirty: MayMakeWritable = (env, vma, low, high) =>
  vma.flags & VmFlag.SHARED ? isPteDirty(low) : isPteDirty(low) && isExclusive(env, vma, low, high);

const orExclusive: MayMakeWritable = (env, vma, low, high) =>
  vma.flags & VmFlag.SHARED ? isPteDirty(low) : isExclusive(env, vma, low, high);

export const mayMakeWritable: Rule<MayMakeWritable> = {
  decides: "which entries mprotect makes writable at once",
  answers: [
    { since: "el6", does: "dirty ones of shared mappings", by: sharedDirty, source: "SPEC §2.14" },
    {
      since: "v5.19",
      does: "dirty ones: shared, or of exclusive pages",
      by: orExclusiveDirty,
      source: "L23/1",
    },
    {
      since: "v6.12",
      does: "shared dirty ones, and those of exclusive pages",
      by: orExclusive,
      source: "L23/1",
      first: "6.2",
    },
  ],
};
