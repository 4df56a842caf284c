/**
 * An address space the slow way: a map from page to what is there, with no areas at all.
 *
 * Whatever the real one splits and merges, each page must have what the model says, and a page
 * that was written must be found again where the model has it.
 */
import { PAGE_SIZE, Prot, VmFlag, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPtePresent,
  isPteSpecial,
  NO_CELL,
  pfnAt,
  pteLow,
} from "@forkpath/page-table";
import type { Space } from "@forkpath/test-world";
import { areaAt, at } from "@forkpath/test-world/area-looks";
import { RW } from "@forkpath/test-world/areas";

export type Kind = "private" | "shared" | "file";

/** What one page of the address space is. */
export interface ModelPage {
  readonly kind: Kind;
  readonly prot: number;
  /** Page of the file; null for private anonymous memory. */
  readonly pgoff: number | null;
  readonly isLocked: boolean;
  readonly isDontcopy: boolean;
  /** Memory was promised for it: it was private and writable at some time. */
  readonly isCharged: boolean;
  /** The frame that it was seen in after it was written to. */
  readonly frame: number | null;
}

export type Model = Map<number, ModelPage>;

/** A page as mmap makes it: the `index`-th of its mapping. */
export function newPage(kind: Kind, prot: number, index: number): ModelPage {
  return {
    kind,
    prot,
    pgoff: kind === "private" ? null : index,
    isLocked: false,
    isDontcopy: false,
    isCharged: isPromised(kind, prot),
    frame: null,
  };
}

const isPromised = (kind: Kind, prot: number): boolean =>
  kind !== "shared" && (prot & Prot.WRITE) !== 0;

/** What mprotect makes of a page. */
export const protectedPage = (page: ModelPage, prot: number): ModelPage => ({
  ...page,
  prot,
  isCharged: page.isCharged || isPromised(page.kind, prot),
});

/**
 * Changes the pages of [first, first + count) one by one, up to the first hole.
 * @returns whether there was none
 */
export function changePages(
  model: Model,
  first: number,
  count: number,
  change: (page: ModelPage) => ModelPage,
): boolean {
  for (let at = first; at < first + count; at++) {
    const page = model.get(at);
    if (page === undefined) return false;
    model.set(at, change(page));
  }
  return true;
}

/** Each page that the address space has otherwise than the model; empty when they agree. */
export function differences(space: Space, model: Model, pages: number): string[] {
  const lines: string[] = [];
  for (let page = 0; page < pages; page++) {
    const expected = model.get(page);
    const found = observed(space, page);
    const wanted = expected === undefined ? "nothing" : described(expected);
    if (found !== wanted) lines.push(`page ${page}: ${found}, but the model has ${wanted}`);
    const frame = frameAt(space, page);
    if (expected?.frame != null && frame !== expected.frame) {
      lines.push(`page ${page}: frame ${frame}, but the model has ${expected.frame}`);
    }
  }
  return lines;
}

const described = ({ kind, prot, pgoff, isLocked, isDontcopy, isCharged }: ModelPage): string =>
  `${kind} prot ${prot} offset ${pgoff} ${isLocked} ${isDontcopy} ${isCharged}`;

function observed(space: Space, page: number): string {
  const isMapped = space.mm.vmas.some((vma) => vma.start <= at(page) && at(page) < vma.end);
  if (!isMapped) return "nothing";
  const { flags, file, start, pgoff } = areaAt(space, page);
  const offset = pgoff + (at(page) - start) / PAGE_SIZE;
  const kind = file === null ? "private" : file.isShmem ? "shared" : "file";
  const has = (flag: number): boolean => (flags & flag) !== 0;
  return described({
    kind,
    prot: flags & (Prot.READ | Prot.WRITE | Prot.EXEC),
    pgoff: kind === "private" ? null : offset,
    isLocked: has(VmFlag.LOCKED),
    isDontcopy: has(VmFlag.DONTCOPY),
    isCharged: has(VmFlag.ACCOUNT),
    frame: null,
  });
}

/** The frame that a page is mapped to; null also for the zero page, which is nobody's. */
export function frameAt({ env, mm }: Space, page: number): number | null {
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(at(page)));
  if (cell === NO_CELL) return null;
  const low = pteLow(env.tables, cell);
  return isPtePresent(low) && !isPteSpecial(low) ? pfnAt(env.tables, cell) : null;
}

/** Readable and writable, or less. */
export const PROTS: readonly number[] = [RW, Prot.READ, Prot.READ | Prot.EXEC, Prot.NONE];
