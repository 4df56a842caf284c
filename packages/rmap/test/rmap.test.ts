/** SPEC §4.1, §4.2 and §4.4: references, mappings and the owner of one page. */
import { InvariantError } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import * as rmap from "../src/index.ts";
import { MAX_MAPPING_ID } from "../src/internal.ts";

const ROOT = { id: 7, root: { id: 7 } };
const CHILD = { id: 9, root: { id: 7 } };
const TAG_NAMES = {
  [rmap.MappingTag.FILE]: "file",
  [rmap.MappingTag.ANON]: "anon",
  [rmap.MappingTag.KSM]: "ksm",
};

/** `count/mapcount owner @index flags`, as in `2/1 anon 7 @16 SWAPBACKED LRU`. */
function draw(map: rmap.MemMap, pfn: number): string {
  const mapping = map.mapping[pfn];
  const owner =
    mapping === 0 ? "-" : `${TAG_NAMES[rmap.mappingTag(mapping)]} ${rmap.mappingId(mapping)}`;
  const flags = (Object.keys(rmap.PageFlag) as rmap.PageFlagName[]).filter(
    (name) => map.flags[pfn] & rmap.PageFlag[name],
  );
  const words = [`${map.count[pfn]}/${rmap.pageMapcount(map, pfn)}`, owner, `@${map.index[pfn]}`];
  return [...words, ...flags].join(" ");
}

function createPage(): { map: rmap.MemMap; page: number } {
  const map = rmap.createMemMap({ pages: 8 });
  return { map, page: rmap.allocFrame(map) };
}

describe("anonymous pages", () => {
  test("a faulted page has one reference, one mapping, its vma's anon_vma: SPEC §4.1/4", () => {
    const { map, page } = createPage();
    expect(draw(map, page)).toBe("1/0 - @0");
    rmap.pageAddNewAnonRmap(map, page, CHILD, 16);
    expect(draw(map, page)).toBe("1/1 anon 9 @16 LRU ACTIVE SWAPBACKED");
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("in a locked vma it goes to the unevictable list instead", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, CHILD, 16, false);
    expect(draw(map, page)).toBe("1/1 anon 9 @16 LRU SWAPBACKED UNEVICTABLE");
  });

  test("fork adds a reference and a mapping, and no statistic", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, ROOT, 16);
    rmap.getPage(map, page);
    rmap.pageDupRmap(map, page);
    expect(draw(map, page)).toBe("2/2 anon 7 @16 LRU ACTIVE SWAPBACKED");
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("owner and index survive the last unmap, and go when the page is freed: §4.2/2", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, ROOT, 16);
    rmap.pageRemoveRmap(map, page);
    expect(draw(map, page)).toBe("1/0 anon 7 @16 LRU ACTIVE SWAPBACKED");
    expect([rmap.pageMapped(map, page), map.stats.nrAnonPages]).toEqual([false, 0]);
    expect(rmap.putPage(map, page)).toBe(true);
    expect([map.mapping[page], map.flags[page], map.count[page]]).toEqual([0, 0, 0]);
  });

  test.each([
    ["shared, the root's", false, "1/1 anon 7 @16"],
    ["exclusive, the vma's own", true, "1/1 anon 9 @16"],
  ])("a page read back from swap gets an owner: %s", (_, exclusive, after) => {
    const { map, page } = createPage();
    rmap.pageAddAnonRmap(map, page, CHILD, 16, exclusive);
    expect(draw(map, page)).toBe(after);
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("a swap-cache page keeps owner and index when a child faults it in", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, ROOT, 16);
    rmap.pageRemoveRmap(map, page);
    rmap.pageAddAnonRmap(map, page, CHILD, 99, true);
    expect(draw(map, page)).toBe("1/1 anon 7 @16 LRU ACTIVE SWAPBACKED");
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("a second mapping changes neither owner nor statistics", () => {
    const { map, page } = createPage();
    rmap.pageAddAnonRmap(map, page, ROOT, 16, true);
    rmap.getPage(map, page);
    rmap.pageAddAnonRmap(map, page, CHILD, 99, true);
    expect(draw(map, page)).toBe("2/2 anon 7 @16");
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("COW reuse hands the page to the writer's own anon_vma, and keeps its index", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, ROOT, 16);
    rmap.pageMoveAnonRmap(map, page, CHILD);
    expect(draw(map, page)).toBe("1/1 anon 9 @16 LRU ACTIVE SWAPBACKED");
  });

  test("a KSM page is anonymous too, and keeps its stable node: SPEC §4.2/1", () => {
    const { map, page } = createPage();
    map.mapping[page] = rmap.makeMapping(5, rmap.MappingTag.KSM);
    rmap.pageAddAnonRmap(map, page, ROOT, 16, false);
    expect(draw(map, page)).toBe("1/1 ksm 5 @0");
    expect([rmap.isPageAnon(map, page), rmap.isPageKsm(map, page)]).toEqual([true, true]);
    expect(map.stats.nrAnonPages).toBe(1);
  });

  test("a huge page counts once, in a statistic of its own", () => {
    const { map, page } = createPage();
    map.flags[page] = rmap.PageFlag.HEAD;
    rmap.pageAddNewAnonRmap(map, page, ROOT, 512);
    expect(map.stats).toEqual({ nrAnonPages: 0, nrAnonTransparentHugepages: 1, nrFileMapped: 0 });
    rmap.pageRemoveRmap(map, page);
    expect(map.stats.nrAnonTransparentHugepages).toBe(0);
  });
});

