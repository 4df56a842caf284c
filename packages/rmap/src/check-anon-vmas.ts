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
import { compareKept, type Mismatch } from "@forkpath/sync";
import type { AnonVma, AnonVmaChain, AnonVmas, RmapVma } from "./anon-vma.ts";

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
    tallies.set(anonVma, {
      degree: 0,
      activeVmas: 0,
      refcount: heldOutside.get(anonVma) ?? 0,
      links: 0,
    });
  }
  countFamilies(tallies);
  for (const vma of vmas) wrong.push(...countVma(tallies, vma));
  for (const [anonVma, tally] of tallies) {
    wrong.push(...compare(anonVma, tally), ...checkOrder(anonVma));
  }
  return wrong;
}

function countFamilies(tallies: Map<AnonVma, Tally>): void {
  for (const anonVma of tallies.keys()) {
    const { root, parent, chains } = anonVma;
    const rootTally = tallies.get(root);
    if (rootTally !== undefined && root !== anonVma) rootTally.refcount++;
    // One that is empty has left its parent already; a root is its own child until then.
    const parentTally = tallies.get(parent);
    if (parentTally !== undefined && chains.length > 0) parentTally.degree++;
  }
}

/** Adds the vma to the tallies, and says what is wrong with its links. */
function countVma(tallies: Map<AnonVma, Tally>, vma: RmapVma): readonly Mismatch[] {
  const { anonVma: own, anonVmaChain: chains } = vma;
  const wrong = chains.flatMap((chain) => {
    const tally = tallies.get(chain.anonVma);
    if (tally !== undefined) tally.links++;
    return [
      ...(tally === undefined ? tell(chain.anonVma, "state", "linked to a vma", "freed") : []),
      ...tell(chain.anonVma, "root", nameOf(chain.anonVma.root), nameOf(chains[0].anonVma.root)),
      ...(chain.vma === vma ? [] : tell(chain.anonVma, "vma of a link", "another", "its own")),
    ];
  });
  const tally = own === null ? undefined : tallies.get(own);
  if (tally !== undefined) {
    tally.degree++;
    tally.activeVmas++;
  }
  const isLinked =
    own === null ? chains.length === 0 : chains.some(({ anonVma }) => anonVma === own);
  if (isLinked) return wrong;
  return own === null
    ? [...wrong, ...tell(chains[0].anonVma, "anon_vma of a linked vma", "none", "one")]
    : [...wrong, ...tell(own, "link to its own vma", "none", "one")];
}

function compare(anonVma: AnonVma, tally: Tally): readonly Mismatch[] {
  const { chains, degree, numActiveVmas, refcount } = anonVma;
  const isNeeded = chains.length > 0 || refcount > 0;
  return [
    ...tell(anonVma, "degree", degree, tally.degree),
    ...tell(anonVma, "num_active_vmas", numActiveVmas, tally.activeVmas),
    ...tell(anonVma, "refcount", refcount, tally.refcount),
    ...tell(anonVma, "length of its list", chains.length, tally.links),
    ...tell(anonVma, "links in its list", [...linksOf(anonVma)].length, tally.links),
    ...(isNeeded ? [] : tell(anonVma, "state", "alive", "free: nothing needs it")),
  ];
}

function checkOrder(anonVma: AnonVma): readonly Mismatch[] {
  const { parent } = anonVma;
  if (parent === anonVma) return [];
  let candidate = parent.chains.first;
  for (const { vma } of linksOf(anonVma)) {
    while (candidate !== null && candidate.vma !== vma) candidate = candidate.next;
    if (candidate === null) {
      return tell(anonVma, "order", "its own", `that of ${nameOf(parent)}'s list`);
    }
  }
  return [];
}

function* linksOf(anonVma: AnonVma): Generator<AnonVmaChain> {
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) yield chain;
}

const tell = (
  anonVma: AnonVma,
  field: string,
  kept: number | string,
  counted: number | string,
): readonly Mismatch[] => compareKept("anon_vma", nameOf(anonVma), field, kept, counted);

const nameOf = (anonVma: AnonVma): string => `anon_vma${anonVma.id}`;
