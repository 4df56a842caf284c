/** What an expectation can ask about a page of a process, or about each of several. */
import { hex } from "@forkpath/abi";
import type { EntryView, PageView, SlotView } from "@forkpath/kernel";
import type { MmEnv } from "@forkpath/mm";
import type { PageFlagName } from "@forkpath/rmap";
import { entryOffset, entryType } from "@forkpath/swap";
import { place } from "../format/leaves.ts";
import { type Place, placeText } from "../format/place.ts";
import type { FactUnit, FactValue } from "../format/wanted.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { pagesOf } from "../world/where.ts";
import { ownerOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import { defineFact, type Fact, type Facts } from "./fact.ts";
import { frameAt, isInCore, partAt } from "./frame.ts";
import { aboutPlace, type Look, type Observation, observe, one } from "./observation.ts";
import { defineSubject, type Subject } from "./subject.ts";

interface Page {
  readonly owner: LiveProcess;
  readonly pid: number;
  /** Bytes. */
  readonly addr: number;
}

type Reader = Fact<Page>["read"];

const ofEntry =
  (read: (entry: EntryView) => FactValue): Reader =>
  ({ kernel }, { pid, addr }) =>
    read(kernel.entry(pid, addr));

/**
 * Of the frame that the entry leads to, be it mapped, migrating or poisoned; or the swap cache's.
 */
const ofPage =
  (read: (page: PageView) => FactValue): Reader =>
  (world, { pid, addr }) =>
    read(world.kernel.page(frameAt(world, pid, addr)));

/** Of the slot that the page is in, or that its frame is the cache of. */
const ofSlot =
  (read: (slot: SlotView) => FactValue): Reader =>
  ({ kernel }, { pid, addr }) => {
    const { pfn, slot, letter } = kernel.entry(pid, addr);
    const cached = pfn === undefined ? undefined : slotOfFrame(kernel.machine.mm, pfn);
    const found = slot ?? cached;
    if (found === undefined) throw new CannotRun(`no slot there: its entry is ${letter}`);
    return read(kernel.slot(found.type, found.offset));
  };

const pageNumber = (name: "mapcount" | "count" | "node"): Reader =>
  ofPage((page) => BigInt(page[name]));

const pageFlag = (name: PageFlagName): Reader => ofPage(({ flags }) => flags.includes(name));

const slotNumber = (name: "count" | "byte"): Reader => ofSlot((slot) => BigInt(slot[name]));

/** The slot whose cache the frame is. */
function slotOfFrame(env: MmEnv, pfn: number): { type: number; offset: number } | undefined {
  const entry = env.swapEntryOf.get(pfn);
  return entry === undefined ? undefined : { type: entryType(entry), offset: entryOffset(entry) };
}

/** Bits 12 to 51. */
const FRAME_BITS = 0xf_ffff_ffff_f000n;

const hasFlag =
  (name: string): Reader =>
  ({ kernel }, { pid, addr }) =>
    kernel.entry(pid, addr).flags.includes(name);

const PAGE_FACTS: Facts<Page> = {
  entry: defineFact(
    "word",
    "Letter of its entry: W r F f z p s h M m n H -.",
    ofEntry(({ letter }) => (letter === "-" ? "none" : letter)),
  ),
  writable: defineFact("yes", "Whether the processor lets it be written to.", hasFlag("RW")),
  dirty: defineFact("yes", "Whether its entry says that it was written to.", hasFlag("DIRTY")),
  accessed: defineFact("yes", "Whether its entry says that it was used.", hasFlag("ACCESSED")),
  exclusive: defineFact(
    "yes",
    "Whether the page is its process's alone, or will be when it comes back; never before v5.19.",
    ({ kernel }, { pid, addr }) => kernel.entry(pid, addr).isExclusive,
  ),
  bits: defineFact(
    "word",
    "All of the entry's word but the frame, in hex.",
    ({ kernel }, { pid, addr }) => hex(kernel.entry(pid, addr).value & ~FRAME_BITS),
  ),
  mapcount: defineFact("count", "Entries that map the page.", pageNumber("mapcount")),
  refcount: defineFact("count", "References to the page.", pageNumber("count")),
  referenced: defineFact(
    "yes",
    "PageReferenced: whether the page itself is marked as used.",
    pageFlag("REFERENCED"),
  ),
  node: defineFact("count", "The node that the page is on.", pageNumber("node")),
  inCore: defineFact("yes", "What mincore says of it.", (world, { owner, addr }) =>
    isInCore(world, owner, addr),
  ),
  mlocked: defineFact(
    "yes",
    "Whether the page is marked as locked in memory.",
    pageFlag("MLOCKED"),
  ),
  swapCached: defineFact(
    "yes",
    "Whether the page is in the swap cache, or its slot is.",
    ofSlot(({ hasCache }) => hasCache),
  ),
  swapCount: defineFact(
    "count",
    "References to its slot, when it is swapped.",
    slotNumber("count"),
  ),
  slotByte: defineFact("count", "The byte of its slot in the swap map.", slotNumber("byte")),
};

/** Facts about two pages, told apart by their frames. */
const PAIR_FACTS = {
  sameFrameAs: {
    unit: "place",
    about: "Another page that must be the same frame.",
    isSame: true,
    wanted: "the frame of",
  },
  otherFrameThan: {
    unit: "place",
    about: "Another page that must be another frame.",
    isSame: false,
    wanted: "another frame than",
  },
} as const satisfies Readonly<Record<string, { unit: FactUnit; [more: string]: unknown }>>;

const BEFORE = "sameFrameAsBefore";
/** Facts about a page now and when the step began; in the expectations of steps only. */
const BEFORE_FACTS = {
  [BEFORE]: { unit: "yes", about: "Whether it is in the frame that it was in before this step." },
} as const;

type PairFact = keyof typeof PAIR_FACTS;
const isPairFact = (key: string): key is PairFact => Object.hasOwn(PAIR_FACTS, key);

export const page: Subject = defineSubject(
  "page",
  place,
  { ...PAGE_FACTS, ...PAIR_FACTS, ...BEFORE_FACTS },
  (where, key, given) => {
    if (isPairFact(key)) return pairObservation(where, key, given as Place);
    return Object.hasOwn(BEFORE_FACTS, key)
      ? beforeObservation(where)
      : pageObservation(where, key);
  },
);

/** What was seen of each page; a page that is alone has no number. */
const numbered = (values: readonly FactValue[]): readonly Look[] =>
  values.map((value, index) => ({
    of: values.length === 1 ? "" : `the ${index + 1}. of them`,
    value,
  }));

/** Whether each page is in the frame that it was in when the step began. */
function beforeObservation(where: Place): Observation {
  const before = (world: World): readonly number[] => framesOf(world, where);
  return observe("yes", {
    ...aboutPlace(where, BEFORE),
    before,
    look(world) {
      const frames = world.remembered.get(before) as readonly number[] | undefined;
      if (frames === undefined) throw new CannotRun("there was no frame when the step began");
      return numbered(framesOf(world, where).map((frame, index) => frame === frames[index]));
    },
  });
}

function pageObservation(where: Place, key: string): Observation {
  const fact = PAGE_FACTS[key];
  return observe(fact.unit, {
    ...aboutPlace(where, key),
    look(world) {
      const owner = ownerOf(world, where);
      const { pid } = owner;
      return numbered(pagesOf(world, where).map((addr) => fact.read(world, { owner, pid, addr })));
    },
  });
}

function pairObservation(where: Place, key: PairFact, other: Place): Observation {
  const { unit, isSame, wanted } = PAIR_FACTS[key];
  return observe(unit, {
    ...aboutPlace(where, key),
    uses: [where, other],
    look(world) {
      const frames = framesOf(world, where);
      const others = framesOf(world, other);
      return one(frames.every((frame, index) => (frame === others[index]) === isSame));
    },
    wantedText: () => `${wanted} ${placeText(other)}`,
    gotText: (value) => (value === isSame ? "the same frame" : "another frame"),
  });
}

/** @throws CannotRun where there is no frame */
function framesOf(world: World, where: Place): readonly number[] {
  const { pid } = ownerOf(world, where);
  return pagesOf(world, where).map((addr) => partAt(world, pid, addr));
}
