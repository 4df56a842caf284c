/**
 * anon_vma: which vmas may map an anonymous page, across fork (SPEC §4.5).
 *
 *    process    vma's chains            a page of      can be mapped by
 *    P          A                       A              P, C, G
 *    C of P     A  B                    B              C, G
 *    G of C     A  B  D                 D              G
 *
 * Every fork gives the child's vma an anon_vma of its own, and links it to those of all ancestors:
 * so a page's owner names every vma that could have inherited the page. An anon_vma_chain is one
 * link, and sits in two lists at once: those of its vma, and those of its anon_vma.
 */
import { createSpinLock, invariant, type SpinLock } from "@forkpath/sync";
import { MAX_MAPPING_ID } from "./page-flags.ts";

/** What the graph needs of a vma. */
export interface RmapVma {
  /** Owner of the pages that this vma faults in; null before its first. */
  anonVma: AnonVma | null;
  /**
   * Oldest link first: the ancestors', then its own. The kernel's list runs the other way. All that
   * one vma is linked to has one root, so that one lock guards the whole chain.
   */
  readonly anonVmaChain: AnonVmaChain[];
}

/**
 * One anon_vma.
 * @kernel struct anon_vma in include/linux/rmap.h
 */
export interface AnonVma {
  /** What the mapping word of a page says. Never used twice, so a stale one names nobody. */
  readonly id: number;
  /** The oldest ancestor's; it outlives all others of the family. */
  readonly root: AnonVma;
  /** The anon_vma of the vma that was forked; itself for a root. */
  readonly parent: AnonVma;
  /** The root's: the kernel gives one to each, and takes only that of the root. */
  readonly lock: SpinLock;
  /** References from outside the graph (KSM, migration), and one of each descendant on the root. */
  refcount: number;
  /** Vmas whose `anonVma` this is, plus anon_vmas whose `parent` this is, a root being its own. */
  degree: number;
  /** Of `degree`, the vmas. Later kernels count these and the children apart. */
  numActiveVmas: number;
  /** Parents before children: a link is always added at the end. */
  readonly chains: ChainList;
}

/** One vma may map pages of one anon_vma. */
export interface AnonVmaChain {
  /** The vma. */
  readonly vma: RmapVma;
  /** The anon_vma. */
  readonly anonVma: AnonVma;
  /** Neighbours in the anon_vma's list. */
  previous: AnonVmaChain | null;
  /** Neighbour in the anon_vma's list. */
  next: AnonVmaChain | null;
}

/** The vmas of one anon_vma, as a list. */
export interface ChainList {
  /** The oldest; null for an empty list. */
  first: AnonVmaChain | null;
  /** The youngest; null for an empty list. */
  last: AnonVmaChain | null;
  /** How many there are. */
  length: number;
}

/** All anon_vmas of one machine, by the id that pages keep. */
export interface AnonVmas {
  /** By id, without those that were freed. */
  readonly live: Map<number, AnonVma>;
  /** The id of the next one. */
  nextId: number;
  /** May a fork take an ancestor's anon_vma for the child's vma, instead of a new one? */
  readonly mayReuse: (anonVma: AnonVma) => boolean;
}

/** Below this, an anon_vma has no vma of its own and one child at most, or one vma and no child. */
const REUSE_DEGREE = 2;

/**
 * By its degree alone, el6's question: one that a vma uses may be taken too, if it has no child
 * (D45, reuse of an anon_vma in use).
 * @kernel the degree test of anon_vma_clone in mm/rmap.c
 */
export const hasLowDegree = ({ degree }: AnonVma): boolean => degree < REUSE_DEGREE;

/**
 * Nobody's own any more, and of one child at most: what later kernels ask.
 * @kernel the num_children and num_active_vmas test of anon_vma_clone in mm/rmap.c
 */
export const isUnused = ({ degree, numActiveVmas }: AnonVma): boolean =>
  numActiveVmas === 0 && degree < REUSE_DEGREE;

/**
 * One vma more has the anon_vma for its own pages, or one less.
 * @kernel degree++ and degree-- in mm/rmap.c, num_active_vmas in later kernels
 */
export function countUser(anonVma: AnonVma, change: 1 | -1): void {
  anonVma.degree += change;
  anonVma.numActiveVmas += change;
}

/**
 * @param mayReuse by default el6's question
 * @modelOnly the kernel's anon_vma_cachep
 * @example
 * ```ts
 * import { createAnonVmas } from "@forkpath/rmap";
 * console.log(createAnonVmas().live.size); // 0
 * ```
 */
export const createAnonVmas = (mayReuse: AnonVmas["mayReuse"] = hasLowDegree): AnonVmas => ({
  live: new Map(),
  nextId: 1,
  mayReuse,
});

class AnonVmaState implements AnonVma {
  readonly id: number;
  readonly root: AnonVma;
  readonly parent: AnonVma;
  readonly lock: SpinLock;
  refcount = 0;
  degree = 1;
  numActiveVmas = 0;
  readonly chains: ChainList = { first: null, last: null, length: 0 };

  constructor(id: number, parent: AnonVma | null) {
    this.id = id;
    this.root = parent === null ? this : parent.root;
    this.parent = parent ?? this;
    this.lock = parent === null ? createSpinLock("anon_vma", `anon_vma${id}`, "lock") : parent.lock;
  }
}

/**
 * A fresh anon_vma of degree 1: a root, or a child of `parent`. The caller has asked the gate.
 * @throws InvariantError after 2^30 anon_vmas
 * @kernel anon_vma_alloc in mm/rmap.c
 */
export function allocAnonVma(anonVmas: AnonVmas, parent: AnonVma | null): AnonVma {
  const id = anonVmas.nextId++;
  invariant(id < MAX_MAPPING_ID, "anon-vma-ids", `no id is left after ${id - 1} anon_vmas`);
  const anonVma = new AnonVmaState(id, parent);
  anonVmas.live.set(id, anonVma);
  return anonVma;
}

/**
 * The anon_vma with this id; undefined once it was freed.
 * @modelOnly the kernel follows a pointer
 */
export const findAnonVma = (anonVmas: AnonVmas, id: number): AnonVma | undefined =>
  anonVmas.live.get(id);

/**
 * Links `vma` to `anonVma`, after all links that either has. Requires the root's lock.
 * @kernel anon_vma_chain_link in mm/rmap.c
 */
export function anonVmaChainLink(vma: RmapVma, anonVma: AnonVma): void {
  const { chains } = anonVma;
  const chain: AnonVmaChain = { vma, anonVma, previous: chains.last, next: null };
  if (chains.last === null) chains.first = chain;
  else chains.last.next = chain;
  chains.last = chain;
  chains.length++;
  vma.anonVmaChain.push(chain);
}

/**
 * Takes a link out of its anon_vma's list, and leaves the vma's list alone.
 * Requires the root's lock.
 * @kernel list_del of same_anon_vma in mm/rmap.c
 */
export function unlinkSameAnonVma(chain: AnonVmaChain): void {
  const { chains } = chain.anonVma;
  if (chain.previous === null) chains.first = chain.next;
  else chain.previous.next = chain.next;
  if (chain.next === null) chains.last = chain.previous;
  else chain.next.previous = chain.previous;
  chains.length--;
}
