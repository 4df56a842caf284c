/** Exec moves its stack down: entries, tables, area, and what rmap finds (SPEC §7.7/4). */
import { Errno, PAGE_SIZE, pagesBetween, virtAddr } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { recount, run, type Space, showRss } from "@forkpath/test-world";
import { write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, map, TABLE_PAGES } from "@forkpath/test-world/areas";
import { expect, test } from "vitest";
import { reclaimPages } from "../../src/index.ts";
import { shiftArgPages } from "../../src/internal.ts";

/** An area of three pages from `page` on, of which the last two are written. */
function stackAt(page: number): Space {
  const space = createSpace();
  map(space, page, 3);
  write(space, page + 1, page + 2);
  return space;
}

const shift = (space: Space, from: number, pages: number): number =>
  run(shiftArgPages(space.env, areaAt(space, from), pages * PAGE_SIZE));

test.each([
  [10, 4, "within its table, clear of where it was"],
  [10, 1, "by less than its own length"],
  [TABLE_PAGES + 10, 9, "to the border of its table"],
  [TABLE_PAGES + 1, 2, "across the border of its table"],
  [3 * TABLE_PAGES, 2 * TABLE_PAGES, "into another table"],
])("from page %i, %i pages down: %s", (from, by) => {
  const space = stackAt(from);
  const { nrPtes } = space.mm;
  expect(shift(space, from, by)).toBe(0);
  const to = from - by;
  expect(showAreas(space)).toBe(`${".".repeat(to)}[www]`);
  expect(entries(space, to, 3)).toBe("- W W");
  expect(showRss(space.mm)).toBe("(0,2,0)"); // nothing was counted anew
  const straddles = to % TABLE_PAGES > TABLE_PAGES - 3;
  expect(space.mm.nrPtes).toBe(straddles ? 2 : nrPtes);
  expect(recount(space)).toEqual([]);
});

test("reverse mapping finds the pages where they are now", () => {
  const space = stackAt(10);
  shift(space, 10, 4);
  run(reclaimPages(space.env, space.mm));
  expect(entries(space, 6, 3)).toBe("- s s");
  expect(recount(space)).toEqual([]);
});

test("another area in the way: -EFAULT, and nothing is moved", () => {
  const space = stackAt(10);
  map(space, 5, 1);
  const picture = showAreas(space);
  expect(shift(space, 10, 5)).toBe(-Errno.EFAULT);
  expect([showAreas(space), entries(space, 10, 3)]).toEqual([picture, "- W W"]);
});

test("no memory for a table: -ENOMEM, and the area covers both places", () => {
  const space = stackAt(3 * TABLE_PAGES);
  failNth(space.env.sync.gate, 0);
  expect(shift(space, 3 * TABLE_PAGES, 2 * TABLE_PAGES)).toBe(-Errno.ENOMEM);
  const [{ start, end }] = space.mm.vmas;
  expect([start, pagesBetween(start, end)]).toEqual([
    virtAddr(at(TABLE_PAGES)),
    3 + 2 * TABLE_PAGES,
  ]);
  expect(entries(space, 3 * TABLE_PAGES, 3)).toBe("- W W");
});
