/** Steps in which a process uses its memory or changes its mappings, as schemas. */
import { Madvise, Mcl } from "@forkpath/abi";
import { z } from "zod";
import { about, integer, leaf, name, oneOf, path, place, signedSize, size, yes } from "./leaves.ts";
import { access, mmapStep } from "./mapping.ts";
import type { Place } from "./place.ts";
import type { StepArgs } from "./step.ts";

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

const where = (what: string): z.ZodType<Place> => about(place, what);
const only = about(z.literal(true), "Write true: it is about nobody in particular.");

const ADVICE = {
  normal: Madvise.NORMAL,
  random: Madvise.RANDOM,
  sequential: Madvise.SEQUENTIAL,
  dontneed: Madvise.DONTNEED,
  dontfork: Madvise.DONTFORK,
  dofork: Madvise.DOFORK,
  mergeable: Madvise.MERGEABLE,
  unmergeable: Madvise.UNMERGEABLE,
  hugepage: Madvise.HUGEPAGE,
  nohugepage: Madvise.NOHUGEPAGE,
  dontdump: Madvise.DONTDUMP,
  dodump: Madvise.DODUMP,
} as const;
const ADVICE_NAMES = Object.keys(ADVICE) as (keyof typeof ADVICE)[];

/** By verb; each takes its arguments and nothing else. */
export const memorySteps: { readonly [V in MemoryVerb]: z.ZodType<StepArgs[V]> } = {
  read: leaf(
    z.strictObject({ read: where("Which pages the process reads.") }),
    "a read",
    (given) => ({ place: given.read }),
  ),
  write: leaf(
    z.strictObject({ write: where("Which pages the process writes to.") }),
    "a write",
    (given) => ({ place: given.write }),
  ),
  poke: leaf(
    z.strictObject({ poke: where("Which pages a debugger writes to, whatever their access.") }),
    "a poke",
    (given) => ({ place: given.poke }),
  ),
  growStack: leaf(
    z.strictObject({
      growStack: where("Which stack."),
      by: about(signedSize, "How far below it the process writes."),
    }),
    "a write below a stack",
    (given) => ({ place: given.growStack, byBytes: given.by }),
  ),
  pin: leaf(
    z.strictObject({ pin: where("Which pages direct I/O takes references to.") }),
    "a pin",
    (given) => ({ place: given.pin }),
  ),
  unpin: leaf(z.strictObject({ unpin: only }), "an unpin", () => ({})),
  mmap: mmapStep,
  munmap: leaf(
    z.strictObject({ munmap: where("Which pages are unmapped.") }),
    "a munmap",
    (given) => ({ place: given.munmap }),
  ),
  mremap: leaf(
    z.strictObject({
      mremap: where("Which pages grow or shrink; they may move."),
      size: about(size, "How large they are afterwards."),
    }),
    "an mremap",
    (given) => ({ place: given.mremap, sizePages: given.size }),
  ),
  remapFilePages: leaf(
    z.strictObject({
      remapFilePages: where("Which pages of a shared mapping show other pages of its file."),
      offset: about(integer(0, 2 ** 46), "The page of the file that the first of them shows."),
      nonblock: about(yes, "Bring no page now: whoever looks will.").default(false),
    }),
    "a remap_file_pages",
    (given) => ({
      place: given.remapFilePages,
      offsetPages: given.offset,
      isNonblock: given.nonblock,
    }),
  ),
  mprotect: leaf(
    z.strictObject({
      mprotect: where("Which pages."),
      access: about(access, "What the process may do there from now on."),
    }),
    "an mprotect",
    (given) => ({ place: given.mprotect, prot: given.access }),
  ),
  madvise: leaf(
    z.strictObject({
      madvise: where("Which pages."),
      advice: about(
        oneOf(...ADVICE_NAMES),
        "dontneed drops them; dontfork keeps them from children.",
      ),
    }),
    "an madvise",
    (given) => ({ place: given.madvise, advice: ADVICE[given.advice] }),
  ),
  mlock: leaf(
    z.strictObject({ mlock: where("Which pages are brought and kept in memory.") }),
    "an mlock",
    (given) => ({ place: given.mlock }),
  ),
  munlock: leaf(
    z.strictObject({ munlock: where("Which pages may go again.") }),
    "a munlock",
    (given) => ({ place: given.munlock }),
  ),
  mlockall: leaf(
    z.strictObject({
      mlockall: about(name, "Which process locks all that it maps."),
      future: about(yes, "Also what it will map.").default(false),
    }),
    "an mlockall",
    ({ mlockall, future }) => ({
      process: mlockall,
      flags: future ? Mcl.CURRENT | Mcl.FUTURE : Mcl.CURRENT,
    }),
  ),
  brk: leaf(
    z.strictObject({
      brk: about(name, "Whose heap grows or shrinks."),
      by: about(signedSize, "By how much.", "4M", "-4M"),
    }),
    "a brk",
    (given) => ({ process: given.brk, byBytes: given.by }),
  ),
  truncate: leaf(
    z.strictObject({
      truncate: about(path, "Which file."),
      size: about(size, "How long it is afterwards."),
    }),
    "a truncate",
    (given) => ({ file: given.truncate, sizePages: given.size }),
  ),
  dropCaches: leaf(z.strictObject({ dropCaches: only }), "a drop of caches", () => ({})),
};
