/** The README's example, word for word. */
import { pfn, VmFlag, virtAddr } from "@forkpath/abi";
import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  allocPteCell,
  createPageTables,
  findPteCell,
  forEachTable,
  formatPte,
  LEVEL_NAMES,
  mkPteHigh,
  mkPteLow,
  pgdAlloc,
  pteFlagNames,
  pteHigh,
  pteLow,
  setPte,
  vmPageProtHigh,
  vmPageProtLow,
} from "../src/index.ts";

test("README example", () => {
  const printed: string[] = [];
  const print = (line: string): unknown => printed.push(line);

  const sync = createSync();
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

  // Map frame 0x1234 read-only at 0x7f0000402000; three tables come into being.
  const cell = runToCompletion(allocPteCell(sync, tables, owner, 0x7f0000402000));
  const frame = pfn(0x1234);
  setPte(
    tables,
    cell,
    mkPteLow(frame, vmPageProtLow(VmFlag.READ)),
    mkPteHigh(frame, vmPageProtHigh(VmFlag.READ)),
  );

  const found = findPteCell(tables, owner.pgd, virtAddr(0x7f0000402abc));
  const [low, high] = [pteLow(tables, found), pteHigh(tables, found)];
  print(`${formatPte(low, high)}: ${pteFlagNames(low, high).join(" ")}`);
  forEachTable(tables, owner.pgd, (level, _row, addr) =>
    print(`${LEVEL_NAMES[level]} from 0x${addr.toString(16)}`),
  );

  expect(printed).toEqual([
    "0x8000000001234025: PRESENT USER ACCESSED NX",
    "pgd from 0x0",
    "pud from 0x7f0000000000",
    "pmd from 0x7f0000000000",
    "pte from 0x7f0000400000",
  ]);
});
