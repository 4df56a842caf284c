/** prctl: what a process says of all its memory, huge pages and rights to execute. */
import * as z from "zod/mini";
import { about, name, oneOf } from "../format/leaves.ts";
import { callOf, type PlannedCall } from "../world/call.ts";
import { callerPid } from "../world/who.ts";
import { by, defineVerb, type Verb } from "./verb.ts";

export const prctl: Verb = defineVerb(
  {
    prctl: about(name, "Which process says something of all its memory."),
    hugePages: z.exactOptional(
      about(
        oneOf("on", "off", "unless advised"),
        "PR_SET_THP_DISABLE: whether there may be huge pages; children take it over.",
      ),
    ),
    denyWriteExec: z.exactOptional(
      about(
        oneOf("inherited", "own"),
        "PR_SET_MDWE: no memory becomes executable any more; for children too, or not for them.",
      ),
    ),
  },
  ({ prctl: process, hugePages, denyWriteExec }) => ({
    ...by(process),
    calls(world) {
      const { kernel } = world;
      const pid = callerPid(world, process);
      const calls: PlannedCall[] = [];
      if (hugePages !== undefined) calls.push(callOf(kernel, pid, "prctlThp", pid, hugePages));
      if (denyWriteExec !== undefined) {
        calls.push(callOf(kernel, pid, "prctlMdwe", pid, denyWriteExec));
      }
      return calls;
    },
  }),
);
