/**
 * The schema of what came out of a run: the types of vector-expect.ts, one by one.
 */
import * as z from "zod";
import {
  address,
  count,
  errno,
  flag,
  hex,
  integer,
  swapType,
  text,
  wanted,
} from "./schema-leaves.ts";
import { badEntry, counters, pteAt, swapSlot, tableAt } from "./schema-state.ts";
import type { ForkExpect, PageAfter, ZapExpect } from "./vector-expect.ts";

export const pageAfter: z.ZodType<PageAfter> = z.strictObject({
  pfn: hex,
  count: integer,
  mapcount: integer,
  dirtied: count.exactOptional(),
  accessed: count.exactOptional(),
});
const stateAfter = {
  pages: z.array(pageAfter),
  swap: z.array(swapSlot),
  contPages: z.array(z.strictObject({ head: hex, pages: count, type: swapType })).exactOptional(),
  counters,
  nrPtes: integer,
  badPtes: z.array(address).exactOptional(),
  badDirs: z
    .array(z.union([text, badEntry], wanted("a bad entry, as text or object")))
    .exactOptional(),
};
const runReport = {
  locks: z.strictObject({
    "dst.mm": count.exactOptional(),
    "src.mm": count.exactOptional(),
    "dst.pt": count.exactOptional(),
    "src.pt": count.exactOptional(),
    mmlist: count.exactOptional(),
    swap: count.exactOptional(),
  }),
  events: z.array(text).exactOptional(),
};

export const forkExpect: z.ZodType<ForkExpect> = z.strictObject({
  ...stateAfter,
  ...runReport,
  ret: errno,
  rets: z.array(errno).exactOptional(),
  childPtes: z.array(pteAt),
  parentPtes: z.array(pteAt),
  mmlistAdded: flag,
  tables: z.strictObject({ pud: count, pmd: count, pte: count }),
  childTables: z.array(tableAt).exactOptional(),
  allocs: count,
  batches: count,
  lockBreaks: count,
  polls: z.strictObject({ needResched: count, needbreakSrc: count, needbreakDst: count }),
  notifier: z.array(z.strictObject({ start: address, end: address })),
  trackPfnCalls: count.exactOptional(),
  afterChildExit: z.strictObject(stateAfter).exactOptional(),
});
export const zapExpect: z.ZodType<ZapExpect> = z.strictObject({
  ...stateAfter,
  ...runReport,
  endAddr: address,
  parentPtes: z.array(pteAt),
  hiwaterRss: count,
  freedPages: z.array(hex),
});
