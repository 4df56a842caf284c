/**
 * What the page and its workers tell each other: plain data and typed arrays, no more.
 *
 * A state of a machine names chunks by number. A chunk has the columns of one page table; one that
 * is as it was before is not sent again.
 */
import type { KernelName } from "@forkpath/abi";
import type { WorkerShare } from "@forkpath/interleave";
import type { EntryLetter, MachineTotals, RssView, SmapsSums } from "@forkpath/kernel";
import type { CallNode, LockUse, MappingPart, SignedStatus, WitnessRow } from "@forkpath/picture";
import type { Prediction } from "@forkpath/predict";
import type { ExpectationResult, Problem, StepResult } from "@forkpath/scenario";

/** Columns of pages: 512 for each chunk. */
interface ChunkColumns {
  /** Character codes of entry letters. */
  readonly letters: Uint8Array;
  /** Frame, or slot of a swapped page; -1 for none. */
  readonly frames: Int32Array;
  /** At most 65,535. */
  readonly mapcounts: Uint16Array;
  readonly counts: Uint16Array;
  /** Index into `looks`, the entries' bits in words. */
  readonly bits: Uint8Array;
}

export interface Chunk extends ChunkColumns {
  readonly id: number;
}

/** Chunks as they are sent: one column for all, since each buffer of a message has a price. */
export interface ChunkPack extends ChunkColumns {
  /** Numbers of the chunks, in the order of the columns. */
  readonly ids: readonly number[];
  /** One for each chunk: the letter of most of its pages, with 128 where most are shared. */
  readonly marks: Uint8Array;
}

/** The kernel's letters; of a captured page none says what its entry allows: anonymous or not. */
export type MapLetter = EntryLetter | "a" | "c";

/** How many pages of an area are alike. */
export interface WordCount {
  readonly letter: MapLetter;
  readonly isShared: boolean;
  readonly pages: number;
}

/** What a map is drawn of. */
export interface MapArea {
  /** Bytes, half-open. */
  readonly start: number;
  readonly end: number;
  readonly permissions: string;
  readonly name: string;
  readonly mappings: readonly MappingPart[];
  readonly words: readonly WordCount[];
}

/** Pages of an address space, wherever they come from. */
export interface MapSpace {
  /** Names the address space. */
  readonly mm: string;
  readonly areas: readonly MapArea[];
  /** Where the page tables begin, in bytes, and their chunks. */
  readonly starts: readonly number[];
  readonly chunks: readonly number[];
}

export interface AreaState extends MapArea {
  readonly sums: SmapsSums;
}

export interface SpaceState extends MapSpace {
  /** Whether no task has it yet. */
  readonly isBeingMade: boolean;
  /** kB, signed. */
  readonly status: SignedStatus;
  /** Pages, signed. */
  readonly rss: RssView;
  /** kB. */
  readonly sums: SmapsSums;
  readonly areas: readonly AreaState[];
}

export interface TaskState {
  readonly name: string;
  readonly pid: number;
  readonly state: string;
  readonly ppid: number | null;
  /** Names its address space; null for a task without one. */
  readonly mm: string | null;
}

export interface MachineState {
  readonly totals: MachineTotals;
  readonly tasks: readonly TaskState[];
  readonly spaces: readonly SpaceState[];
}

export interface StepStory {
  readonly text: string;
  readonly note: string | null;
  readonly line: number;
  readonly result: StepResult | null;
}

/** A history that ran. State 0 is before the first step. */
export interface Run {
  readonly title: string;
  readonly about: string;
  readonly see: string;
  readonly kernel: KernelName;
  readonly steps: readonly StepStory[];
  readonly states: readonly MachineState[];
  readonly atEnd: readonly ExpectationResult[];
  readonly isOk: boolean;
  /** What kept the machine from its first step. */
  readonly fault: ExpectationResult | null;
  /** Milliseconds that it took, as the worker's clock says. */
  readonly ms: number;
  /** Whether it has threads that can be raced. */
  readonly hasThreads: boolean;
}

/** What the bits of an entry are called, by `Chunk.bits`. */
export type Looks = readonly (readonly string[])[];

export type Opened =
  | {
      readonly kind: "run";
      readonly run: Run;
      readonly chunks: ChunkPack;
      readonly looks: Looks;
    }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] };

export interface Traced {
  readonly step: number;
  readonly calls: CallNode;
  readonly locks: readonly LockUse[];
  /** How many events were heard, by kind. */
  readonly events: Readonly<Record<string, number>>;
}

