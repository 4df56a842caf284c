/**
 * Recounts the anon_vma graph from the vmas that live (SPEC §4.5).
 *
 * Each rule is about one anon_vma X that vmas are linked to:
 *    degree      = vmas whose anonVma is X + children of X + 1 if X is a root
 *    references  = descendants, if X is a root, + those held from outside
 *    family      all that a vma is linked to has one root, and so one lock
 *    order       X's vmas are a subsequence of its parent's: so whoever may map a page of X is
 *                linked to every ancestor as well, and comes after the parent in every list
 */
import type { Mismatch } from "@forkpath/sync";
import type { AnonVma, AnonVmas, RmapVma } from "./anon-vma.ts";

/** What the living vmas say that an anon_vma's fields should be. */
interface Tally {
  degree: number;
  activeVmas: number;
  refcount: number;
  links: number;
}

const nobody: ReadonlyMap<AnonVma, number> = new Map();

/**
 * Requires that no thread is inside the graph. Costs a pass over all links, and one over the lists
 * of all parents.
 * @param vmas every vma of every address space, in any order
 * @param heldOutside references that `getAnonVma` took, where there are any
 * @modelOnly a recount
 */
export function checkAnonVmas(
  anonVmas: AnonVmas,
  vmas: Iterable<RmapVma>,
  heldOutside: ReadonlyMap<AnonVma, number> = nobody,
): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  const tallies = new Map<AnonVma, Tally>();
  for (const anonVma of anonVmas.live.values()) {
    const refcount = heldOutside.get(anonVma) ?? 0;
    tallies.set(anonVma, { degree: 0, activeVmas: 0, refcount, links: 0 });
  }
  countFamilies(tallies);
  for (const vma of vmas) countVma(tallies, vma, wrong);
  for (const [anonVma, tally] of tallies) {
    compare(anonVma, tally, wrong);
    checkOrder(anonVma, wrong);
  }
  return wrong;
}

function countFamilies(tallies: Map<AnonVma, Tally>): void {
  for (const [anonVma, tally] of tallies) {
    const { root, parent, chains } = anonVma;
    if (root !== anonVma) {
      const rootTally = tallies.get(root);
      if (rootTally !== undefined) rootTally.refcount++;
    }
    // One that is empty has left its parent already; a root is its own child until then.
    if (chains.length === 0) continue;
    const parentTally = parent === anonVma ? tally : tallies.get(parent);
    if (parentTally !== undefined) parentTally.degree++;
  }
}

/** Adds the vma to the tallies, and says what is wrong with its links. */
function countVma(tallies: Map<AnonVma, Tally>, vma: RmapVma, wrong: Mismatch[]): void {
  const { anonVma: own, anonVmaChain: chains } = vma;
  let isLinked = false;
  for (const chain of chains) {
    const { anonVma } = chain;
    const tally = tallies.get(anonVma);
    if (tally === undefined) tell(wrong, anonVma, "state", "linked to a vma", "freed");
    else tally.links++;
    const { root } = chains[0].anonVma;
    if (anonVma.root !== root) tell(wrong, anonVma, "root", nameOf(anonVma.root), nameOf(root));
    if (chain.vma !== vma) tell(wrong, anonVma, "vma of a link", "another", "its own");
    if (anonVma === own) isLinked = true;
  }
  if (own === null) {
    if (chains.length === 0) return;
    tell(wrong, chains[0].anonVma, "anon_vma of a linked vma", "none", "one");
    return;
  }
  const tally = tallies.get(own);
  if (tally !== undefined) {
    tally.degree++;
    tally.activeVmas++;
  }
  if (!isLinked) tell(wrong, own, "link to its own vma", "none", "one");
}

function compare(anonVma: AnonVma, tally: Tally, wrong: Mismatch[]): void {
  const { chains, degree, numActiveVmas, refcount } = anonVma;
  tell(wrong, anonVma, "degree", degree, tally.degree);
  tell(wrong, anonVma, "num_active_vmas", numActiveVmas, tally.activeVmas);
  tell(wrong, anonVma, "refcount", refcount, tally.refcount);
  tell(wrong, anonVma, "length of its list", chains.length, tally.links);
  tell(wrong, anonVma, "links in its list", lengthOf(anonVma), tally.links);
  const isNeeded = chains.length > 0 || refcount > 0;
  if (!isNeeded) tell(wrong, anonVma, "state", "alive", "free: nothing needs it");
}

function lengthOf({ chains }: AnonVma): number {
  let length = 0;
  for (let chain = chains.first; chain !== null; chain = chain.next) length++;
  return length;
}

function checkOrder(anonVma: AnonVma, wrong: Mismatch[]): void {
  const { parent } = anonVma;
  if (parent === anonVma) return;
  let candidate = parent.chains.first;
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    while (candidate !== null && candidate.vma !== chain.vma) candidate = candidate.next;
    if (candidate !== null) continue;
    tell(wrong, anonVma, "order", "its own", `that of ${nameOf(parent)}'s list`);
    return;
  }
}

/** Adds a mismatch if the two differ. Names are made only then. */
function tell(
  wrong: Mismatch[],
  anonVma: AnonVma,
  field: string,
  kept: number | string,
  counted: number | string,
): void {
  if (kept !== counted)
    wrong.push({ rule: "anon_vma", owner: nameOf(anonVma), field, kept, counted });
}

const nameOf = (anonVma: AnonVma): string => `anon_vma${anonVma.id}`;
