/** What an expectation can ask about a child, once it was waited for. */
import type { WaitResult } from "@forkpath/fork";
import { CannotRun } from "../world/cannot-run.ts";
import { defineFact, type Facts } from "./fact.ts";
import { observe, one } from "./observation.ts";
import { pattern } from "./pattern.ts";
import { defineSubject, type Subject } from "./subject.ts";

/** The status word holds the exit status in its second byte. */
const EXIT_SHIFT = 8;

const REAPED_FACTS: Facts<WaitResult> = {
  status: defineFact("count", "Its exit status.", (_, { status }) => BigInt(status >> EXIT_SHIFT)),
  maxrss: defineFact("kB", "ru_maxrss of wait4.", (_, { rusage }) => rusage?.maxrssKb ?? 0n),
  minorFaults: defineFact("count", "ru_minflt of wait4.", (_, { rusage }) =>
    BigInt(rusage?.minFlt ?? 0),
  ),
  majorFaults: defineFact("count", "ru_majflt of wait4.", (_, { rusage }) =>
    BigInt(rusage?.majFlt ?? 0),
  ),
};

export const reaped: Subject = defineSubject("reaped", pattern, REAPED_FACTS, (child, key) => {
  const fact = REAPED_FACTS[key];
  return observe(fact.unit, {
    text: `${child} ${key}`,
    uses: [child],
    look(world) {
      const result = world.reaped.get(child);
      if (result === undefined) throw new CannotRun(`no process has waited for ${child}`);
      return one(fact.read(world, result));
    },
  });
});
