/**
 * The schema of a vector: SCHEMA.md in zod, for lines that come from outside.
 *
 * Strict: an unknown key is an error, and so is a number where a hex text belongs. What is wrong
 * with a value its leaf says in words; `parseVector` puts the place before them.
 */
import { z } from "zod";
import {
  address,
  byte,
  count,
  errno,
  flag,
  flagName,
  hex,
  integer,
  swapType,
  text,
  wanted,
} from "./schema-leaves.ts";
import type { Vector } from "./vector.ts";

const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  z.enum(names, wanted(`one of ${names.join(", ")}`));

const pollScript = z.union(
  [z.literal("never"), z.literal("always"), z.array(count)],
  wanted('"never", "always" or a list of call indices'),
);
const pteAt = z.strictObject({ addr: address, pte: hex });
const swapMapWrite = z.strictObject({ type: swapType, offset: hex, map: byte });
const hook = z.union(
  [
    z.strictObject({ atCondResched: count, setParentPte: pteAt }),
    z.strictObject({ atCondResched: count, setSwapMap: swapMapWrite }),
  ],
  wanted("a hook with setParentPte or setSwapMap"),
);

const config = z.strictObject({
  splitPtlocks: flag,
  resched: pollScript,
  needbreakSrc: pollScript.exactOptional(),
  needbreakDst: pollScript.exactOptional(),
  failAlloc: z.array(count).nullable(),
  trackPfnRet: errno.exactOptional(),
  hooks: z.array(hook).exactOptional(),
  zeroPfn: hex,
  highestMemmapPfn: hex,
});

const vma = z.strictObject({
  start: address,
  end: address,
  flags: z.array(flagName),
  flagsValue: hex,
  anonVma: flag,
  flavour: text,
});
const page = z.strictObject({
  pfn: hex,
  count,
  mapcount: count,
  anon: flag,
  ksm: flag.exactOptional(),
});
const contPages = z.strictObject({ head: hex, pages: count });
const swapDevice = z.strictObject({
  type: swapType,
  max: count,
  contPages: z.array(contPages).exactOptional(),
});
const swapSlot = z.strictObject({
  type: swapType,
  offset: hex,
  map: byte,
  cont: z.array(byte).exactOptional(),
  state: oneOf("unused", "in-use", "bad", "shmem"),
  count: count.exactOptional(),
  hasCache: flag.exactOptional(),
});
const counters = z.strictObject({ fileRss: integer, anonRss: integer, swapUsage: integer });
const tableAt = z.strictObject({ level: oneOf("pud", "pmd", "pte"), addr: address });
const badEntry = z.object({ level: oneOf("pgd", "pud", "pmd") }).catchall(hex);
const parent = z.strictObject({
  ptes: z.array(pteAt),
  tables: z.array(tableAt).exactOptional(),
  badEntries: z.array(badEntry).exactOptional(),
  counters,
  hiwaterRss: count.exactOptional(),
});

const pageAfter = z.strictObject({
  pfn: hex,
  count: integer,
  mapcount: integer,
  dirtied: count.exactOptional(),
  accessed: count.exactOptional(),
});
const stateAfter = {
  pages: z.array(pageAfter),
  swap: z.array(swapSlot),
  contPages: z.array(contPages.extend({ type: swapType })).exactOptional(),
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

const forkExpect = z.strictObject({
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
const zapExpect = z.strictObject({
  ...stateAfter,
  ...runReport,
  endAddr: address,
  parentPtes: z.array(pteAt),
  hiwaterRss: count,
  freedPages: z.array(hex),
});

const base = {
  id: text,
  shape: text,
  seed: count,
  config,
  vmas: z.array(vma),
  pages: z.array(page),
  swapDevices: z.array(swapDevice),
  swap: z.array(swapSlot),
  parent,
};

/** Validates one vector; every type of `vector.ts` follows from it. */
export const vectorSchema: z.ZodType<Vector> = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ ...base, kind: z.literal("fork"), expect: forkExpect }),
    z.strictObject({
      ...base,
      kind: z.literal("zap"),
      zap: z.strictObject({ vma: count, start: address, end: address }),
      expect: zapExpect,
    }),
  ],
  wanted('a vector of kind "fork" or "zap"'),
);

/** The parts that other readers of the schema may want by name. */
export const vectorParts: Readonly<Record<string, z.ZodType>> = {
  hex,
  byte,
  address,
  integer,
  count,
  errno,
  swapType,
  pollScript,
  pteAt,
  hook,
  config,
  vma,
  page,
  pageAfter,
  contPages,
  swapDevice,
  swapSlot,
  counters,
  tableAt,
  badEntry,
  parent,
  forkExpect,
  zapExpect,
};
