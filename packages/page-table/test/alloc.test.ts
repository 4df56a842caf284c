/** New tables: what is asked in which order, what happens without memory, and who wins a race. */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import {
  createThread,
  failNth,
  type KernelThread,
  type Mismatch,
  runToCompletion,
  SyncEventClass,
  spinLockNow,
  spinUnlockNow,
} from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  allocPmdCell,
  allocPteCell,
  checkPageTables,
  createPageTables,
  findPmdCell,
  findPteCell,
  NO_CELL,
  NO_TABLE,
  pgdAlloc,
  pgdOffset,
  pmdAlloc,
  pmdOffset,
  pteAlloc,
  pteAllocNow,
  pudAlloc,
  pudOffset,
} from "../src/index.ts";
import { entryRow } from "../src/internal.ts";
import { createOwner, createWorld, GiB, record, showTree, touch, type World } from "./draw.ts";

const check = ({ tables, owner }: World): readonly Mismatch[] => checkPageTables(tables, [owner]);

describe("the first page of an empty space (SPEC §2.8)", () => {
  test("makes three tables, each allocated before the lock is taken", () => {
    const world = createWorld();
    const lines = record(world.sync);
    const cell = touch(world, 0x7f0000402000);
    expect(lines).toEqual([
      ...["alloc pud ok", "lock dst.mm in __pud_alloc", "unlock dst.mm in __pud_alloc"],
      ...["alloc pmd ok", "lock dst.mm in __pmd_alloc", "unlock dst.mm in __pmd_alloc"],
      ...["alloc pte ok", "lock dst.mm in __pte_alloc", "unlock dst.mm in __pte_alloc"],
    ]);
    expect(showTree(world)).toEqual([
      "pud 0x7f0000000000",
      "pmd 0x7f0000000000",
      "pte 0x7f0000400000",
    ]);
    expect(world.owner.nrPtes).toBe(1);
    expect(findPteCell(world.tables, world.owner.pgd, virtAddr(0x7f0000402fff))).toBe(cell);
    expect(check(world)).toEqual([]);
  });

  test("counts a call for each table that was missing, and none for one that is there", () => {
    const { sync, tables, owner } = createWorld();
    const calls: string[] = [];
    sync.sink = {
      wants: SyncEventClass.COUNT,
      emit: (event) => void ("fn" in event && calls.push(String(event.fn))),
    };
    sync.traced = SyncEventClass.COUNT;
    const pmd = runToCompletion(allocPmdCell(sync, tables, owner, 0));
    expect(calls).toEqual(["__pud_alloc", "__pmd_alloc"]);
    const row = pteAllocNow(sync, tables, owner, pmd);
    expect(pteAllocNow(sync, tables, owner, pmd)).toBe(row);
    expect(calls).toEqual(["__pud_alloc", "__pmd_alloc", "__pte_alloc"]);
  });

  test("level by level, as fork's copy makes them", () => {
    const { sync, tables, owner } = createWorld();
    const addr = virtAddr(3 * GiB + 5 * PMD_SIZE);
    const pud = runToCompletion(pudAlloc(sync, tables, owner, pgdOffset(owner.pgd, addr)));
    const pmd = runToCompletion(pmdAlloc(sync, tables, owner, pudOffset(pud, addr)));
    const pte = runToCompletion(pteAlloc(sync, tables, owner, pmdOffset(pmd, addr)));
    expect(tables.liveTables).toEqual([1, 1, 1, 1]);
    expect(findPteCell(tables, owner.pgd, addr)).toBe(pte * 512);
  });

  test("a table that is there is found without lock or allocation", () => {
    const world = createWorld();
    const cell = touch(world, 0);
    const lines = record(world.sync);
    expect(touch(world, 0x1000)).toBe(cell + 1);
    const { sync, tables, owner } = world;
    const upper = pgdOffset(owner.pgd, virtAddr(0));
    expect(runToCompletion(pudAlloc(sync, tables, owner, upper))).toBe(entryRow(tables, upper));
    expect(lines).toEqual([]);
  });

  test("pud and pmd tables do not count in nr_ptes", () => {
    const world = createWorld();
    touch(world, 0);
    touch(world, PMD_SIZE); // same pmd table
    touch(world, 2 ** 39); // another pud table
    expect(world.tables.liveTables).toEqual([3, 2, 2, 1]);
    expect(world.owner.nrPtes).toBe(3);
  });
});

