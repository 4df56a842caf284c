/** SPEC §4.7, §4.8: migration in two halves, and the pages that it leaves where they are. */
import { Errno, type Pfn, rulesOf, VmFlag } from "@forkpath/abi";
import { MappingTag, makeMapping, mappingId, PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { flagsOf, PRIVATE, refsOf, run, SHARED, slots } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import * as look from "@forkpath/test-world/family-looks";
import { beginMigration, endMigration, swapOut, zap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { migratePages, migratePagesBegin, mmRules } from "../../src/index.ts";

describe.each([true, false])("one page moves, splitPtlocks %s", (splitPtlocks) => {
  test("a writable page comes back writable, old and clean, in a new frame", () => {
    const family = createFamily("W W", { splitPtlocks });
    const old = look.frameOf(family, "P", 0);
    const migration = beginMigration(family, "P", 0);
    expect(look.show(family)).toEqual({ P: "M W (0,2,0)" });
    expect([refsOf(family, old), flagsOf(family, old)]).toEqual([
      "1/0",
      ["LOCKED", "DIRTY", "ACTIVE"],
    ]);

    expect(endMigration(family, migration)).toBe(0);
    expect(look.show(family)).toEqual({ P: "Wc' W (0,2,0)" });
    expect(look.frameOf(family, "P", 0)).toBe(migration.newPfn);
    expect([refsOf(family, old), refsOf(family, migration.newPfn)]).toEqual(["0/0", "1/1"]);
    expect(flagsOf(family, migration.newPfn)).toEqual(["DIRTY", "LRU", "ACTIVE"]);
    expect(look.recount(family)).toEqual([]);
  });

  test("a page that a family shares moves for all of them, and stays read-only", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    fork(family, "C", "G");
    const migration = beginMigration(family, "C", 0);
    expect(look.show(family)).toEqual({ P: "m (0,1,0)", C: "m (0,1,0)", G: "m (0,1,0)" });
    expect(endMigration(family, migration)).toBe(0);
    expect(look.show(family)).toEqual({ P: "rc' (0,1,0)", C: "rc' (0,1,0)", G: "rc' (0,1,0)" });
    expect(refsOf(family, migration.newPfn)).toBe("3/3");
    expect(look.recount(family)).toEqual([]);
  });

  test("a write to the new page still copies, and the sharers stay apart", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    endMigration(family, beginMigration(family, "P", 0));
    access(family, "P", 0, true);
    expect(look.frameOf(family, "P", 0)).not.toBe(look.frameOf(family, "C", 0));
    expect(look.show(family)).toEqual({ P: "W (0,1,0)", C: "rc' (0,1,0)" });
    expect(look.recount(family)).toEqual([]);
  });
});

describe("other kinds of page", () => {
  test("of a file: the page cache follows, and an entry is writable again if it was", () => {
    const family = createFamily("W r", { file: "disk", flags: SHARED });
    const before = family.file?.pages.get(0);
    const migration = beginMigration(family, "P", 0);
    expect(look.show(family)).toEqual({ P: "M Fc (2,0,0)" });
    expect(endMigration(family, migration)).toBe(0);
    expect(look.show(family)).toEqual({ P: "Fc' Fc (2,0,0)" });
    expect(family.file?.pages.get(0)).toBe(migration.newPfn);
    expect(migration.newPfn).not.toBe(before);
    expect(look.recount(family)).toEqual([]);
  });

  test("of a file that a child maps too, but has not touched: nothing to restore there", () => {
    const family = createFamily("W", { file: "disk", flags: SHARED });
    fork(family, "P", "C");
    expect(look.show(family)).toEqual({ P: "F (1,0,0)", C: "- (0,0,0)" });
    expect(endMigration(family, beginMigration(family, "P", 0))).toBe(0);
    expect(look.show(family)).toEqual({ P: "Fc' (1,0,0)", C: "- (0,0,0)" });
    expect(look.recount(family)).toEqual([]);
  });

  test("of a file: since 3.4 its migration entry counts as the page, until it is unmapped", () => {
    const options = { file: "disk", flags: SHARED, rules: rulesOf(mmRules, "v3.10") } as const;
    const family = createFamily("W", options);
    const migration = beginMigration(family, "P", 0);
    expect(look.show(family)).toEqual({ P: "M (1,0,0)" });
    zap(family, "P");
    expect(look.show(family)).toEqual({ P: "- (0,0,0)" });
    expect(endMigration(family, migration)).toBe(0);
    expect(look.recount(family)).toEqual([]);
  });

  test("in swap cache: swap entries, not migration entries, and the slot follows", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    access(family, "P", 0, false); // back from disk, and cached for C
    expect([look.show(family).P, slots(family, 1)]).toEqual(["rc (0,1,0)", "0x41"]);
    const migration = beginMigration(family, "P", 0);
    expect(look.show(family)).toEqual({ P: "s (0,0,1)", C: "s (0,0,1)" });
    expect(slots(family, 1)).toBe("0x42");
    expect(endMigration(family, migration)).toBe(0);
    expect(flagsOf(family, migration.newPfn)).toContain("SWAPCACHE");
    expect(look.recount(family)).toEqual([]);
    access(family, "C", 0, false);
    expect(look.frameOf(family, "C", 0)).toBe(migration.newPfn);
    expect(look.recount(family)).toEqual([]);
  });

  test("in a locked vma: migration does not mind", () => {
    const family = createFamily("W", { flags: PRIVATE | VmFlag.LOCKED });
    expect(endMigration(family, beginMigration(family, "P", 0))).toBe(0);
    expect(look.show(family)).toEqual({ P: "Wc' (0,1,0)" });
  });

  test("in a vma that cannot be written: a write entry is writable all the same", () => {
    const family = createFamily("W");
    const migration = beginMigration(family, "P", 0);
    const vma = look.vmaOf(family, "P");
    vma.flags -= VmFlag.WRITE;
    endMigration(family, migration);
    expect(look.show(family)).toEqual({ P: "Wc' (0,1,0)" });
  });
});

