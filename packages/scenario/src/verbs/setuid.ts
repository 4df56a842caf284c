/** setuid: a task becomes another user's. */
import { about, integer, name } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { ownCall } from "./ranges.ts";
import { by, defineVerb, type Verb } from "./verb.ts";

export const setuid: Verb = defineVerb(
  {
    setuid: about(name, "Which task becomes another user's, with no privileges but root's."),
    uid: about(integer(0, 2 ** 32 - 2), "Which user; 0 is root."),
  },
  ({ setuid: process, uid }) => ({
    ...by(process),
    text: `${process} ${uid}`,
    calls: ownCall(process, (kernel, pid) => callOf(kernel, pid, "setuid", pid, uid)),
  }),
);
