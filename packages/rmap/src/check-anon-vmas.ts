/**
 * Recounts the anon_vma graph from the vmas that live (SPEC §4.5). One line per mismatch.
 *
 * Each rule is about one anon_vma X that vmas are linked to:
 *    degree      = vmas whose anonVma is X + children of X + 1 if X is a root
 *    references  = descendants, if X is a root, + those held from outside
 *    family      all that a vma is linked to has one root, and so one lock
 *    order       X's vmas are a subsequence of its parent's: so whoever may map a page of X is
 *                linked to every ancestor as well, and comes after the parent in every list
 */
import type { AnonVma, AnonVmaChain, AnonVmas, RmapVma } from "./anon-vma.ts";

/** What the living vmas say that an anon_vma's fields should be. */
interface Tally {
  degree: number;
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
): readonly string[] {
  const lines: string[] = [];
  const tallies = new Map<AnonVma, Tally>();
  for (const anonVma of anonVmas.live.values()) {
    tallies.set(anonVma, { degree: 0, refcount: heldOutside.get(anonVma) ?? 0, links: 0 });
  }
  countFamilies(tallies);
  for (const vma of vmas) lines.push(...countVma(tallies, vma));
  for (const [anonVma, tally] of tallies) {
    lines.push(...compare(anonVma, tally), ...checkOrder(anonVma));
  }
  return lines;
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

function countVma(tallies: Map<AnonVma, Tally>, vma: RmapVma): string[] {
  const lines: string[] = [];
  for (const chain of vma.anonVmaChain) {
    const tally = tallies.get(chain.anonVma);
    if (tally === undefined) lines.push(`a vma is linked to ${nameOf(chain.anonVma)}, freed`);
    else tally.links++;
    if (chain.anonVma.root !== vma.anonVmaChain[0].anonVma.root) {
      lines.push(`a vma is linked to ${nameOf(chain.anonVma)}, which has another root`);
    }
    if (chain.vma !== vma) lines.push(`a link to ${nameOf(chain.anonVma)} is another vma's`);
  }
  const { anonVma } = vma;
  if (anonVma === null) {
    return vma.anonVmaChain.length === 0 ? lines : [...lines, "a vma has links, but no anon_vma"];
  }
  const tally = tallies.get(anonVma);
  if (tally !== undefined) tally.degree++;
  if (!vma.anonVmaChain.some((chain) => chain.anonVma === anonVma)) {
    lines.push(`a vma is not linked to its own ${nameOf(anonVma)}`);
  }
  return lines;
}

function compare(anonVma: AnonVma, tally: Tally): string[] {
  const lines: string[] = [];
  const expectEqual = (what: string, cached: number, recounted: number): void => {
    if (cached !== recounted) lines.push(`${nameOf(anonVma)}: ${what} ${cached}, not ${recounted}`);
  };
  expectEqual("degree", anonVma.degree, tally.degree);
  expectEqual("references", anonVma.refcount, tally.refcount);
  expectEqual("length of its list", anonVma.chains.length, tally.links);
  expectEqual("links in its list", [...linksOf(anonVma)].length, tally.links);
  if (anonVma.chains.length === 0 && anonVma.refcount === 0) {
    lines.push(`${nameOf(anonVma)}: nobody needs it, but it was not freed`);
  }
  return lines;
}

function checkOrder(anonVma: AnonVma): string[] {
  if (anonVma.parent === anonVma) return [];
  let candidate = anonVma.parent.chains.first;
  for (const { vma } of linksOf(anonVma)) {
    while (candidate !== null && candidate.vma !== vma) candidate = candidate.next;
    if (candidate === null) {
      return [`${nameOf(anonVma)}: its vmas are no subsequence of ${nameOf(anonVma.parent)}'s`];
    }
  }
  return [];
}

function* linksOf(anonVma: AnonVma): Generator<AnonVmaChain> {
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) yield chain;
}

const nameOf = (anonVma: AnonVma): string => `anon_vma${anonVma.id}`;