describe("without memory", () => {
  test.each([
    ["pud", 0, []],
    ["pmd", 1, ["pud 0x0"]],
    ["pte", 2, ["pud 0x0", "pmd 0x0"]],
  ])("no %s table: nothing below it, and what stands above stays", (name, nth, left) => {
    const world = createWorld();
    failNth(world.sync.gate, nth);
    const lines = record(world.sync);
    expect(touch(world, 0)).toBe(NO_CELL);
    expect(lines.at(-1)).toBe(`alloc ${name} fail`);
    expect(showTree(world)).toEqual(left);
    expect(world.owner.nrPtes).toBe(0);
    expect(check(world)).toEqual([]);
  });

  test("no pgd", () => {
    const { sync, tables, owner } = createWorld();
    failNth(sync.gate, 0);
    expect(pgdAlloc(sync, tables)).toBe(NO_TABLE);
    expect(checkPageTables(tables, [owner])).toEqual([]);
  });
});

/** Two threads that want the same table, each stopped at every schedule point. */
function race(splitPtlocks: boolean): World & { step(thread: 0 | 1): string } {
  const world = createWorld(splitPtlocks);
  touch(world, GiB); // pud and pmd tables of the first entries exist, but no pte table at 0
  const { sync, tables, owner } = world;
  const pud = entryRow(tables, pgdOffset(owner.pgd, virtAddr(0)));
  const pmd = runToCompletion(pmdAlloc(sync, tables, owner, pudOffset(pud, virtAddr(0))));
  sync.interleaved = true;
  const threads = ["A", "B"].map((name, id) => createThread(id, name));
  const paths: KernelThread<number>[] = threads.map(() =>
    pteAlloc(sync, tables, owner, pmdOffset(pmd, virtAddr(0))),
  );
  const step = (thread: 0 | 1): string => {
    sync.current = threads[thread];
    const { done, value } = paths[thread].next();
    return done ? `row ${value}` : value.label;
  };
  return { ...world, step };
}

describe("two threads that want one pte table (SPEC §2.8/3)", () => {
  test.each([true, false])("the loser frees its own and takes the winner's; split: %s", (split) => {
    const world = race(split);
    const { tables, owner, step } = world;
    const before = owner.nrPtes;
    expect([step(0), step(1)]).toEqual(["alloc", "alloc"]); // both have read none
    expect([step(0), step(1)]).toEqual(["dst.mm", "dst.mm"]); // both have a table
    expect(tables.liveTables[0]).toBe(before + 2);

    expect(step(0)).toBe("dst.mm"); // A hooks its table in, and is about to unlock
    expect(step(1)).toBe("dst.mm"); // B finds the lock taken
    expect(owner.pageTableLock.contentions).toBe(1);
    const winner = step(0);
    expect(step(1)).toBe("dst.mm"); // B sees that it lost, and is about to unlock
    expect(step(1)).toBe(winner);

    expect(owner.nrPtes).toBe(before + 1);
    expect(tables.liveTables[0]).toBe(before + 1);
    expect(check(world)).toEqual([]);
  });

  test("one after the other, the second makes no table of its own", () => {
    const world = race(true);
    const { step } = world;
    expect([step(0), step(0), step(0)]).toEqual(["alloc", "dst.mm", "dst.mm"]);
    const winner = step(0);
    expect(step(1)).toBe(winner); // it has not begun yet, so it reads the hooked entry
    expect(world.sync.gate.count).toBe(6); // pgd, three for GiB, one pmd, one pte
    expect(check(world)).toEqual([]);
  });

  test("every schedule of the two ends with one table, that both were given", () => {
    const outcomes = new Set<string>();
    for (let schedule = 0; schedule < 2 ** 10; schedule++) {
      const world = race(true);
      const rows: string[] = ["", ""];
      const isDone = (thread: 0 | 1): boolean => rows[thread] !== "";
      for (let turn = 0; !isDone(0) || !isDone(1); turn++) {
        const wanted = ((schedule >>> turn) & 1) as 0 | 1; // past the tenth turn: thread 0 first
        const thread = isDone(wanted) ? ((1 - wanted) as 0 | 1) : wanted;
        const did = world.step(thread);
        if (did.startsWith("row")) rows[thread] = did;
      }
      expect(rows[0]).toBe(rows[1]);
      expect(check(world)).toEqual([]);
      outcomes.add(`${world.sync.gate.count} requests`);
    }
    expect(outcomes).toEqual(new Set(["6 requests", "7 requests"])); // without and with a loser
  });

  test("a thread whose allocation fails reports that, although the other one made the table", () => {
    const world = race(true);
    const { sync, step } = world;
    expect([step(0), step(1)]).toEqual(["alloc", "alloc"]);
    step(0);
    failNth(sync.gate, 0);
    expect(step(1)).toBe(`row ${NO_TABLE}`);
    step(0);
    expect(step(0)).toMatch(/^row [1-9]/);
    expect(check(world)).toEqual([]);
  });
});

