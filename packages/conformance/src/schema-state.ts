/**
 * The schema of the state before a run: the types of vector-state.ts, one by one.
 */
import * as z from "zod";
import {
  address,
  byte,
  count,
  flag,
  flagName,
  hex,
  integer,
  oneOf,
  swapType,
  text,
} from "./schema-leaves.ts";
import type {
  ContPages,
  PteAt,
  SwapDevice,
  TableAt,
  VectorBadEntry,
  VectorCounters,
  VectorPage,
  VectorParent,
  VectorSlot,
  VectorVma,
} from "./vector-state.ts";

export const pteAt: z.ZodType<PteAt> = z.strictObject({ addr: address, pte: hex });
export const vma: z.ZodType<VectorVma> = z.strictObject({
  start: address,
  end: address,
  flags: z.array(flagName),
  flagsValue: hex,
  anonVma: flag,
  flavour: text,
});
export const page: z.ZodType<VectorPage> = z.strictObject({
  pfn: hex,
  count,
  mapcount: count,
  anon: flag,
  ksm: flag.exactOptional(),
});
export const contPages: z.ZodType<ContPages> = z.strictObject({ head: hex, pages: count });
export const swapDevice: z.ZodType<SwapDevice> = z.strictObject({
  type: swapType,
  max: count,
  contPages: z.array(contPages).exactOptional(),
});
export const swapSlot: z.ZodType<VectorSlot> = z.strictObject({
  type: swapType,
  offset: hex,
  map: byte,
  cont: z.array(byte).exactOptional(),
  state: oneOf("unused", "in-use", "bad", "shmem"),
  count: count.exactOptional(),
  hasCache: flag.exactOptional(),
});
export const counters: z.ZodType<VectorCounters> = z.strictObject({
  fileRss: integer,
  anonRss: integer,
  swapUsage: integer,
});
export const tableAt: z.ZodType<TableAt> = z.strictObject({
  level: oneOf("pud", "pmd", "pte"),
  addr: address,
});
export const badEntry: z.ZodType<VectorBadEntry> = z
  .object({ level: oneOf("pgd", "pud", "pmd") })
  .catchall(hex);
export const parent: z.ZodType<VectorParent> = z.strictObject({
  ptes: z.array(pteAt),
  tables: z.array(tableAt).exactOptional(),
  badEntries: z.array(badEntry).exactOptional(),
  counters,
  hiwaterRss: count.exactOptional(),
});
