/** A frame and a swap slot, as debuggers show them. */
import {
  expectAligned,
  PAGE_SIZE,
  type Pfn,
  PMD_SIZE,
  pfn as toPfn,
  virtAddr,
} from "@forkpath/abi";
import { type MmEnv, type MmStruct, pageToNid } from "@forkpath/mm";
import { findHugePmd, hugePmdPfn } from "@forkpath/mm/internal";
import { findPteCell, isPtePresent, NO_CELL, pfnAt, pteLow } from "@forkpath/page-table";
import {
  MappingTag,
  mappingId,
  mappingTag,
  NormalPage,
  PageFlag,
  type PageFlagName,
  vmNormalPage,
} from "@forkpath/rmap";
import { expectPfn } from "@forkpath/rmap/internal";
import { peekSlot, type SlotState, SwapMap, slotState, swapCount } from "@forkpath/swap";

/** Whose page it is, or was: the mapping stays until the page is freed (SPEC §4.2). */
export type OwnerView =
  | {
      /** Nobody's. */
      readonly kind: "none";
    }
  | {
      /** An address_space's, an anon_vma's, or KSM's. */
      readonly kind: "file" | "anon" | "ksm";
      /** Number of the owner, as the page's mapping has it. */
      readonly id: number;
    };

/** A frame. */
export interface PageView {
  /** Its number. */
  readonly pfn: number;
  /** References; 0 is a free frame. */
  readonly count: number;
  /** Entries that map it: _mapcount + 1. */
  readonly mapcount: number;
  /** Flags that are set, by bit. */
  readonly flags: readonly PageFlagName[];
  /** Whose page it is. */
  readonly owner: OwnerView;
  /** Which page of its owner it is. */
  readonly index: number;
  /** The node that it is on. */
  readonly node: number;
}

/** A swap slot. */
export interface SlotView {
  /** The swap area. */
  readonly type: number;
  /** The slot in it. */
  readonly offset: number;
  /** What its byte says. */
  readonly state: SlotState;
  /** Its byte in the swap map. */
  readonly byte: number;
  /** References, over all digits. */
  readonly count: number;
  /** Whether the swap cache holds it. */
  readonly hasCache: boolean;
  /** Digits in continuation pages, lowest first. */
  readonly digits: readonly number[];
}

const FLAG_NAMES = Object.keys(PageFlag) as PageFlagName[];
const OWNER_KINDS = {
  [MappingTag.FILE]: "file",
  [MappingTag.ANON]: "anon",
  [MappingTag.KSM]: "ksm",
} as const;

/**
 * @throws RangeError or TypeError unless `pfn` is a frame of the machine
 * @modelOnly dump_page
 */
export function pageView(env: MmEnv, pfn: number): PageView {
  const { map } = env;
  expectPfn("page", map, pfn);
  const isUsed = pfn < map.nextFrame;
  const column = (values: Int32Array | Uint32Array | Float64Array): number =>
    isUsed ? values[pfn] : 0;
  const mapping = column(map.mapping);
  const count = column(map.count);
  return {
    pfn,
    count,
    mapcount: column(map.mapcount),
    flags: FLAG_NAMES.filter((name) => column(map.flags) & PageFlag[name]),
    owner:
      mapping === 0
        ? { kind: "none" }
        : { kind: OWNER_KINDS[mappingTag(mapping)], id: mappingId(mapping) },
    index: count === 0 ? 0 : column(map.index),
    node: count === 0 ? 0 : pageToNid(env, pfn),
  };
}

/**
 * @throws RangeError or TypeError unless there is such a slot
 * @modelOnly a debugger's look
 */
export function slotView({ swap }: MmEnv, type: number, offset: number): SlotView {
  const { byte, digits } = peekSlot(swap, type, offset);
  return {
    type,
    offset,
    state: slotState(byte),
    byte,
    count: swapCount(swap, type, offset),
    hasCache: slotState(byte) === "in-use" && (byte & SwapMap.HAS_CACHE) !== 0,
    digits,
  };
}

/**
 * The frame behind an address; undefined where no page that the kernel counts is mapped.
 * @throws RangeError or TypeError unless `addr` is page-aligned and below 2^47
 * @kernel follow_page in mm/memory.c
 */
export function findFrame(env: MmEnv, mm: MmStruct, addr: number): Pfn | undefined {
  expectAligned("frame", "addr", addr, PAGE_SIZE);
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return findHugeFrame(env, mm, addr);
  const low = pteLow(env.tables, cell);
  const frame = pfnAt(env.tables, cell);
  const isPage = isPtePresent(low) && vmNormalPage(env.map, 0, low, frame) === NormalPage.NORMAL;
  return isPage ? toPfn(frame) : undefined;
}

/** The part of a huge page that is behind an address. */
function findHugeFrame(env: MmEnv, mm: MmStruct, addr: number): Pfn | undefined {
  const pmd = findHugePmd(env, mm, addr);
  return pmd === NO_CELL ? undefined : toPfn(hugePmdPfn(env, pmd) + (addr % PMD_SIZE) / PAGE_SIZE);
}
