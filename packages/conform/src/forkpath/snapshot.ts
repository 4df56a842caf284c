/** The state of a machine of forkpath, as the vectors write it. */
import { hex, hexByte } from "@forkpath/abi";
import type { PteAt, TableAt, VectorSlot } from "@forkpath/conformance";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import { forEachPte, forEachTable, formatPte, LEVEL_NAMES, Level } from "@forkpath/page-table";
import {
  isOnMmlist,
  peekSlot,
  SLOTS_PER_CHAIN,
  SwapMap,
  type SwapState,
  slotState,
  swapCount,
} from "@forkpath/swap";
import type { AddressSpace, Chain, ModelState } from "../model.ts";

export const takeSnapshot = (env: MmEnv, parent: MmStruct, child: MmStruct): ModelState => ({
  count: env.map.count.slice(),
  mapcount: env.map.mapcount.slice(),
  slots: slotsOf(env.swap),
  chains: chainsOf(env.swap),
  parent: addressSpaceOf(env, parent),
  child: addressSpaceOf(env, child),
});

const addressSpaceOf = (env: MmEnv, mm: MmStruct): AddressSpace => ({
  ptes: ptesOf(env, mm),
  tables: tablesOf(env, mm),
  counters: {
    fileRss: peekCounterSigned(mm.counters, MmCounter.FILE_RSS),
    anonRss: peekCounterSigned(mm.counters, MmCounter.ANON_RSS),
    swapUsage: peekCounterSigned(mm.counters, MmCounter.SWAP_USAGE),
  },
  hiwaterRss: peekCounterSigned(mm.counters, MmCounter.HIWATER_RSS),
  nrPtes: mm.nrPtes,
  isOnMmlist: isOnMmlist(mm.mmlist),
});

function ptesOf({ tables }: MmEnv, mm: MmStruct): PteAt[] {
  const ptes: PteAt[] = [];
  forEachPte(tables, mm.pgd, (addr, _cell, low, high) => {
    ptes.push({ addr: hex(addr), pte: formatPte(low, high) });
  });
  return ptes;
}

function tablesOf({ tables }: MmEnv, mm: MmStruct): TableAt[] {
  const listed: TableAt[] = [];
  forEachTable(tables, mm.pgd, (level, _row, addr) => {
    if (level === Level.PGD) return;
    listed.push({ level: LEVEL_NAMES[level] as TableAt["level"], addr: hex(addr) });
  });
  return listed;
}

function slotsOf(swap: SwapState): VectorSlot[] {
  const slots: VectorSlot[] = [];
  for (const { type, swapMap } of swap.areas) {
    for (let offset = 0; offset < swapMap.length; offset++) {
      if (swapMap[offset] !== 0) slots.push(slotAt(swap, type, offset));
    }
  }
  return slots;
}

function slotAt(swap: SwapState, type: number, offset: number): VectorSlot {
  const { byte, digits } = peekSlot(swap, type, offset);
  const state = slotState(byte);
  return {
    type,
    offset: hex(offset),
    map: hexByte(byte),
    state,
    ...(digits.length > 0 && { cont: digits.map(hexByte) }),
    ...(state === "in-use" && { count: swapCount(swap, type, offset) }),
    ...((byte & SwapMap.HAS_CACHE) !== 0 && { hasCache: true }),
  };
}

function chainsOf(swap: SwapState): Chain[] {
  const chains: Chain[] = [];
  for (const { type, continuations } of swap.areas) {
    for (const [stretch, { length }] of continuations) {
      chains.push({ type, head: hex(stretch * SLOTS_PER_CHAIN), pages: length });
    }
  }
  return chains;
}
