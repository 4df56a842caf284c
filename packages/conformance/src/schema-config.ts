/**
 * The schema of a vector's machine: what it answers when it is asked, and what others do meanwhile.
 */
import * as z from "zod";
import { byte, count, errno, flag, hex, swapType, wanted } from "./schema-leaves.ts";
import { pteAt } from "./schema-state.ts";
import type { Hook, PollScript, VectorConfig } from "./vector.ts";

export const pollScript: z.ZodType<PollScript> = z.union(
  [z.literal("never"), z.literal("always"), z.array(count)],
  wanted('"never", "always" or a list of call indices'),
);
const swapMapWrite = z.strictObject({ type: swapType, offset: hex, map: byte });
export const hook: z.ZodType<Hook> = z.union(
  [
    z.strictObject({ atCondResched: count, setParentPte: pteAt }),
    z.strictObject({ atCondResched: count, setSwapMap: swapMapWrite }),
  ],
  wanted("a hook with setParentPte or setSwapMap"),
);

export const config: z.ZodType<VectorConfig> = z.strictObject({
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
