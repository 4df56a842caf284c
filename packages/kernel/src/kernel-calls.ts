/**
 * What the kernel does to processes by itself: reclaim, collapse, migration, memory failure.
 */
import { expectAligned, PAGE_SIZE, type Pfn } from "@forkpath/abi";
import {
  collapseHugePage,
  type MovedPages,
  type MovePagesRequest,
  memoryFailure,
  migrateEnd,
  migratePagesBegin,
  movePages,
  type ReclaimCounts,
  type ReclaimOptions,
  reclaimPages,
} from "@forkpath/mm";
import { migrationsPoint, rangePoint } from "@forkpath/mm/internal";
import { type KernelThread, NO_STOPS, type Stops, stopAt, stopsHere } from "@forkpath/sync";
import { liveMm, type Machine } from "./machine.ts";
import { findFrame } from "./page-view.ts";

/** Work of the kernel: each is a thread to step through. Addresses and lengths are bytes. */
export interface KernelCalls {
  /** Reclaims pages that a process maps: anonymous ones go to swap. */
  reclaim(pid: number, options?: ReclaimOptions): KernelThread<ReclaimCounts>;
  /**
   * Makes one huge page of the small ones around `addr`, any byte of the 2 MiB.
   * @returns 0, -ENOMEM, -EINVAL or -EAGAIN
   */
  collapse(pid: number, addr: number): KernelThread<number>;
  /**
   * Begins to migrate each page that a process maps in the range; `migrateEnd` ends it.
   * @returns how many pages of the range have set out
   */
  migrateBegin(pid: number, addr: number, len: number): KernelThread<number>;
  /**
   * Ends every migration under way.
   * @returns how many pages have moved
   */
  migrateEnd(): KernelThread<number>;
  /**
   * Moves what a process maps in a range to another node.
   * @returns what became of each page
   */
  movePages(pid: number, request: MovePagesRequest): KernelThread<MovedPages>;
  /** A frame has gone bad. @returns 0 or -EBUSY */
  memoryFailure(pfn: Pfn): KernelThread<number>;
}

/** @modelOnly kswapd, khugepaged, move_pages(2) and the machine check handler */
export const kernelCalls = (machine: Machine): KernelCalls => ({
  reclaim: (pid, options = {}) =>
    reclaimPages(machine.mm, liveMm(machine, "reclaim", pid), options),
  collapse: (pid, addr) => collapseHugePage(machine.mm, liveMm(machine, "collapse", pid), addr),
  migrateBegin: (pid, addr, len) => beginMigrations(machine, pid, addr, len),
  migrateEnd: () => endMigrations(machine),
  movePages(pid, request) {
    expectAligned("movePages", "addr", request.addr, PAGE_SIZE);
    return movePages(machine.mm, liveMm(machine, "movePages", pid), request);
  },
  memoryFailure: (pfn) => memoryFailure(machine.mm, pfn),
});

function* beginMigrations(
  machine: Machine,
  pid: number,
  addr: number,
  len: number,
): KernelThread<number> {
  expectAligned("migrateBegin", "addr", addr, PAGE_SIZE);
  expectAligned("migrateBegin", "len", len, PAGE_SIZE);
  const mm = liveMm(machine, "migrateBegin", pid);
  if (machine.mm.sync.interleaved)
    yield* stopAt(machine.mm.sync, rangePoint(machine.mm, mm, addr, addr + len));
  const pages = new Set<Pfn>();
  for (let at = addr; at < addr + len; at += PAGE_SIZE) {
    const pfn = findFrame(machine.mm, mm, at);
    if (pfn !== undefined) pages.add(pfn);
  }
  const begun = yield* migratePagesBegin(machine.mm, [...pages]);
  yield* stopAtMigrations(machine);
  machine.migrations.push(...begun);
  return begun.length;
}

function* endMigrations(machine: Machine): KernelThread<number> {
  let moved = 0;
  for (;;) {
    yield* stopAtMigrations(machine);
    const one = machine.migrations.shift();
    if (one === undefined) return moved;
    if ((yield* migrateEnd(machine.mm, one)) === 0) moved++;
  }
}

/** Another thread may set pages out, or let them arrive: the list is in the order of departure. */
const stopAtMigrations = ({ mm, migrations }: Machine): Stops =>
  stopsHere(mm.sync) ? stopAt(mm.sync, migrationsPoint(mm, migrations)) : NO_STOPS;
