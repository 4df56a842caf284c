import { refsOf, run, SHARED } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { frameOf, mmOf, recount, show, vmaOf } from "@forkpath/test-world/family-looks";
import { IDLE, swapOut } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { reclaimPages } from "../../src/index.ts";
import { shrinkPage, type TtuFlags } from "../../src/internal.ts";

const RECENT_USE_COUNTS: TtuFlags = { ...IDLE, ignoreAccess: false };

describe("pages of files", () => {
  test("a clean page leaves the page cache, and its entries turn none", () => {
    const family = createFamily("r r", { file: "disk" });
    const page = frameOf(family, "P", 0);
    expect(show(family)).toEqual({ P: "fc fc (2,0,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- fc (1,0,0)" });
    expect(refsOf(family, page)).toBe("0/0");
    expect(recount(family)).toEqual([]);
  });

  test("a dirty page is written first; the entry's dirty bit reaches it in time", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    expect(show(family)).toEqual({ P: "F (1,0,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- (0,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("the first mapper that used the page keeps it for the others", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    fork(family, "P", "C");
    access(family, "C", 0, false);
    const page = frameOf(family, "P", 0);
    expect(run(shrinkPage(family.env, page, RECENT_USE_COUNTS))).toBe("activated");
    expect(show(family)).toEqual({ P: "F' (1,0,0)", C: "Fc (1,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("a mapper that never touched the page has no table to look in", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    fork(family, "P", "C");
    const { iMmap } = family.file ?? {};
    iMmap?.delete(vmaOf(family, "P"));
    iMmap?.add(vmaOf(family, "P")); // C is asked first
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "- (0,0,0)", C: "- (0,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("the private copy of a file's page is swapped like any anonymous page", () => {
    const family = createFamily("W r", { file: "disk" });
    expect(show(family)).toEqual({ P: "W fc (1,1,0)" });
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "s fc (1,0,1)" });
    expect(recount(family)).toEqual([]);
  });
});

describe("reclaimPages", () => {
  test("goes by address, and stops at the count", () => {
    const family = createFamily("W - W W W");
    const { env } = family;
    const freed = run(reclaimPages(env, mmOf(family, "P"), { count: 2 }));
    expect(freed).toEqual({ freed: 2, kept: 0, activated: 0, mlocked: 0 });
    expect(show(family)).toEqual({ P: "s - s W W (0,2,2)" });
    expect(recount(family)).toEqual([]);
  });

  test("stays in the range, and passes the zero page by", () => {
    const family = createFamily("r W W");
    const { start } = vmaOf(family, "P");
    run(reclaimPages(family.env, mmOf(family, "P"), { start, end: start + 2 * 4096 }));
    expect(show(family)).toEqual({ P: "zc s W (0,1,1)" });
  });

  test("minds recent use when told to", () => {
    const family = createFamily("W W");
    const mm = mmOf(family, "P");
    const options = { ignoreAccess: false };
    expect(run(reclaimPages(family.env, mm, options))).toMatchObject({ freed: 0, activated: 2 });
    expect(run(reclaimPages(family.env, mm, options))).toMatchObject({ freed: 2, activated: 0 });
  });
});
