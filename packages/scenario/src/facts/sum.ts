/** One fact, added up over several processes. */
import type { MmStruct } from "@forkpath/mm";
import * as z from "zod/mini";
import { keysOf } from "../format/keys.ts";
import { about, either, leaf, oneOf } from "../format/leaves.ts";
import { numberText, parseNumber } from "../format/wanted-schema.ts";
import { matching, taskOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import type { Fact } from "./fact.ts";
import { observe, one } from "./observation.ts";
import { PATTERN, pattern } from "./pattern.ts";
import { PROCESS_FACTS } from "./process.ts";
import type { Asked, Subject } from "./subject.ts";

const SUM = "a sum in the unit of its fact, such as 64 MB";

const schema: z.ZodMiniType<Asked[]> = leaf(
  z.strictObject({
    sum: about(oneOf(...Object.keys(PROCESS_FACTS)), "Which fact is added up."),
    of: z._default(
      about(
        either<string | string[]>(PATTERN, pattern, z.array(pattern)),
        "Which processes: all, worker*, or a list.",
      ),
      "all",
    ),
    is: about(numberText(SUM), "What it comes to."),
  }),
  SUM,
  ({ sum, of, is }) => {
    const fact = PROCESS_FACTS[sum];
    const wanted = parseNumber(is, fact.unit);
    if (wanted === undefined) return undefined;
    const patterns = Array.isArray(of) ? of : [of];
    const observation = observe(fact.unit, {
      text: `sum of ${sum} over ${patterns.join(", ")}`,
      patterns,
      look: (world) => one(sumOf(world, patterns, fact)),
    });
    return [{ key: "is", observation, wanted }];
  },
);

/**
 * Each address space counts once, whatever threads and vfork children use it too; a fact of tasks
 * counts for each task. A process that has no memory any more adds nothing.
 */
function sumOf(world: World, patterns: readonly string[], fact: Fact<LiveProcess>): bigint {
  const counted = new Set<MmStruct | LiveProcess>();
  let sum = 0n;
  for (const process of patterns.flatMap((one) => matching(world, one))) {
    const mm = taskOf(world, process)?.mm ?? null;
    const owner = fact.isOfTask ? process : mm;
    if (mm === null || owner === null || counted.has(owner)) continue;
    counted.add(owner);
    sum += BigInt(fact.read(world, process));
  }
  return sum;
}

export const sum: Subject = { key: "sum", keys: keysOf(schema), schema };
