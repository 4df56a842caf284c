/**
 * A process of another user: status is all that can be read, so there is nothing to load and to
 * fork (predict.md §6.5). What follows from status alone, with the bounds that it leaves.
 */
import type { CapturedProcess } from "../types.ts";
import type { Estimate } from "./bounds.ts";

/** Of the child; kB. */
export function childOfStatus({ status }: CapturedProcess): Readonly<Record<string, Estimate>> {
  const { RssAnon = 0, RssFile = 0, RssShmem = 0, VmSwap = 0, VmPTE = 0, VmSize = 0 } = status;
  const upTo = (value: number, high: number): Estimate => ({ value, low: 0, high });
  const rss = status.VmRSS ?? RssAnon + RssFile + RssShmem;
  const isSplit = status.RssAnon !== undefined;
  return {
    // Memory that is marked DONTFORK or WIPEONFORK is not copied, and status tells of none.
    VmSize: upTo(VmSize, VmSize),
    VmRSS: upTo(isSplit ? RssAnon : rss, rss),
    ...(isSplit ? { RssAnon: upTo(RssAnon, RssAnon) } : {}),
    ...(isSplit ? { RssFile: upTo(0, RssFile), RssShmem: upTo(0, RssShmem) } : {}),
    VmPTE: upTo(VmPTE, VmPTE),
    VmSwap: upTo(VmSwap, VmSwap),
    VmLck: { value: 0, low: 0, high: 0 },
    VmPin: { value: 0, low: 0, high: 0 },
  };
}
