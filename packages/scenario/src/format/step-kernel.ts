/** Steps that the kernel takes, or an administrator, as schemas. */
import { z } from "zod";
import { about, integer, leaf, name, place, placeOrProcess, size, yes } from "./leaves.ts";
import type { StepArgs } from "./step.ts";

type KernelVerb =
  | "reclaim"
  | "migrateBegin"
  | "migrateEnd"
  | "poison"
  | "swapon"
  | "swapoff"
  | "look";

/** By verb; each takes its arguments and nothing else. */
export const kernelSteps: { readonly [V in KernelVerb]: z.ZodType<StepArgs[V]> } = {
  reclaim: leaf(
    z.strictObject({
      reclaim: about(placeOrProcess, "Which pages are to go; those in memory go to swap."),
      count: about(integer(0, 2 ** 31 - 1), "Stop after so many.").exactOptional(),
      idle: about(yes, "False to spare, once, pages that were used.").default(true),
    }),
    "a reclaim",
    (given) => ({ place: given.reclaim, count: given.count ?? null, isIdle: given.idle }),
  ),
  migrateBegin: leaf(
    z.strictObject({ migrateBegin: about(place, "Which pages set out for other frames.") }),
    "a migration",
    (given) => ({ place: given.migrateBegin }),
  ),
  migrateEnd: leaf(
    z.strictObject({ migrateEnd: about(z.literal(true), "All that set out arrive.") }),
    "the end of migrations",
    () => ({}),
  ),
  poison: leaf(
    z.strictObject({ poison: about(place, "Whose frames have gone bad.") }),
    "a memory failure",
    (given) => ({ place: given.poison }),
  ),
  swapon: leaf(
    z.strictObject({
      swapon: about(size, "How large the new swap area is."),
      priority: about(integer(0, 32_767), "Higher ones are filled first.").exactOptional(),
    }),
    "a swapon",
    (given) => ({ sizePages: given.swapon, priority: given.priority ?? null }),
  ),
  swapoff: leaf(
    z.strictObject({
      swapoff: about(integer(0, 31), "Which swap area, counted from 0."),
      by: about(name, "Who does it; nobody in particular unless told.").exactOptional(),
    }),
    "a swapoff",
    (given) => ({ area: given.swapoff, by: given.by ?? null }),
  ),
  look: leaf(
    z.strictObject({ look: about(z.string(), "A word about what is seen now.").exactOptional() }),
    "a look",
    () => ({}),
  ),
};