describe("pteAllocNow, where nobody else can run", () => {
  /** The same empty pmd entry in two worlds, and what each of them reports from here on. */
  function twins(): { world: World; pmd: number; lines: string[] }[] {
    return [0, 1].map(() => {
      const world = createWorld();
      touch(world, 0);
      const pmd = findPmdCell(world.tables, world.owner.pgd, virtAddr(PMD_SIZE));
      return { world, pmd, lines: record(world.sync) };
    });
  }

  test.each([
    ["memory", false],
    ["no memory", true],
  ])("does what pteAlloc does, step by step, with %s", (_what, isRefused) => {
    const [now, stepwise] = twins();
    for (const { world } of [now, stepwise]) if (isRefused) failNth(world.sync.gate, 0);
    const { sync, tables, owner } = now.world;
    const row = pteAllocNow(sync, tables, owner, now.pmd);
    const other = stepwise.world;
    const wanted = pteAlloc(other.sync, other.tables, other.owner, stepwise.pmd);
    expect(row).toBe(runToCompletion(wanted));
    expect(row === NO_TABLE).toBe(isRefused);
    expect(now.lines).toEqual(stepwise.lines);
    expect(showTree(now.world)).toEqual(showTree(other));
    expect(check(now.world)).toEqual([]);
    if (!isRefused) expect(pteAllocNow(sync, tables, owner, now.pmd)).toBe(row);
  });

  test("finds that somebody is inside all the same", () => {
    const [{ world, pmd }] = twins();
    const { sync, tables, owner } = world;
    const holder = createThread(7, "holder");
    const alone = sync.current;
    sync.current = holder;
    expect(spinLockNow(sync, owner.pageTableLock, "somebody")).toBe(true);
    sync.current = alone;
    expect(() => pteAllocNow(sync, tables, owner, pmd)).toThrow("leaf-lock: __pte_alloc finds");
    sync.current = holder;
    spinUnlockNow(sync, owner.pageTableLock, "somebody");
  });
});

describe("allocPteCell refuses", () => {
  test.each([-1, 2 ** 47, 0.5, Number.NaN])("address %d", (addr) => {
    const { sync, tables, owner } = createWorld();
    expect(() => runToCompletion(allocPteCell(sync, tables, owner, addr))).toThrow(
      /^allocPteCell: addr must be/,
    );
    expect(tables.liveTables).toEqual([0, 0, 0, 1]);
  });

  test("an owner whose pgd is of another pool", () => {
    const { sync, tables } = createWorld();
    const stranger = createOwner(sync, createPageTables({ splitPtlocks: true }));
    const far = { ...stranger, pgd: 99 };
    expect(() => runToCompletion(allocPteCell(sync, tables, far, 0))).toThrow(
      "allocPteCell: pgd must be the row of a pgd table, got 99",
    );
  });
});

test("a pool has 2^23 - 1 tables at most", () => {
  const { sync, tables, owner } = createWorld();
  tables.levelOf.length = 2 ** 23 - 1; // as if that many were in use
  const alloc = pudAlloc(sync, tables, owner, pgdOffset(owner.pgd, virtAddr(0)));
  expect(() => runToCompletion(alloc)).toThrow("8388607 tables in one pool");
});
