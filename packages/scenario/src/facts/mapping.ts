/** What an expectation can ask about a mapping of a process, or about some of its pages. */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { smapsSums } from "@forkpath/kernel";
import type { Vma } from "@forkpath/mm";
import { place } from "../format/leaves.ts";
import { type FactValue, isMet, type Wanted } from "../format/wanted.ts";
import { expectFew, type Range, rangesOf } from "../world/where.ts";
import { memoryOf, ownerOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import { defineFact, type Fact, type Facts } from "./fact.ts";
import { isInCore } from "./frame.ts";
import { shortLetters } from "./letters.ts";
import { aboutPlace, observe } from "./observation.ts";
import { smapsFacts } from "./smaps.ts";
import { defineSubject, type Subject } from "./subject.ts";

/** One run of pages that belong together. */
interface Run extends Range {
  readonly owner: LiveProcess;
}

type Reader = Fact<Run>["read"];

/** The areas that have a page of the range. */
function areasOf(world: World, { owner, start, len }: Run): readonly Vma[] {
  const { vmas } = memoryOf(world, owner);
  return vmas.filter((vma) => vma.start < start + len && vma.end > start);
}

/** Of all its areas. */
const everyArea =
  (holds: (vma: Vma) => boolean): Reader =>
  (world, run) => {
    const areas = areasOf(world, run);
    return areas.length > 0 && areas.every(holds);
  };

const hasFlag = (flag: number): Reader => everyArea(({ flags }) => (flags & flag) !== 0);

function mappedKb(world: World, run: Run): bigint {
  const bytes = areasOf(world, run).reduce((sum, { start, end }) => {
    const from = Math.max(start, run.start);
    return sum + Math.min(end, run.start + run.len) - from;
  }, 0);
  return BigInt(bytes / 1024);
}

/** The fact whose value is a picture. */
const PICTURE = "entries";

const MAPPING_FACTS: Facts<Run> = {
  [PICTURE]: defineFact(
    "word",
    "A letter for each page: W r F f z p s h M m n H -.",
    ({ kernel }, { owner, start, len }) => {
      expectFew(len);
      return shortLetters(kernel.letters(owner.pid, start, len / PAGE_SIZE));
    },
  ),
  areas: defineFact("count", "Areas that it consists of; 0 when it is gone.", (world, run) =>
    BigInt(areasOf(world, run).length),
  ),
  hasAnonVma: defineFact(
    "yes",
    "Whether it ever had an anonymous page: fork copies it.",
    everyArea(({ anonVma }) => anonVma !== null),
  ),
  locked: defineFact("yes", "VM_LOCKED.", hasFlag(VmFlag.LOCKED)),
  dontfork: defineFact("yes", "VM_DONTCOPY.", hasFlag(VmFlag.DONTCOPY)),
  accounted: defineFact("yes", "VM_ACCOUNT: its memory is promised.", hasFlag(VmFlag.ACCOUNT)),
  mincore: defineFact("pages", "Pages that mincore says are in memory.", (world, run) => {
    expectFew(run.len);
    let pages = 0;
    for (let at = run.start; at < run.start + run.len; at += PAGE_SIZE) {
      if (isInCore(world, run.owner, at)) pages++;
    }
    return BigInt(pages);
  }),
  Size: defineFact("kB", "All of it.", mappedKb),
  ...smapsFacts((world, { owner, start, len }) =>
    smapsSums(world.kernel.machine, memoryOf(world, owner), start, start + len),
  ),
};

export const mapping: Subject = defineSubject("mapping", place, MAPPING_FACTS, (where, key) => {
  const fact = MAPPING_FACTS[key];
  return observe(fact.unit, {
    ...aboutPlace(where, key),
    look(world) {
      const owner = ownerOf(world, where);
      return rangesOf(world, where).map((range) => ({
        of: "",
        value: fact.read(world, { owner, ...range }),
      }));
    },
    holds: key === PICTURE ? isSamePicture : isMet,
  });
});

/** Pictures are compared in their short form. */
const isSamePicture = (wanted: Wanted, value: FactValue): boolean =>
  isMet({ ...wanted, value: shortLetters(String(wanted.value)) }, value);
