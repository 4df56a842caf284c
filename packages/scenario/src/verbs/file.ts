/** Files below mappings: which of their pages are shown, how long they are, what is cached. */
import { MapFlag, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { findVma } from "@forkpath/mm";
import * as z from "zod/mini";
import { about, integer, path, place, sizeOrNone, yes } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { taskOf } from "../world/who.ts";
import { type Choice, type Entry, somePlace, someSize, withoutWaiting } from "./dice.ts";
import { forRanges } from "./ranges.ts";
import { atOnce, defineVerb, on, type Verb } from "./verb.ts";

/** Pages of a file: some lie behind its end. */
const MOST_OFFSET = 6;

/**
 * Only of shared mappings of files, since the call refuses others. None while a page is under way:
 * in a nonlinear area its entry would be left behind, and a task that touches it runs into a BUG,
 * which ends the history.
 */
function someRemapping(choice: Choice): Entry | null {
  const { caller, random, world } = choice;
  const mm = taskOf(world, caller)?.mm;
  const isShared = (mapping: string): boolean => {
    const start = caller.space.mappings.get(mapping)?.start ?? 0;
    const area = mm ? findVma(mm, start) : undefined;
    return area !== undefined && (area.flags & VmFlag.SHARED) !== 0;
  };
  const where = somePlace(choice, caller, isShared);
  return where === null
    ? null
    : { remapFilePages: where, offset: random.below(MOST_OFFSET), nonblock: random.once(2) };
}

/** The pages follow each other in the file, though there may be others between them in memory. */
export const remapFilePages: Verb = defineVerb(
  {
    remapFilePages: about(place, "Which pages of a shared mapping show other pages of its file."),
    offset: about(integer(0, 2 ** 46), "The page of the file that the first of them shows."),
    nonblock: z._default(about(yes, "Bring no page now: the first access to it will."), false),
  },
  ({ remapFilePages: where, offset, nonblock }) => ({
    ...on(where),
    calls(world) {
      let pgoff = offset;
      return forRanges(world, where, (pid, { start, len }) => {
        const flags = nonblock ? MapFlag.NONBLOCK : 0;
        const request = { start, size: len, pgoff, flags };
        pgoff += len / PAGE_SIZE;
        return callOf(world.kernel, pid, "remapFilePages", pid, request);
      });
    },
  }),
  [[4, withoutWaiting(someRemapping)]],
);

function someTruncation({ world, random }: Choice): Entry | null {
  const paths = [...world.kernel.machine.files.keys()].filter((one) => /^.(lib|data)/.test(one));
  return paths.length === 0 ? null : { truncate: random.pick(paths), size: someSize(random) };
}

export const truncate: Verb = defineVerb(
  {
    truncate: about(path, "Which file."),
    size: about(sizeOrNone, "How long it is afterwards; 0 for nothing."),
  },
  ({ truncate: file, size: sizePages }) => ({
    text: file,
    calls: (world) => [callOf(world.kernel, null, "truncate", 1, file, sizePages)],
  }),
  [[2, withoutWaiting(someTruncation)]],
);

export const dropCaches: Verb = defineVerb(
  { dropCaches: about(z.literal(true), "Write true: the whole page cache goes.") },
  () => atOnce((world) => world.kernel.dropCaches()),
  [[2, () => ({ dropCaches: true })]],
);

export const drainLru: Verb = defineVerb(
  {
    drainLru: about(z.literal(true), "Write true: no page waits in a CPU's LRU batch any more."),
  },
  () => atOnce((world) => world.kernel.drainLru()),
  [],
  [[3, () => ({ drainLru: true })]],
);
