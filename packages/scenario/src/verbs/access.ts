/** Memory is used: by its process, by a debugger, by direct I/O. */
import { VmFlag } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, place, signedSize } from "../format/leaves.ts";
import type { Place } from "../format/place.ts";
import { callOf } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { outcomeOfAccess } from "../world/outcome.ts";
import { findMapping } from "../world/where.ts";
import { callerPid, findProcess, memoryOf } from "../world/who.ts";
import type { World } from "../world/world.ts";
import { atPlace, somePlace, someSize, withoutWaiting } from "./dice.ts";
import { rangeCalls, rangeVerb } from "./ranges.ts";
import { atOnce, type Deed, defineVerb, on, type Verb } from "./verb.ts";

/** An access ends at the first page that it faults on for good. */
const access = (name: "read" | "write", place: Place): Deed => ({
  ...on(place),
  brings: [place],
  calls: rangeCalls(name, place),
  settle: (_world, answers) => outcomeOfAccess(Number(answers.at(-1) ?? 0)),
  isFailure: (answer) => outcomeOfAccess(Number(answer)).kind !== "done",
});

export const write: Verb = defineVerb(
  { write: about(place, "Which pages the process writes to.") },
  (given) => access("write", given.write),
  [[45, atPlace("write")]],
);

export const read: Verb = defineVerb(
  { read: about(place, "Which pages the process reads.") },
  (given) => access("read", given.read),
  [[20, atPlace("read")]],
);

/** A write by a debugger goes where the process itself could not write. */
export const poke: Verb = rangeVerb(
  "poke",
  "Which pages a debugger writes to, whatever their access.",
  3,
  withoutWaiting(atPlace("poke")),
);

/** Further stacks are told by their names. */
const isStack = (mapping: string): boolean => mapping.startsWith("stack");

export const growStack: Verb = defineVerb(
  {
    growStack: about(place, "Which stack."),
    by: about(signedSize, "How far below its first page, where that is now, the process writes."),
  },
  ({ growStack: stack, by: bytes }) => ({
    ...on(stack),
    looksAt: "areas",
    calls(world) {
      const pid = callerPid(world, stack.process);
      const start = stackStart(world, stack);
      if (bytes > start) throw new CannotRun("there are no addresses below 0");
      return [callOf(world.kernel, pid, "write", pid, start - bytes)];
    },
    settle: (_world, answers) => outcomeOfAccess(Number(answers.at(-1))),
  }),
  [
    [
      3,
      (choice) => {
        const stack = somePlace(choice, choice.caller, isStack);
        return stack === null ? null : { growStack: stack, by: someSize(choice.random) };
      },
    ],
  ],
);

/** Where the area begins that the mapping was made as, or has become a part of. Bytes. */
function stackStart(world: World, { process, mapping }: Place): number {
  const owner = findProcess(world, process);
  const { start } = findMapping(owner, mapping);
  const area = memoryOf(world, owner).vmas.find((vma) => vma.start <= start && start < vma.end);
  return area === undefined || (area.flags & VmFlag.GROWSDOWN) === 0 ? start : area.start;
}

/** References to pages, as direct I/O holds them. */
export const pin: Verb = rangeVerb("pin", "Which pages direct I/O takes references to.", 2);

export const unpin: Verb = defineVerb(
  {
    unpin: about(z.literal(true), "Write true: all references are given back."),
  },
  () => atOnce((world) => world.kernel.unpinAll()),
  [[2, () => ({ unpin: true })]],
);
