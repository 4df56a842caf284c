/** mlock and its like: pages that are kept in memory. */
import { Mcl } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, name, yes } from "../format/leaves.ts";
import { ALL_PAGES } from "../format/selection.ts";
import { callOf } from "../world/call.ts";
import { ownCall, rangeVerb } from "./ranges.ts";
import { by, defineVerb, type Verb } from "./verb.ts";

export const mlock: Verb = rangeVerb("mlock", "Which pages are brought and kept in memory.", 3);

export const munlock: Verb = rangeVerb("munlock", "Which pages may go again.", 3);

export const mlockall: Verb = defineVerb(
  {
    mlockall: about(name, "Which process locks all that it maps."),
    future: z._default(about(yes, "Also what it will map."), false),
  },
  ({ mlockall: process, future }) => ({
    ...by(process),
    brings: [{ process, mapping: null, pages: ALL_PAGES }],
    calls: ownCall(process, (kernel, pid) => {
      const flags = future ? Mcl.CURRENT | Mcl.FUTURE : Mcl.CURRENT;
      return callOf(kernel, pid, "mlockall", pid, flags);
    }),
  }),
  [[1, ({ caller, random }) => ({ mlockall: caller.name, future: random.once(3) })]],
);

export const munlockall: Verb = defineVerb(
  {
    munlockall: about(name, "Which process lets all of its pages go again, and all that come."),
  },
  ({ munlockall: process }) => ({
    ...by(process),
    calls: ownCall(process, (kernel, pid) => callOf(kernel, pid, "munlockall", pid)),
  }),
  [],
  [[1, ({ caller }) => ({ munlockall: caller.name })]],
);
