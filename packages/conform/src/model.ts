/**
 * What a model of fork offers, so that recorded vectors can be run on it.
 *
 * A model builds the state before a vector's run, does what it is asked for, and lets itself be
 * looked at. It tells events and asks about other CPUs through `Outside`. All comparing and
 * counting is done here, so a model never decides what of its state a vector would want to hear.
 */
import type {
  ContPages,
  Hook,
  PteAt,
  TableAt,
  Vector,
  VectorCounters,
  VectorSlot,
} from "@forkpath/conformance";
import type { KernelEvent } from "@forkpath/events";

/** A model of fork, ready to run vectors. */
export interface Model {
  /**
   * Makes the state before the run, and arms the allocations that are to fail.
   * @throws RangeError or TypeError for a state that contradicts itself, as two pages on one frame
   */
  build(vector: Vector, outside: Outside): ModelRun;
}

/** The rest of the machine, as the vector scripts it. */
export interface Outside {
  /** Takes everything that happens, in order. Locks have the vectors' names, as `dst.pt`. */
  tell(event: KernelEvent): void;
  /** Answers need_resched() while areas are copied. */
  needResched(): boolean;
  /** Answers spin_needbreak() for a lock of the parent (`src`) or the child (`dst`). */
  spinNeedbreak(side: Side): boolean;
  /** Called inside each cond_resched: what other CPUs write meanwhile, for the model to do. */
  condResched(): readonly Hook[];
}

/** Of a fork: `src` is the parent, `dst` the child. */
export type Side = "src" | "dst";

/** One vector's machine. Nothing has run on it yet. */
export interface ModelRun {
  /** Copies area `index` of the vector to the child. @returns 0 or a negative errno */
  copyArea(index: number): number;
  /** Unmaps part of the parent's area `index`. @returns where the walk ended */
  zapArea(index: number, start: number, end: number): number;
  /** Tears the child's memory down, be the copy complete or not. */
  exitChild(): void;
  /** The state now; later steps do not change what was handed out. */
  look(): ModelState;
}

/** The whole state of a machine that a run can change. */
export interface ModelState {
  /** References, by frame. */
  readonly count: Int32Array;
  /** Mappings, by frame: the kernel's _mapcount + 1. */
  readonly mapcount: Int32Array;
  /** Slots other than unused ones. */
  readonly slots: readonly VectorSlot[];
  /** Chains of continuation pages. */
  readonly chains: readonly Chain[];
  /** The address space that was there before. */
  readonly parent: AddressSpace;
  /** The address space that fork fills; empty in a zap. */
  readonly child: AddressSpace;
}

/** A chain of continuation pages, and where it hangs. */
export type Chain = ContPages & {
  /** The swap file. */
  readonly type: number;
};

/** What a run can change of one address space. */
export interface AddressSpace {
  /** Entries that are not none, by rising address. */
  readonly ptes: readonly PteAt[];
  /** Tables below the pgd, each before those that it leads to. */
  readonly tables: readonly TableAt[];
  /** Signed. */
  readonly counters: VectorCounters;
  /** Pages. */
  readonly hiwaterRss: number;
  /** Pte tables, as the model counts them itself. */
  readonly nrPtes: number;
  /** Whether swapoff would visit it. */
  readonly isOnMmlist: boolean;
}