describe("pages that cannot be moved stay as they were", () => {
  const isLeftOut = (family: look.Family, page: Pfn): void => {
    const before = look.show(family);
    const held = refsOf(family, page);
    expect(run(migratePagesBegin(family.env, [page]))).toEqual([]);
    expect(look.show(family)).toEqual(before);
    expect(refsOf(family, page)).toBe(held);
  };

  test("locked, on no list, or under writeback", () => {
    const family = createFamily("W");
    const { map } = family.env;
    const page = look.frameOf(family, "P", 0);
    for (const flag of [PageFlag.LOCKED, PageFlag.WRITEBACK]) {
      map.flags[page] |= flag;
      isLeftOut(family, page);
      map.flags[page] &= ~flag;
    }
    map.flags[page] &= ~PageFlag.LRU;
    isLeftOut(family, page);
    map.flags[page] |= PageFlag.LRU;
    expect(look.recount(family)).toEqual([]);
  });

  test("a KSM page, and one without an owner", () => {
    const family = createFamily("W");
    const { map } = family.env;
    const page = look.frameOf(family, "P", 0);
    const mapping = map.mapping[page];
    for (const other of [makeMapping(mappingId(mapping), MappingTag.KSM), 0]) {
      map.mapping[page] = other;
      isLeftOut(family, page);
    }
    map.mapping[page] = mapping;
    expect(look.recount(family)).toEqual([]);
  });

  test("no frame is left", () => {
    const family = createFamily("W");
    failNth(family.env.sync.gate, 0);
    isLeftOut(family, look.frameOf(family, "P", 0));
    expect(look.recount(family)).toEqual([]);
  });

  test("the exec stack keeps its entry, and the others get theirs back", () => {
    const family = createFamily("W");
    fork(family, "P", "C");
    look.vmaOf(family, "C").flags = PRIVATE | VmFlag.SEQ_READ | VmFlag.RAND_READ | VmFlag.GROWSDOWN;
    look.mmOf(family, "C").usage.stackVm = 1;
    expect(run(migratePages(family.env, [look.frameOf(family, "P", 0)]))).toBe(1);
    expect(look.show(family)).toEqual({ P: "rc' (0,1,0)", C: "r' (0,1,0)" });
    expect(look.recount(family)).toEqual([]);
  });

  test("a pin: -EAGAIN, and the entries lead to the old frame again", () => {
    const family = createFamily("W");
    const page = look.frameOf(family, "P", 0);
    family.env.map.count[page]++;
    const migration = beginMigration(family, "P", 0);
    expect(endMigration(family, migration)).toBe(-Errno.EAGAIN);
    expect(look.show(family)).toEqual({ P: "Wc' (0,1,0)" });
    expect(look.frameOf(family, "P", 0)).toBe(page);
    expect([refsOf(family, page), refsOf(family, migration.newPfn)]).toEqual(["2/1", "0/0"]);
    expect(look.recount(family, { pins: new Map([[page, 1]]) })).toEqual([]);
  });

  test("migratePages counts what it could not move", () => {
    const family = createFamily("W W W");
    const pages = [0, 1, 2].map((page) => look.frameOf(family, "P", page));
    family.env.map.count[pages[1]]++;
    expect(run(migratePages(family.env, pages))).toBe(1);
    expect(look.show(family)).toEqual({ P: "Wc' Wc' Wc' (0,3,0)" });
    expect(look.recount(family, { pins: new Map([[pages[1], 1]]) })).toEqual([]);
  });

  test("a migration ends once", () => {
    const family = createFamily("W");
    const migration = beginMigration(family, "P", 0);
    endMigration(family, migration);
    expect(() => endMigration(family, migration)).toThrow(/migration-not-begun/);
  });
});
