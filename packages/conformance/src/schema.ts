/**
 * The schema of a vector: SCHEMA.md in zod, for lines that come from outside.
 *
 * Strict: an unknown key is an error, and so is a number where a hex text belongs. A leaf says what
 * it wants in words, which `parseVector` turns into its one line; shapes say it by themselves.
 */
import { z } from "zod";
import type { Vector } from "./vector.ts";

/** The message of a leaf, whatever is wrong with the value. */
const wanted = (what: string): { error: (issue: { input?: unknown }) => string } => ({
  error: ({ input }) => (input === undefined ? `missing, expected ${what}` : `expected ${what}`),
});

const hexText = (pattern: RegExp, what: string) =>
  z.string(wanted(what)).regex(pattern, wanted(what));
const hex = hexText(/^0x[0-9a-f]{1,16}$/, "a lower-case hex text of at most 64 bits");
const byte = hexText(/^0x[0-9a-f]{2}$/, "a byte as two hex digits");
const address = hexText(/^0x(0|[0-9a-f]{1,9}000)$/, "a page-aligned address below 2^48 in hex");

const whole = wanted("an integer");
const integer = z.int(whole);
const natural = wanted("a non-negative integer");
const count = z.int(natural).min(0, natural);
const errno = wanted("0 or a negative errno");
const ret = z.int(errno).min(-4095, errno).max(0, errno);
const fileType = wanted("a swap file's type, from 0 to 28");
const swapType = z.int(fileType).min(0, fileType).max(28, fileType);
const text = z.string(wanted("a text"));
const bool = z.boolean(wanted("true or false"));
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
  splitPtlocks: bool,
  resched: pollScript,
  needbreakSrc: pollScript.exactOptional(),
  needbreakDst: pollScript.exactOptional(),
  failAlloc: z.array(count).nullable(),
  trackPfnRet: ret.exactOptional(),
  hooks: z.array(hook).exactOptional(),
  zeroPfn: hex,
  highestMemmapPfn: hex,
});

const vma = z.strictObject({
  start: address,
  end: address,
  flags: z.array(z.string().regex(/^VM_[A-Z0-9_]+$/, wanted("the name of a VM_ flag"))),
  flagsValue: hex,
  anonVma: bool,
  flavour: text,
});
const page = z.strictObject({
  pfn: hex,
  count,
  mapcount: count,
  anon: bool,
  ksm: bool.exactOptional(),
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
  hasCache: bool.exactOptional(),
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
  badDirs: z.array(z.union([text, badEntry])).exactOptional(),
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
  ret,
  rets: z.array(ret).exactOptional(),
  childPtes: z.array(pteAt),
  parentPtes: z.array(pteAt),
  mmlistAdded: bool,
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
  errno: ret,
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
