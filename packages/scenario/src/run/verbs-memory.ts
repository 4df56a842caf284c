/** Steps in which a process uses its memory or changes its mappings. */
import { Errno, MapFlag, Mremap, PAGE_SIZE } from "@forkpath/abi";
import { BLOCKED } from "@forkpath/kernel";
import type { Place } from "../format/place.ts";
import type { AtPlace, StepArgs } from "../format/step.ts";
import { type Call, callOf } from "./call.ts";
import { CannotRun } from "./cannot-run.ts";
import { furnish } from "./furnish.ts";
import { type MappingPlan, planMapping, programBreak } from "./mapping.ts";
import { DONE, outcomeOfAccess, outcomeOfStatus, WAITS } from "./outcome.ts";
import { immediate, plain, statusOf, type VerbRunner, type VerbRunners } from "./verb.ts";
import { findMapping, type Range, rangesOf } from "./where.ts";
import { callerPid, findProcess, memoryOf } from "./who.ts";
import type { LiveMapping, LiveProcess, World } from "./world.ts";

type MemoryVerb =
  | "read"
  | "write"
  | "poke"
  | "growStack"
  | "pin"
  | "unpin"
  | "mmap"
  | "munmap"
  | "mremap"
  | "remapFilePages"
  | "mprotect"
  | "madvise"
  | "mlock"
  | "munlock"
  | "mlockall"
  | "brk"
  | "truncate"
  | "dropCaches";

/** Calls that take an address and a length. */
type RangeCall = "read" | "write" | "poke" | "pin" | "munmap" | "mlock" | "munlock";

/** One call for each run of pages. */
const forRanges = (
  world: World,
  place: Place,
  call: (pid: number, range: Range) => Call,
): readonly Call[] => {
  const pid = callerPid(world, place.process);
  return rangesOf(world, place).map((range) => call(pid, range));
};

const rangeCalls =
  (name: RangeCall) =>
  (world: World, { place }: AtPlace): readonly Call[] =>
    forRanges(world, place, (pid, { start, len }) =>
      callOf(world.kernel, pid, name, pid, start, len),
    );

/** An access ends at the first page that it faults on for good. */
const access = (name: "read" | "write"): VerbRunner<AtPlace> => ({
  calls: rangeCalls(name),
  settle: (_world, _args, answers) => outcomeOfAccess(Number(answers.at(-1) ?? 0)),
  isFailure: (answer) => outcomeOfAccess(Number(answer)).kind !== "done",
});

const mmap: VerbRunner<StepArgs["mmap"]> = {
  calls: (world, args) => [planOf(world, args).call],
  settle(world, args, answers) {
    const process = findProcess(world, args.process);
    const { name, mapping } = args;
    const start = statusOf(answers);
    if (start < 0) return outcomeOfStatus(start);
    process.space.mappings.set(name, { start, pages: mapping.sizePages });
    furnish(world, process, name, mapping);
    return outcomeOfStatus(0);
  },
};

const planOf = (world: World, { process, name, mapping }: StepArgs["mmap"]): MappingPlan =>
  planMapping(world, findProcess(world, process), name, mapping);

const mremap: VerbRunner<StepArgs["mremap"]> = {
  calls: (world, { place, sizePages }) =>
    forRanges(world, place, (pid, { start, len }) =>
      callOf(world.kernel, pid, "mremap", pid, {
        addr: start,
        oldLen: len,
        newLen: sizePages * PAGE_SIZE,
        flags: Mremap.MAYMOVE,
      }),
    ),
  settle(world, { place, sizePages }, answers) {
    const start = statusOf(answers);
    if (start < 0) return outcomeOfStatus(start);
    const mapping = findMapping(findProcess(world, place.process), place.mapping);
    Object.assign(mapping, { start, pages: sizePages });
    return outcomeOfStatus(0);
  },
};

/** The pages follow each other in the file, though there may be others between them in memory. */
const remapFilePages = plain<StepArgs["remapFilePages"]>(
  (world, { place, offsetPages, isNonblock }) => {
    let pgoff = offsetPages;
    return forRanges(world, place, (pid, { start, len }) => {
      const flags = isNonblock ? MapFlag.NONBLOCK : 0;
      const request = { start, size: len, pgoff, flags };
      pgoff += len / PAGE_SIZE;
      return callOf(world.kernel, pid, "remapFilePages", pid, request);
    });
  },
);

/** brk has no errors: it answers where the heap ends, which is where it was if it could not. */
const brk: VerbRunner<StepArgs["brk"]> = {
  calls(world, { process, byBytes }) {
    const pid = callerPid(world, process);
    const end = programBreak(memoryOf(world, findProcess(world, process)));
    return [callOf(world.kernel, pid, "brk", pid, Math.max(0, end + byBytes))];
  },
  settle(world, { process, byBytes }, answers) {
    if (statusOf(answers) === BLOCKED) return WAITS;
    const found = findProcess(world, process);
    const { brk: end, startBrk } = memoryOf(world, found).layout;
    const heap = heapOf(found, startBrk);
    const pages = Math.ceil((end - startBrk) / PAGE_SIZE);
    const isStuck = pages === heap.pages && Math.abs(byBytes) >= PAGE_SIZE;
    heap.pages = pages;
    return isStuck ? outcomeOfStatus(-Errno.ENOMEM) : DONE;
  },
};

/** The mapping that begins where the heap does; a new one gets a name that is free. */
function heapOf({ space: { mappings } }: LiveProcess, startBrk: number): LiveMapping {
  for (const mapping of mappings.values()) if (mapping.start === startBrk) return mapping;
  const heap: LiveMapping = { start: startBrk, pages: 0 };
  mappings.set(mappings.has("heap") ? "brk" : "heap", heap);
  return heap;
}

export const memoryVerbs: VerbRunners<MemoryVerb> = {
  read: access("read"),
  write: access("write"),
  poke: plain(rangeCalls("poke")),
  growStack: {
    calls(world, { place, byBytes }) {
      const pid = callerPid(world, place.process);
      const { start } = findMapping(findProcess(world, place.process), place.mapping);
      if (byBytes > start) throw new CannotRun("there are no addresses below 0");
      return [callOf(world.kernel, pid, "write", pid, start - byBytes)];
    },
    settle: (_world, _args, answers) => outcomeOfAccess(Number(answers.at(-1))),
  },
  pin: plain(rangeCalls("pin")),
  unpin: immediate((world) => world.kernel.unpinAll()),
  mmap,
  munmap: plain(rangeCalls("munmap")),
  mremap,
  remapFilePages,
  mprotect: plain((world, { place, prot }) =>
    forRanges(world, place, (pid, { start, len }) =>
      callOf(world.kernel, pid, "mprotect", pid, start, len, prot),
    ),
  ),
  madvise: plain((world, { place, advice }) =>
    forRanges(world, place, (pid, { start, len }) =>
      callOf(world.kernel, pid, "madvise", pid, start, len, advice),
    ),
  ),
  mlock: plain(rangeCalls("mlock")),
  munlock: plain(rangeCalls("munlock")),
  mlockall: plain((world, { process, flags }) => {
    const pid = callerPid(world, process);
    return [callOf(world.kernel, pid, "mlockall", pid, flags)];
  }),
  brk,
  truncate: plain((world, { file, sizePages }) => [
    callOf(world.kernel, null, "truncate", 1, file, sizePages),
  ]),
  dropCaches: immediate((world) => world.kernel.dropCaches()),
};
