/** SPEC §4.3, §4.5: who is found from a page, against a slow list of who maps it. */
import { PAGE_SIZE } from "@forkpath/abi";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allocFrame,
  checkRmap,
  createMemMap,
  forEachAnonVmaVma,
  getPage,
  linearPageIndex,
  type MemMap,
  pageAddNewAnonRmap,
  pageAnonVma,
  pageDupRmap,
  pageRemoveRmap,
  putPage,
  vmaAddress,
} from "../src/index.ts";
import { createFamily, type Family, fork, map, type NamedVma, prepare, unmap } from "./family.ts";

/** Every vma of this file lies here: fork keeps addresses. */
const RANGE = { start: 0x40_0000, end: 0x40_3000, pgoff: 0x400 };
const PAGES = 3;

interface World {
  readonly family: Family;
  readonly map: MemMap;
  /** By vma, by page of it: the frame. What page tables would say. */
  readonly entries: Map<string, Map<number, number>>;
  born: number;
}

interface Step {
  readonly op: "map" | "write" | "fork" | "unmap";
  readonly at: number;
  readonly page: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("map", "write", "write", "write", "fork", "fork", "unmap"),
  at: fc.nat(),
  page: fc.nat(PAGES - 1),
});

function take(world: World, { op, at, page }: Step): void {
  const { family, entries } = world;
  const name = [...entries.keys()][at % entries.size];
  if (op === "map" || name === undefined) {
    const fresh = `v${world.born++}`;
    map(family, fresh);
    entries.set(fresh, new Map());
  } else if (op === "write") {
    writePage(world, name, page);
  } else if (op === "fork") {
    forkPages(world, name, `v${world.born++}`);
  } else {
    for (const frame of entries.get(name)?.values() ?? []) drop(world, frame);
    unmap(family, name);
    entries.delete(name);
  }
}

/** The writer gets a page of its own, whoever shared the old one. */
function writePage({ family, map: columns, entries }: World, name: string, page: number): void {
  expect(prepare(family, name)).toBe(0);
  const pages = entries.get(name);
  const owner = family.vmas.get(name)?.anonVma;
  if (pages === undefined || owner == null) throw new Error(`${name} has no anon_vma`);
  const old = pages.get(page);
  const frame = allocFrame(columns);
  pageAddNewAnonRmap(columns, frame, owner, RANGE.pgoff + page);
  pages.set(page, frame);
  if (old !== undefined) drop({ map: columns }, old);
}

function forkPages({ family, map: columns, entries }: World, parent: string, child: string): void {
  expect(fork(family, parent, child)).toBe(0);
  const copies = new Map(entries.get(parent));
  for (const frame of copies.values()) {
    getPage(columns, frame);
    pageDupRmap(columns, frame);
  }
  entries.set(child, copies);
}

function drop({ map: columns }: Pick<World, "map">, frame: number): void {
  pageRemoveRmap(columns, frame);
  putPage(columns, frame);
}

/** The slow way: every vma, every page of it. */
function mappersOf({ entries }: World, frame: number): string[] {
  return [...entries].flatMap(([name, pages]) =>
    [...pages.values()].filter((one) => one === frame).map(() => name),
  );
}

/** The rmap way: the vmas of the page's owner that reach as far as the page's index. */
function candidatesOf({ family, map: columns }: World, frame: number): string[] {
  const names: string[] = [];
  const owner = pageAnonVma(columns, family.anonVmas, frame);
  if (owner === undefined) return names;
  forEachAnonVmaVma(owner, (vma) => {
    if (vmaAddress(RANGE, columns.index[frame]) >= 0) names.push((vma as NamedVma).name);
    return true;
  });
  return names;
}

test("whoever maps a page is found from it, once, and where the page is", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const columns = createMemMap({ pages: 512 });
      const world: World = { family: createFamily(), map: columns, entries: new Map(), born: 0 };
      for (const each of steps) {
        take(world, each);
        for (const [name, pages] of world.entries) {
          for (const [page, frame] of pages) {
            const found = candidatesOf(world, frame).filter((candidate) => candidate === name);
            expect(found).toEqual([name]);
            const address = vmaAddress(RANGE, columns.index[frame]);
            expect(address).toBe(RANGE.start + page * PAGE_SIZE);
            expect(linearPageIndex(RANGE, address)).toBe(columns.index[frame]);
          }
        }
        expect(checkRmap(columns, (pfn) => mappersOf(world, pfn).length)).toEqual([]);
      }
    }),
    { seed: 20161004, numRuns: 150 },
  );
});

test("a page faulted in after a fork is never looked for in the parent", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(PAGES - 1), (steps, page) => {
      const columns = createMemMap({ pages: 512 });
      const world: World = { family: createFamily(), map: columns, entries: new Map(), born: 0 };
      for (const each of [{ op: "map", at: 0, page: 0 } as const, ...steps]) take(world, each);
      fc.pre(world.entries.size > 0);
      const [parent] = world.entries.keys();
      writePage(world, parent, page);
      forkPages(world, parent, "child");
      writePage(world, "child", page);
      const frame = world.entries.get("child")?.get(page) ?? -1;
      expect(candidatesOf(world, frame)).toEqual(["child"]);
    }),
    { seed: 20161004, numRuns: 150 },
  );
});
