/** SPEC §4.8, D3: fork, unmap and faults between the two halves of a migration. */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import { pteLow } from "@forkpath/page-table";
import { runUntilBlocked } from "@forkpath/sync";
import { flagsOf, refsOf, run } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { addressOf, cellOf, frameOf, mmOf, recount, show } from "@forkpath/test-world/family-looks";
import { beginMigration, endMigration, zap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { migrateEnd, sysMunmap, touch } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

describe("D3: in the window no counter moves", () => {
  test("a, B16: unmapped meanwhile, and P keeps a page in its counter that it does not have", () => {
    const family = createFamily("W");
    const migration = beginMigration(family, "P", 0);
    run(sysMunmap(family.env, mmOf(family, "P"), addressOf(0), PAGE_SIZE));
    expect(show(family)).toEqual({ P: "- (0,1,0)" });
    expect(endMigration(family, migration)).toBe(0);
    expect(show(family)).toEqual({ P: "- (0,1,0)" });
    expect([refsOf(family, migration.oldPfn), refsOf(family, migration.newPfn)]).toEqual([
      "0/0",
      "0/0",
    ]);
    expect(recount(family, { ignoreCounters: true })).toEqual([]);
    expect(recount(family)).toEqual([
      { rule: "I2", owner: "P", field: "anon_rss", kept: 1, counted: 0 },
    ]);
  });

  test("b, B15: forked meanwhile, and C maps a page that it never counted", () => {
    const family = createFamily("W");
    const migration = beginMigration(family, "P", 0);
    fork(family, "P", "C");
    expect(show(family)).toEqual({ P: "m (0,1,0)", C: "m (0,0,0)" });
    expect(endMigration(family, migration)).toBe(0);
    expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "rc' (0,0,0)" });
    expect(refsOf(family, migration.newPfn)).toBe("2/2");
    zap(family, "C");
    expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "- (0,-1,0)" });
    expect(recount(family, { ignoreCounters: true })).toEqual([]);
  });

  test("c: forked and unmapped in C meanwhile: balanced", () => {
    const family = createFamily("W");
    const migration = beginMigration(family, "P", 0);
    fork(family, "P", "C");
    zap(family, "C");
    endMigration(family, migration);
    expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "- (0,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test.each([
    ["a read comes again and finds the page", false, 1],
    ["a write finds it read-only when it comes again: two faults", true, 2],
  ])("a fault that waited: %s", (_name, isWrite, count) => {
    const family = createFamily("W");
    fork(family, "P", "C");
    const migration = beginMigration(family, "P", 0);
    const faults = { minFlt: 0, majFlt: 0 };
    const mm = mmOf(family, "C");
    const waiting = touch(family.env, mm, addressOf(0), isWrite, { ...NO_LIMITS, faults });
    expect(runUntilBlocked(waiting)).toMatchObject({ done: false });
    expect(faults.minFlt).toBe(0);
    endMigration(family, migration);
    expect(runUntilBlocked(waiting)).toMatchObject({ done: true });
    expect(faults).toEqual({ minFlt: count, majFlt: 0 });
    expect(recount(family)).toEqual([]);
  });

  test("fork puts both on a ring of their own, which swapoff cannot find (D7)", () => {
    const family = createFamily("W");
    beginMigration(family, "P", 0);
    fork(family, "P", "C");
    const { next } = mmOf(family, "P").mmlist;
    expect(next.name).toBe("C");
    expect(next.next.name).toBe("P");
  });
});

describe("a fault in the window (SPEC §4.8)", () => {
  test("waits for the page lock, and then finds the new page", () => {
    const family = createFamily("W");
    const { env } = family;
    const migration = beginMigration(family, "P", 0);
    const fault = touch(env, mmOf(family, "P"), addressOf(0), false);
    expect(runUntilBlocked(fault).done).toBe(false);
    // The waiter holds the old page: this round fails, and the waiter goes on with the old frame.
    expect(endMigration(family, migration)).toBe(-Errno.EAGAIN);
    expect(runUntilBlocked(fault).done).toBe(true);
    expect(frameOf(family, "P", 0)).toBe(migration.oldPfn);
    expect(show(family)).toEqual({ P: "Wc (0,1,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("the new page is locked until every entry leads to it", () => {
    const family = createFamily("W");
    const { env } = family;
    const migration = beginMigration(family, "P", 0);
    const ending = migrateEnd(env, migration);
    env.sync.interleaved = true;
    while (show(family).P !== "Wc' (0,1,0)") ending.next();
    expect(flagsOf(family, migration.newPfn)).toContain("LOCKED");
    env.sync.interleaved = false;
    run(ending);
    expect(flagsOf(family, migration.newPfn)).not.toContain("LOCKED");
  });

  test("a reader that came after the move waits for nobody", () => {
    const family = createFamily("W");
    endMigration(family, beginMigration(family, "P", 0));
    access(family, "P", 0, false);
    expect(show(family)).toEqual({ P: "Wc (0,1,0)" });
    expect(pteLow(family.env.tables, cellOf(family, "P", 0)) & 1).toBe(1);
  });
});

// SPEC §4.8: two pages under migration at once, at one address of two processes.
test("an entry that waits for another page is left alone", () => {
  const family = createFamily("W");
  fork(family, "P", "C");
  access(family, "C", 0, true); // C has a page of its own, where P's would be looked for
  const [parents, childs] = [beginMigration(family, "P", 0), beginMigration(family, "C", 0)];
  expect(show(family)).toEqual({ P: "m (0,1,0)", C: "M (0,1,0)" });
  expect(endMigration(family, parents)).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "M (0,1,0)" });
  expect(endMigration(family, childs)).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "Wc' (0,1,0)" });
  expect(frameOf(family, "C", 0)).toBe(childs.newPfn);
  expect(recount(family)).toEqual([]);
});
