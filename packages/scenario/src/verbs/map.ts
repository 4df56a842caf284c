/** Mappings come, go, and change their size. */
import { Errno, Mremap, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { BLOCKED } from "@forkpath/kernel";
import * as z from "zod/mini";
import { about, address, name, place, signedSize, size, yes } from "../format/leaves.ts";
import { broughtBy, mappingWith } from "../format/mapping.ts";
import { callOf } from "../world/call.ts";
import { furnish, isFurnished } from "../world/furnish.ts";
import { type MappingPlan, placesOf, planMapping, programBreak } from "../world/mapping.ts";
import { DONE, outcomeOfStatus, WAITS } from "../world/outcome.ts";
import { callerPid, findProcess, memoryOf } from "../world/who.ts";
import type { LiveMapping, LiveProcess, World } from "../world/world.ts";
import { atPlace, type Chance, type Choice, type Entry, someLength, someSize } from "./dice.ts";
import { SOME_ACCESS } from "./protect.ts";
import { forRanges, rangeVerb } from "./ranges.ts";
import { by, defineVerb, on, statusOf, type Verb, verbWith } from "./verb.ts";

/** A name that is used again leaves the mapping that had it without one. */
const MAPPING_NAMES = 8;
const LIBRARIES = ["/lib/a", "/lib/b"];
const KINDS: readonly ((random: Chance) => Entry)[] = [
  () => ({}),
  () => ({}),
  () => ({ noreserve: true }),
  (random) => ({ kind: "file", file: random.pick(LIBRARIES), offset: random.below(3) }),
  // Pages behind the end of the file: SIGBUS.
  (random) => ({ kind: "file", file: "/data/short", fileSize: someSize(random) }),
  (random) => ({ kind: "shared-file", file: "/data/log", openedReadOnly: random.once(4) }),
  () => ({ kind: "shmem" }),
  () => ({ kind: "shmem", file: "/dev/shm/s" }),
  () => ({ kind: "device", file: "/dev/gpu" }),
];

function someMapping(choice: Choice): Entry {
  const { caller, random } = choice;
  return {
    mmap: caller.name,
    as: `m${1 + random.below(MAPPING_NAMES)}`,
    size: someLength(choice),
    ...(random.once(3) ? { access: random.pick(SOME_ACCESS) } : {}),
    ...random.pick(KINDS)(random),
  };
}

const anotherStack = ({ caller, random }: Choice): Entry => ({
  mmap: caller.name,
  as: random.pick(["stack1", "stack2"]),
  kind: "stack",
  size: someSize(random),
});

export const mmap: Verb = verbWith(
  mappingWith({
    mmap: about(name, "Which process maps something."),
    as: about(name, "What the mapping is called."),
  }),
  ({ own: { mmap: process, as }, mapping }) => ({
    ...by(process),
    text: `${process} as ${as}`,
    makes: { process, mapping: as },
    brings: broughtBy(mapping).map((pages) => ({ process, mapping: as, pages })),
    changes: (world) => placesOf(world, process, as, mapping),
    furnishes: isFurnished(mapping),
    names(known, rounds) {
      if (rounds.length > 0) known.get(process)?.space.mappings.set(as, mapping.sizePages);
    },
    calls: (world) => [planMapping(world, findProcess(world, process), as, mapping)],
    settle(world, answers, _name, calls) {
      const owner = findProcess(world, process);
      const answer = statusOf(answers);
      const [plan] = calls as readonly MappingPlan[];
      const start = answer < 0 ? answer : plan.startOf(answer);
      if (start < 0) return outcomeOfStatus(start);
      owner.space.mappings.set(as, { start, pages: mapping.sizePages });
      furnish(world, owner, as, mapping);
      return outcomeOfStatus(0);
    },
  }),
  [
    [16, someMapping],
    [2, anotherStack],
  ],
);

export const munmap: Verb = rangeVerb("munmap", "Which pages are unmapped.", 8);

/**
 * Without `as`, the name follows what was resized; with it, the old name keeps its pages' numbers.
 */
export const mremap: Verb = defineVerb(
  {
    mremap: about(place, "Which pages grow or shrink; they may move."),
    size: about(size, "How large they are afterwards."),
    to: z.exactOptional(about(address, "Where they move, whatever is there: MREMAP_FIXED.")),
    leave: z._default(
      about(
        yes,
        "True to move the pages alone, at the same size: MREMAP_DONTUNMAP. The old mapping stays, empty.",
      ),
      false,
    ),
    as: z.exactOptional(
      about(
        name,
        "A name for what was resized; the old one stays for the pages that are left where it was.",
      ),
    ),
  },
  ({ mremap: where, size: sizePages, to, leave, as }) => ({
    ...on(where),
    ...(as === undefined ? {} : { makes: { process: where.process, mapping: as } }),
    names(known, rounds) {
      const mappings = known.get(where.process)?.space.mappings;
      if (rounds.length > 0) mappings?.set(as ?? where.mapping ?? "", sizePages);
    },
    calls: (world) =>
      forRanges(world, where, (pid, { start, len }) =>
        callOf(world.kernel, pid, "mremap", pid, {
          addr: start,
          oldLen: len,
          newLen: sizePages * PAGE_SIZE,
          ...(to === undefined
            ? { flags: Mremap.MAYMOVE | (leave ? Mremap.DONTUNMAP : 0) }
            : {
                flags: Mremap.MAYMOVE | Mremap.FIXED | (leave ? Mremap.DONTUNMAP : 0),
                newAddr: to,
              }),
        }),
      ),
    settle(world, answers) {
      const start = statusOf(answers);
      if (start < 0) return outcomeOfStatus(start);
      const { mappings } = findProcess(world, where.process).space;
      mappings.set(as ?? where.mapping ?? "", { start, pages: sizePages });
      return outcomeOfStatus(0);
    },
  }),
  [[4, atPlace("mremap", (choice) => ({ size: someLength(choice) }))]],
  [[4, leaveBehind]],
);

/**
 * The pages of a whole area move, and it stays behind, empty. It is not locked: the kernel
 * miscounts locked memory where only a part moves, or where both areas become one.
 */
function leaveBehind({ world, caller, random }: Choice): Entry | null {
  const areas = memoryOf(world, caller).vmas;
  const mappings = [...caller.space.mappings].filter(([, { start, pages }]) =>
    areas.some(
      ({ start: first, end, flags }) =>
        first === start && end === start + pages * PAGE_SIZE && (flags & VmFlag.LOCKED) === 0,
    ),
  );
  if (mappings.length === 0) return null;
  const [mapping, { pages }] = random.pick(mappings);
  const as = `m${1 + random.below(MAPPING_NAMES)}`;
  return { mremap: `${caller.name} ${mapping}`, size: `${pages} pages`, leave: true, as };
}

/** brk has no errors: it answers where the heap ends, which is where it was if it could not. */
export const brk: Verb = defineVerb(
  {
    brk: about(name, "Whose heap grows or shrinks."),
    by: about(signedSize, "By how much.", "4M", "-4M"),
  },
  ({ brk: process, by: bytes }) => ({
    ...by(process),
    changes: (world) => newHeapOf(world, process),
    names(known) {
      const mappings = known.get(process)?.space.mappings;
      if (mappings === undefined) return;
      // Which mapping the heap is, the text need not tell.
      for (const mapping of [...mappings.keys()]) mappings.set(mapping, null);
      mappings.set(mappings.has("heap") ? "brk" : "heap", null);
    },
    calls(world) {
      const pid = callerPid(world, process);
      const end = programBreak(memoryOf(world, findProcess(world, process)));
      return [callOf(world.kernel, pid, "brk", pid, Math.max(0, end + bytes))];
    },
    settle(world, answers) {
      if (statusOf(answers) === BLOCKED) return WAITS;
      const found = findProcess(world, process);
      const { brk: end, startBrk } = memoryOf(world, found).layout;
      const heap = heapOf(found, startBrk);
      const pages = Math.ceil((end - startBrk) / PAGE_SIZE);
      const isStuck = pages === heap.pages && Math.abs(bytes) >= PAGE_SIZE;
      heap.pages = pages;
      return isStuck ? outcomeOfStatus(-Errno.ENOMEM) : DONE;
    },
  }),
  [
    [
      6,
      (choice) => {
        const { caller, random } = choice;
        return { brk: caller.name, by: `${random.once(3) ? "-" : ""}${someLength(choice)}` };
      },
    ],
  ],
);

/** A process without a heap gets one when it is first asked where that ends. */
function newHeapOf({ processes }: World, process: string): readonly unknown[] {
  const layout = processes.get(process)?.task.mm?.layout;
  return layout?.startBrk === 0 ? [layout] : [];
}

/** The mapping that begins where the heap does; a new one gets a name that is free. */
function heapOf({ space: { mappings } }: LiveProcess, startBrk: number): LiveMapping {
  for (const mapping of mappings.values()) if (mapping.start === startBrk) return mapping;
  const heap: LiveMapping = { start: startBrk, pages: 0 };
  mappings.set(mappings.has("heap") ? "brk" : "heap", heap);
  return heap;
}
