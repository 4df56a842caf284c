/** SPEC §4.3: from an address to an index and back; from a page to its anon_vma. */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allocFrame,
  createMemMap,
  linearPageIndex,
  MappingTag,
  makeMapping,
  pageAddNewAnonRmap,
  pageAnonVma,
  vmaAddress,
} from "../src/index.ts";
import { createFamily, unmap, write } from "./family.ts";

const vma = { start: 0x7f00_0000_0000, end: 0x7f00_0000_4000, pgoff: 100 };

test("a vma of four pages at offset 100 holds the indices 100 to 103", () => {
  expect(linearPageIndex(vma, vma.start)).toBe(100);
  expect(linearPageIndex(vma, vma.end - 1)).toBe(103);
  expect([99, 100, 103, 104].map((index) => vmaAddress(vma, index))).toEqual([
    -Errno.EFAULT,
    vma.start,
    vma.start + 3 * PAGE_SIZE,
    -Errno.EFAULT,
  ]);
});

test("after mremap the index is not the virtual page number, and still leads back", () => {
  const moved = { start: 0x1000_0000, end: 0x1000_4000, pgoff: 0x7f00_0000_0 };
  const index = linearPageIndex(moved, moved.start + PAGE_SIZE);
  expect(index).toBe(0x7f00_0000_1);
  expect(vmaAddress(moved, index)).toBe(moved.start + PAGE_SIZE);
});

test("index and address are inverse to each other on every page of a vma", () => {
  const page = fc.nat(2 ** 35 - 1);
  fc.assert(
    fc.property(page, fc.integer({ min: 1, max: 2 ** 20 }), fc.nat(), (first, pages, pgoff) => {
      const range = { start: first * PAGE_SIZE, end: (first + pages) * PAGE_SIZE, pgoff };
      const index = pgoff + (first % pages);
      expect(linearPageIndex(range, vmaAddress(range, index))).toBe(index);
      expect(vmaAddress(range, pgoff + pages)).toBe(-Errno.EFAULT);
    }),
    { seed: 20161004, numRuns: 200 },
  );
});

test("a page leads to its anon_vma while that lives; a file or KSM page to none", () => {
  const family = createFamily();
  const owner = write(family, "P").anonVma!;
  const map = createMemMap({ pages: 8 });
  const page = allocFrame(map);
  expect(pageAnonVma(map, family.anonVmas, page)).toBeUndefined();
  pageAddNewAnonRmap(map, page, owner, 16);
  expect(pageAnonVma(map, family.anonVmas, page)).toBe(owner);
  unmap(family, "P"); // the tag is stale now, and names nobody: ids are not used twice
  write(family, "Q");
  expect(pageAnonVma(map, family.anonVmas, page)).toBeUndefined();
  map.mapping[page] = makeMapping(owner.id, MappingTag.KSM);
  expect(pageAnonVma(map, family.anonVmas, page)).toBeUndefined();
});
