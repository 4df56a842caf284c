/**
 * The schema of a vector: SCHEMA.md in zod, for lines that come from outside.
 *
 * Strict: an unknown key is an error, and so is a number where a hex text belongs. What is wrong
 * with a value its leaf says in words; `parseVector` puts the place before them.
 */
import * as z from "zod";
import { config, hook, pollScript } from "./schema-config.ts";
import { forkExpect, pageAfter, zapExpect } from "./schema-expect.ts";
import {
  address,
  byte,
  count,
  errno,
  hex,
  integer,
  swapType,
  text,
  wanted,
} from "./schema-leaves.ts";
import {
  badEntry,
  contPages,
  counters,
  page,
  parent,
  pteAt,
  swapDevice,
  swapSlot,
  tableAt,
  vma,
} from "./schema-state.ts";
import type { Vector } from "./vector.ts";

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
