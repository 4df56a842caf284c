/** movePages: what a process maps goes to another node of the machine. */
import { PAGE_SIZE } from "@forkpath/abi";
import type { MovedPages } from "@forkpath/mm";
import * as z from "zod/mini";
import { about, integer, place, yes } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { DONE, failed, outcomeOfStatus, type StepOutcome } from "../world/outcome.ts";
import { rangesOf } from "../world/where.ts";
import { pidOf } from "../world/who.ts";
import { defineVerb, on, type Verb } from "./verb.ts";

export const movePages: Verb = defineVerb(
  {
    movePages: about(place, "Which pages go to another node; it fails if none of them is there."),
    node: about(integer(0, 1023), "Which node, counted from 0."),
    all: z.exactOptional(about(yes, "Whether pages that others map go too; by default not.")),
  },
  ({ movePages: where, node, all = false }) => ({
    ...on(where),
    calls(world) {
      const pid = pidOf(world, where.process);
      return rangesOf(world, where).map(({ start, len }) =>
        callOf(world.kernel, null, "movePages", pid, {
          addr: start,
          pages: len / PAGE_SIZE,
          node,
          all,
        }),
      );
    },
    settle: (_world, answers) => outcomeOf(answers as readonly MovedPages[]),
  }),
);

/** The call answers for each page: the first that could not move tells, where none could. */
function outcomeOf(answers: readonly MovedPages[]): StepOutcome {
  const refused = answers.find(({ status }) => status < 0);
  if (refused !== undefined) return outcomeOfStatus(refused.status);
  if (answers.some(({ status }) => status > 0)) return failed("EBUSY");
  const nodes = answers.flatMap((answer) => answer.nodes);
  const isThere = nodes.some((node) => node !== undefined && node >= 0);
  return isThere ? DONE : outcomeOfStatus(nodes[0] ?? 0);
}
