/**
 * The inner loop of a program that fills fresh memory: write faults on one table's empty entries.
 *
 * It is doAnonymousPage for the case in which nothing is in the way, written out, so that a
 * gigabyte of a test's parent costs milliseconds; the tests hold the two against each other.
 * Whatever is out of the ordinary ends the run, and the fault handler proper takes over.
 */
import { PAGE_SIZE, PTRS_PER_TABLE, VmFlag, virtAddr } from "@forkpath/abi";
import { countFaults, MmCounter } from "@forkpath/counters";
import { findPteCell, isPteNone, NO_CELL, pteHigh, pteLow } from "@forkpath/page-table";
import { allocFrame, nrFreePages } from "@forkpath/rmap";
import { findVma } from "../area/list.ts";
import { addNewAnonPage, storeWrittenPte } from "../area/new-anon-page.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/**
 * Writes to at most `pages` pages from `addr` on, for as long as each of them is a plain fault.
 *
 * Yields nowhere, and leaves the state that as many calls of `touch` would.
 * @returns how many pages it has written to
 * @kernel do_anonymous_page in mm/memory.c, once a page
 */
export function touchAnonymousRun(env: MmEnv, mm: MmStruct, addr: number, pages: number): number {
  const { tables } = env;
  if (!isPlainMachine(env)) return 0;
  const vma = findVma(mm, addr);
  if (vma === undefined || vma.start > addr || !isPlainVma(vma)) return 0;
  const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL || !isUnlocked(env, mm, cell)) return 0;
  const limit = Math.min(
    pages,
    (vma.end - addr) / PAGE_SIZE,
    PTRS_PER_TABLE - (cell % PTRS_PER_TABLE),
    nrFreePages(env.map),
  );
  let done = 0;
  while (done < limit && isPteNone(pteLow(tables, cell + done), pteHigh(tables, cell + done))) {
    const pfn = allocFrame(env.map);
    addNewAnonPage(env, vma, addr + done * PAGE_SIZE, pfn);
    storeWrittenPte(env, vma, cell + done, pfn);
    done++;
  }
  env.sync.gate.count += done;
  countFaults(env.sync, mm.counters, MmCounter.ANON_RSS, done);
  return done;
}

/**
 * Nobody else can run, nobody listens, no allocation is going to be refused, and all memory is on
 * one node.
 */
const isPlainMachine = ({ sync, nodes }: MmEnv): boolean =>
  nodes.count === 1 && !sync.interleaved && sync.traced === 0 && sync.gate.refused.size === 0;

/** Writable anonymous memory that has faulted before, and is no stack with a guard page. */
const isPlainVma = ({ flags, ops, anonVma }: Vma): boolean =>
  anonVma !== null &&
  ops?.fault === undefined &&
  (flags & (VmFlag.WRITE | VmFlag.GROWSDOWN)) === VmFlag.WRITE;

/** A thread that was left suspended may hold a lock; then this one would have to wait. */
const isUnlocked = (env: MmEnv, mm: MmStruct, cell: number): boolean =>
  mm.mmapSem.writer === null && ptlOfCell(env, mm, cell).holder === null;
