/**
 * What an entry, a walk and a table cost. Each sample does the thing PAGES (or TABLES) times, so
 * divide: the README's numbers are per entry, per walk and per table. The README has the command
 * too: it turns Vitest's module runner off, which makes every use of an import a getter call.
 */
import { PAGE_SIZE, type Pfn, PMD_SIZE, pfn, type VirtAddr, virtAddr } from "@forkpath/abi";
import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  allocPteCell,
  createPageTables,
  findPteCell,
  freePgdRange,
  mkPteHigh,
  mkPteLow,
  type PageTables,
  pgdAlloc,
  pteHigh,
  pteLow,
  ptePfn,
  setPte,
  type TableOwner,
} from "../src/index.ts";

const PAGES = 2 ** 18; // 1 GiB, which one chunk of tables maps
const TABLES = 512;
/** Odd, so that multiples of it visit each of PAGES once. */
const STRIDE = 163_841;

const sync = createSync();

function createMapped(): { tables: PageTables; owner: TableOwner } {
  const tables = createPageTables({ splitPtlocks: true });
  const pageTableLock = createSpinLock("page_table_lock");
  const owner = {
    pgd: pgdAlloc(sync, tables),
    nrPtes: 0,
    nrPmds: 0,
    nrPuds: 0,
    pageTableLock,
    name: "mm1",
  };
  mapAll(tables, owner);
  return { tables, owner };
}

function mapAll(tables: PageTables, owner: TableOwner): void {
  for (let table = 0; table < TABLES; table++) {
    runToCompletion(allocPteCell(sync, tables, owner, table * PMD_SIZE));
  }
}

const unmapAll = (tables: PageTables, owner: TableOwner): void =>
  freePgdRange(sync, tables, owner, 0, TABLES * PMD_SIZE, 0, 0);

function walkAll(tables: PageTables, pgd: number, addrOf: (page: number) => VirtAddr): number {
  let sum = 0;
  for (let page = 0; page < PAGES; page++) sum += findPteCell(tables, pgd, addrOf(page));
  return sum;
}

test("entries: 2^18 a sample", async ({ bench }) => {
  const { tables } = createMapped();
  const result = await bench("pack, store, load, unpack", () => {
    let sum = 0;
    for (let cell = 1024; cell < PAGES; cell++) {
      const frame: Pfn = pfn(cell * 16_411);
      setPte(tables, cell, mkPteLow(frame, 0x67), mkPteHigh(frame, 0x80000000));
      sum += ptePfn(pteLow(tables, cell), pteHigh(tables, cell));
    }
    expect(sum).toBeGreaterThan(0);
  }).run();
  expect(result.latency.mean).toBeGreaterThan(0);
});

test("walks: 2^18 a sample", async ({ bench }) => {
  const { tables, owner } = createMapped();
  await bench.compare(
    bench("findPteCell, page after page", () => {
      const sum = walkAll(tables, owner.pgd, (page) => virtAddr(page * PAGE_SIZE));
      expect(sum).toBeGreaterThan(0);
    }),
    bench("findPteCell, scattered", () => {
      const sum = walkAll(tables, owner.pgd, (page) =>
        virtAddr(((page * STRIDE) % PAGES) * PAGE_SIZE),
      );
      expect(sum).toBeGreaterThan(0);
    }),
  );
});

test("tables: 512 a sample", async ({ bench }) => {
  const { tables, owner } = createMapped();
  const result = await bench("allocate, hook in, unhook, free", () => {
    unmapAll(tables, owner);
    mapAll(tables, owner);
    expect(owner.nrPtes).toBe(TABLES);
  }).run();
  expect(result.latency.mean).toBeGreaterThan(0);
});