describe("file pages", () => {
  test("a page-cache page mapped once has two references: SPEC §4.1/4", () => {
    const { map, page } = createPage();
    map.mapping[page] = rmap.makeMapping(3, rmap.MappingTag.FILE);
    rmap.getPage(map, page);
    rmap.pageAddFileRmap(map, page);
    expect(draw(map, page)).toBe("2/1 file 3 @0");
    expect([rmap.isPageAnon(map, page), rmap.isPageKsm(map, page)]).toEqual([false, false]);
    expect(map.stats.nrFileMapped).toBe(1);
  });

  test("only the first and the last mapping count", () => {
    const { map, page } = createPage();
    const after: number[] = [];
    for (const change of [
      rmap.pageAddFileRmap,
      rmap.pageAddFileRmap,
      rmap.pageRemoveRmap,
      rmap.pageRemoveRmap,
    ]) {
      change(map, page);
      after.push(map.stats.nrFileMapped);
    }
    expect(after).toEqual([1, 1, 1, 0]);
  });

  test("the zero page keeps its last reference through any number of mappings", () => {
    const { map } = createPage();
    rmap.getPage(map, map.zeroPfn);
    rmap.pageAddFileRmap(map, map.zeroPfn);
    expect(
      rmap.checkRmap(
        map,
        (pfn) => (pfn === map.zeroPfn ? 1 : 0),
        (pfn) => (pfn === 2 ? 1 : 0),
      ),
    ).toEqual([]);
    rmap.pageRemoveRmap(map, map.zeroPfn);
    expect(rmap.putPage(map, map.zeroPfn)).toBe(false);
    expect(() => rmap.putPage(map, map.zeroPfn)).toThrow("reserved-page-freed");
  });
});

describe("references", () => {
  test("the last put frees the page, and only that one", () => {
    const { map, page } = createPage();
    rmap.getPage(map, page);
    expect([rmap.putPage(map, page), rmap.putPage(map, page)]).toEqual([false, true]);
    expect(rmap.allocFrame(map)).toBe(page);
  });

  test("get_page_unless_zero takes a page in use, and leaves a free one", () => {
    const { map, page } = createPage();
    expect(rmap.getPageUnlessZero(map, page)).toBe(true);
    expect(map.count[page]).toBe(2);
    expect(rmap.getPageUnlessZero(map, page + 1)).toBe(false);
    expect(map.count[page + 1]).toBe(0);
    expect(rmap.getPageUnlessZero(map, rmap.NO_PFN)).toBe(false);
  });

  test.each<[string, (map: rmap.MemMap, page: number) => unknown]>([
    ["getPage", rmap.getPage],
    ["putPage", rmap.putPage],
  ])("%s of a free page is a broken rule that names the page", (name, use) => {
    const { map, page } = createPage();
    rmap.putPage(map, page);
    expect(() => use(map, page)).toThrow(InvariantError);
    expect(() => use(map, page)).toThrow(`free-page-used: ${name} of 0x2, which is free`);
    expect(() => use(map, 1e9)).toThrow(InvariantError); // no row
    expect(map.count[page]).toBe(0);
  });

  test("unmapping a page that nobody maps is a broken rule", () => {
    const { map, page } = createPage();
    expect(() => rmap.pageRemoveRmap(map, page)).toThrow(
      "unmapped-page-unmapped: pageRemoveRmap of 0x2",
    );
  });

  test("freeing a page that somebody maps is a broken rule", () => {
    const { map, page } = createPage();
    rmap.pageAddNewAnonRmap(map, page, ROOT, 16);
    expect(() => rmap.putPage(map, page)).toThrow("mapped-page-freed");
  });
});

test.each([1, 2, 2 ** 29, MAX_MAPPING_ID - 1])("the mapping word of id %i names it again", (id) => {
  for (const tag of Object.values(rmap.MappingTag)) {
    const [stored] = Int32Array.of(rmap.makeMapping(id, tag));
    expect([rmap.mappingId(stored), rmap.mappingTag(stored)]).toEqual([id, tag]);
  }
});