export interface Inside {
  readonly step: number;
  /** Points passed, of so many. */
  readonly point: number;
  readonly total: number;
  readonly stack: readonly string[];
  /** What comes next; null behind the last point. */
  readonly next: string | null;
  /** What the step waits for, when it cannot go on by itself. */
  readonly waitsFor: string | null;
  readonly state: MachineState;
  readonly chunks: ChunkPack;
  readonly looks: Looks;
}

export interface Ending {
  readonly text: string;
  readonly count: number;
  readonly schedule: string;
  /** What is wrong with it; null for a good end. */
  readonly failure: string | null;
}

export interface Explored {
  readonly isDone: boolean;
  readonly schedules: number;
  readonly failing: number;
  /** Whether all fail in the same end: perhaps the expectation is wrong, and not the kernel. */
  readonly isAlwaysAlike: boolean;
  readonly isComplete: boolean;
  readonly guarantee: string;
  /** Where threads take turns, as the litmus names it; none where they do everywhere. */
  readonly switchAt: readonly string[];
  readonly endings: readonly Ending[];
  readonly findings: readonly string[];
  readonly plainest: Plainest | null;
}

export interface Plainest {
  readonly message: string;
  readonly replay: string;
  readonly schedule: string;
  readonly preemptions: number;
  readonly steps: number;
}

/** A row of the columns, with the words for what it shows. */
export interface RaceRow {
  readonly step: number;
  /** Last step of what the row stands for. */
  readonly until: number;
  readonly thread: number;
  readonly sort: WitnessRow["sort"];
  readonly fn: string;
  readonly text: string;
  readonly isStore: boolean;
  readonly isPreemption: boolean;
  /** Value of each shared counter after it. */
  readonly values: readonly number[];
  /** Locks that each thread holds. */
  readonly held: readonly string[];
  /** The steps of a fold, each in words; none of other rows. */
  readonly folded: readonly string[];
}

export interface Replayed {
  readonly replay: string;
  readonly schedule: string;
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly threads: readonly string[];
  readonly rows: readonly RaceRow[];
  readonly counters: readonly string[];
  readonly steps: number;
  readonly outcome: string | null;
  readonly failure: string | null;
  readonly divergence: string | null;
  /** First eight digits of the text's SHA-256; null where the browser has none to offer. */
  readonly digest: string | null;
  readonly canCure: boolean;
  /** Null for bare counters, which are of no release. */
  readonly kernel: KernelName | null;
}

export interface RaceSource {
  /** Without its variant. */
  readonly name: string;
  /** Null for a litmus on bare counters. */
  readonly text: string | null;
  readonly cured: boolean;
  readonly everywhere: boolean;
  readonly kernel: KernelName | null;
}

/** What a fork would do to a captured process. */
export interface Predicted {
  readonly prediction: Prediction;
  /** Names of the files that were given. */
  readonly files: readonly string[];
  /** Whether its pages can be drawn. */
  readonly hasPages: boolean;
  readonly ms: number;
}

/** One area of a captured process, page by page. */
export interface CapturedMap {
  readonly area: MapArea;
  readonly space: MapSpace;
  readonly chunks: ChunkPack;
  /** Tables with entries that are not drawn: behind the first 4 GiB of them. */
  readonly left: number;
}

/** What can be asked, and what is answered. */
export interface Calls {
  open(text: string, fileName: string, kernel: KernelName | null): Opened;
  trace(step: number): Traced;
  inside(step: number, point: number): Inside;
  explore(source: RaceSource, worker: number, workers: number): WorkerShare;
  conclude(source: RaceSource, shares: readonly WorkerShare[]): Explored;
  replay(source: RaceSource, schedule: string): Replayed;
  predict(files: readonly File[], kernel: KernelName | null): Predicted;
  /** Fetches what only a race needs. */
  prepare(): null;
  map(start: number): CapturedMap;
  look(step: number): { state: MachineState; chunks: ChunkPack; looks: Looks };
}

export type Kind = keyof Calls;

export interface Request<K extends Kind = Kind> {
  readonly id: number;
  readonly kind: K;
  readonly args: Parameters<Calls[K]>;
}

export type Answer<K extends Kind = Kind> =
  | { readonly id: number; readonly kind: K; readonly value: ReturnType<Calls[K]> }
  /** Something is wrong with the question: words for the user. */
  | { readonly id: number; readonly kind: K; readonly error: string };
