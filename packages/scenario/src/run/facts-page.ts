/** Reads the facts about one page of a process, by its address. */
import type { EntryView, PageView, SlotView } from "@forkpath/kernel";
import type { MmEnv } from "@forkpath/mm";
import { entryOffset, entryType } from "@forkpath/swap";
import type { PageFact } from "../format/facts.ts";
import type { FactValue } from "../format/wanted.ts";
import { CannotRun } from "./cannot-run.ts";
import type { World } from "./world.ts";

type Reader = (world: World, pid: number, addr: number) => FactValue;

const ofEntry =
  (read: (entry: EntryView) => FactValue): Reader =>
  ({ kernel }, pid, addr) =>
    read(kernel.entry(pid, addr));

/** Of the frame that the entry leads to, be it mapped, migrating or poisoned. */
const ofPage =
  (read: (page: PageView) => FactValue): Reader =>
  ({ kernel }, pid, addr) => {
    const { pfn, letter } = kernel.entry(pid, addr);
    if (pfn === undefined) throw new CannotRun(`no frame there: its entry is ${letter}`);
    return read(kernel.page(pfn));
  };

/** Of the slot that the page is in, or that its frame is the cache of. */
const ofSlot =
  (read: (slot: SlotView) => FactValue): Reader =>
  ({ kernel }, pid, addr) => {
    const { pfn, slot, letter } = kernel.entry(pid, addr);
    const cached = pfn === undefined ? undefined : slotOfFrame(kernel.machine.mm, pfn);
    const found = slot ?? cached;
    if (found === undefined) throw new CannotRun(`no slot there: its entry is ${letter}`);
    return read(kernel.slot(found.type, found.offset));
  };

/** The slot whose cache the frame is. */
function slotOfFrame(env: MmEnv, pfn: number): { type: number; offset: number } | undefined {
  const entry = env.swapEntryOf.get(pfn);
  return entry === undefined ? undefined : { type: entryType(entry), offset: entryOffset(entry) };
}

const hasFlag =
  (name: string): Reader =>
  ({ kernel }, pid, addr) =>
    kernel.entry(pid, addr).flags.includes(name);

/** Facts about one page; those about two are compared in `observe.ts`. */
export const pageReaders: Readonly<
  Record<Exclude<PageFact, "sameFrameAs" | "otherFrameThan">, Reader>
> = {
  entry: ofEntry(({ letter }) => (letter === "-" ? "none" : letter)),
  writable: hasFlag("RW"),
  dirty: hasFlag("DIRTY"),
  accessed: hasFlag("ACCESSED"),
  mapcount: ofPage(({ mapcount }) => BigInt(mapcount)),
  refcount: ofPage(({ count }) => BigInt(count)),
  mlocked: ofPage(({ flags }) => flags.includes("MLOCKED")),
  swapCached: ofSlot(({ hasCache }) => hasCache),
  swapCount: ofSlot(({ count }) => BigInt(count)),
  slotByte: ofSlot(({ byte }) => BigInt(byte)),
};

/** The frame behind an address, for comparing. @throws CannotRun where there is none */
export function frameAt({ kernel }: World, pid: number, addr: number): number {
  const { pfn, letter } = kernel.entry(pid, addr);
  if (pfn === undefined) throw new CannotRun(`no frame there: its entry is ${letter}`);
  return pfn;
}
