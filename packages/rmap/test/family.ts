/**
 * Named vmas on one anon_vma graph, run to completion, and drawn.
 *
 * A drawing has a line for each vma, `A B*`: its links, oldest first, its own anon_vma starred;
 * and a line for each living anon_vma, `P C | degree 2`: its vmas in list order. Anon_vmas are
 * lettered in the order in which they were made.
 */
import {
  createSpinLock,
  createSync,
  type Mismatch,
  runToCompletion,
  type Sync,
} from "@forkpath/sync";
import {
  type AnonVma,
  type AnonVmas,
  anonVmaClone,
  anonVmaFork,
  anonVmaPrepare,
  checkAnonVmas,
  createAnonVmas,
  type RmapVma,
  unlinkAnonVmas,
} from "../src/index.ts";

export interface NamedVma extends RmapVma {
  readonly name: string;
}

export interface Family {
  readonly sync: Sync;
  readonly anonVmas: AnonVmas;
  readonly vmas: Map<string, NamedVma>;
}

export interface Drawing {
  readonly vmas: Readonly<Record<string, string>>;
  readonly anonVmas: Readonly<Record<string, string>>;
}

const noNeighbour = (): null => null;

/** @param mayReuse by default el6's question */
export const createFamily = (mayReuse?: AnonVmas["mayReuse"]): Family => ({
  sync: createSync(),
  anonVmas: createAnonVmas(mayReuse),
  vmas: new Map(),
});

export const freshVma = (name: string): NamedVma => ({ name, anonVma: null, anonVmaChain: [] });

export function vmaOf(family: Family, name: string): NamedVma {
  const vma = family.vmas.get(name);
  if (vma === undefined) throw new Error(`the test has no vma ${name}`);
  return vma;
}

/** A vma that was mapped, and never written to. */
export function map(family: Family, name: string): NamedVma {
  const vma = freshVma(name);
  family.vmas.set(name, vma);
  return vma;
}

export function prepare(
  family: Family,
  name: string,
  findMergeable: () => AnonVma | null = noNeighbour,
): number {
  const { sync, anonVmas } = family;
  const lock = createSpinLock("page_table_lock");
  return runToCompletion(anonVmaPrepare(sync, anonVmas, vmaOf(family, name), lock, findMergeable));
}

/** Maps a vma and writes to it. */
export function write(family: Family, name: string): NamedVma {
  const vma = map(family, name);
  prepare(family, name);
  return vma;
}

/** Keeps the child's vma only if the fork succeeds, as dup_mmap does. */
export function fork(family: Family, parent: string, child: string): number {
  const { sync, anonVmas, vmas } = family;
  const source = vmaOf(family, parent);
  const copy: NamedVma = { name: child, anonVma: source.anonVma, anonVmaChain: [] };
  const status = runToCompletion(anonVmaFork(sync, anonVmas, copy, source));
  if (status === 0) vmas.set(child, copy);
  else if (copy.anonVmaChain.length > 0) throw new Error(`a failed fork left ${child} linked`);
  return status;
}

/** Cuts a vma in two, as munmap of a part and mprotect do. */
export function split(family: Family, from: string, name: string): number {
  const { sync, anonVmas, vmas } = family;
  const source = vmaOf(family, from);
  const half: NamedVma = { name, anonVma: source.anonVma, anonVmaChain: [] };
  const status = runToCompletion(anonVmaClone(sync, anonVmas, half, source));
  if (status === 0) vmas.set(name, half);
  return status;
}

export function unmap(family: Family, name: string): void {
  const { sync, anonVmas, vmas } = family;
  runToCompletion(unlinkAnonVmas(sync, anonVmas, vmaOf(family, name)));
  vmas.delete(name);
}

export const check = (family: Family): readonly Mismatch[] =>
  checkAnonVmas(family.anonVmas, family.vmas.values());

const letterOf = (anonVma: AnonVma): string => String.fromCharCode(64 + anonVma.id);

function namesOf(anonVma: AnonVma): string {
  const names: string[] = [];
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    names.push((chain.vma as NamedVma).name);
  }
  return names.join(" ");
}

export function draw({ vmas, anonVmas }: Family): Drawing {
  const linksOf = ({ anonVma: own, anonVmaChain }: NamedVma): string =>
    anonVmaChain.map(({ anonVma: a }) => letterOf(a) + (a === own ? "*" : "")).join(" ") || "-";
  return {
    vmas: Object.fromEntries([...vmas.values()].map((vma) => [vma.name, linksOf(vma)])),
    anonVmas: Object.fromEntries(
      [...anonVmas.live.values()].map((a) => [letterOf(a), `${namesOf(a)} | degree ${a.degree}`]),
    ),
  };
}
