/** Reads the facts about a mapping. */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import type { Vma } from "@forkpath/mm";
import type { MappingFact, SmapsFact } from "../format/facts.ts";
import type { FactValue } from "../format/wanted.ts";
import { shortLetters } from "./letters.ts";
import { smapsSums } from "./smaps.ts";
import type { Range } from "./where.ts";
import { findProcess, memoryOf } from "./who.ts";
import type { World } from "./world.ts";

/** Looks at one run of pages of the mapping of a process. */
type Reader = (world: World, process: string, range: Range) => FactValue;

/** The areas that have a page of the range. */
function areasOf(world: World, process: string, { start, len }: Range): readonly Vma[] {
  const { vmas } = memoryOf(world, findProcess(world, process));
  return vmas.filter((vma) => vma.start < start + len && vma.end > start);
}

/** Of all its areas. */
const everyArea =
  (holds: (vma: Vma) => boolean): Reader =>
  (world, process, range) => {
    const areas = areasOf(world, process, range);
    return areas.length > 0 && areas.every(holds);
  };

const hasFlag = (flag: number): Reader => everyArea(({ flags }) => (flags & flag) !== 0);

const smaps =
  (name: SmapsFact): Reader =>
  (world, process, { start, len }) => {
    const mm = memoryOf(world, findProcess(world, process));
    return BigInt(smapsSums(world.kernel.machine.mm, mm, start, start + len)[name]);
  };

function mappedKb(world: World, process: string, range: Range): bigint {
  const bytes = areasOf(world, process, range).reduce((sum, { start, end }) => {
    const from = Math.max(start, range.start);
    return sum + Math.min(end, range.start + range.len) - from;
  }, 0);
  return BigInt(bytes / 1024);
}

export const mappingReaders: Readonly<Record<MappingFact, Reader>> = {
  entries: (world, process, { start, len }) => {
    const { pid } = findProcess(world, process);
    return shortLetters(world.kernel.letters(pid, start, len / PAGE_SIZE));
  },
  areas: (world, process, range) => BigInt(areasOf(world, process, range).length),
  hasAnonVma: everyArea(({ anonVma }) => anonVma !== null),
  locked: hasFlag(VmFlag.LOCKED),
  dontfork: hasFlag(VmFlag.DONTCOPY),
  accounted: hasFlag(VmFlag.ACCOUNT),
  Size: mappedKb,
  Rss: smaps("Rss"),
  Pss: smaps("Pss"),
  Shared_Clean: smaps("Shared_Clean"),
  Shared_Dirty: smaps("Shared_Dirty"),
  Private_Clean: smaps("Private_Clean"),
  Private_Dirty: smaps("Private_Dirty"),
  Anonymous: smaps("Anonymous"),
  AnonHugePages: smaps("AnonHugePages"),
  Swap: smaps("Swap"),
};
