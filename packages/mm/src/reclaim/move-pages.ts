/**
 * move_pages(2): pages of one process go to another node of the machine.
 *
 *    entry before    frame 12 of node 0    W young dirty
 *    entry after     frame 40 of node 1    W young dirty      no counter moves
 *
 * Pages are collected until one address has none to move, and then go together.
 */
import { Errno, PAGE_SIZE, type Pfn, PMD_SIZE, pfn, VmFlag, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPteNone,
  isPtePresent,
  NO_CELL,
  Pte,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { NormalPage, pageMapcount, vmNormalPage } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { findVma } from "../area/list.ts";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import { pageToNid } from "../page/node.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { migratePages } from "./migrate.ts";

/** Which pages go where. */
export interface MovePagesRequest {
  /** Bytes, page-aligned: the first of `pages` pages. */
  readonly addr: number;
  /** How many. */
  readonly pages: number;
  /** Where they shall be. */
  readonly node: number;
  /** Also those that other processes map. @kernel MPOL_MF_MOVE_ALL */
  readonly all: boolean;
}

/** What became of them. */
export interface MovedPages {
  /** 0, how many pages could not be moved, or a negative errno. */
  readonly status: number;
  /** Of each page the node that it is on, or a negative errno; undefined where nobody asked it. */
  readonly nodes: readonly (number | undefined)[];
}

/**
 * Moves what can be moved of a range.
 * @kernel kernel_move_pages in mm/migrate.c
 * @deviates A huge page is split first, and only the parts that were named move.
 */
export function* movePages(
  env: MmEnv,
  mm: MmStruct,
  request: MovePagesRequest,
): KernelThread<MovedPages> {
  const { addr, pages, node } = request;
  const nodes = new Array<number | undefined>(pages).fill(undefined);
  if (node < 0 || node >= env.nodes.count) return { status: -Errno.ENODEV, nodes };
  const batch = new Map<Pfn, number>();
  for (let index = 0; index < pages; index++) {
    const found = pageToMove(env, mm, addr + index * PAGE_SIZE, request);
    const isQueued = "pfn" in found && !batch.has(found.pfn);
    if (isQueued) {
      batch.set(found.pfn, index);
      continue;
    }
    nodes[index] = "pfn" in found ? -Errno.EBUSY : found.status;
    const failed = yield* moveBatch(env, batch, node, nodes);
    if (failed > 0) return { status: failed + pages - index - 1, nodes };
  }
  return { status: yield* moveBatch(env, batch, node, nodes), nodes };
}

/**
 * @returns how many could not be moved; then it is not told which
 * @kernel move_pages_and_store_status in mm/migrate.c
 */
function* moveBatch(
  env: MmEnv,
  batch: Map<Pfn, number>,
  node: number,
  nodes: (number | undefined)[],
): KernelThread<number> {
  if (batch.size === 0) return 0;
  const failed = yield* migratePages(env, [...batch.keys()], node);
  if (failed === 0) for (const index of batch.values()) nodes[index] = node;
  batch.clear();
  return failed;
}

type Found = { readonly pfn: Pfn } | { readonly status: number };

/** @kernel add_page_for_migration in mm/migrate.c */
function pageToMove(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  { node, all }: MovePagesRequest,
): Found {
  const vma = findVma(mm, addr);
  if (vma === undefined || vma.start > addr || (vma.flags & NEVER_MOVED) !== 0) {
    return { status: -Errno.EFAULT };
  }
  const found = lookUp(env, vma, addr);
  if (!("pfn" in found)) return found;
  if (pageToNid(env, found.pfn) === node) return { status: node };
  return pageMapcount(env.map, found.pfn) > 1 && !all ? { status: -Errno.EACCES } : found;
}

/** @kernel vma_migratable in include/linux/mempolicy.h */
const NEVER_MOVED = VmFlag.IO | VmFlag.PFNMAP;

/** The page that the entry shows, as the rule of the release sees it. */
function lookUp(env: MmEnv, vma: Vma, addr: number): Found {
  const { tables, map, rules } = env;
  const { anonHole, seesProtnone } = rules.movesPage;
  const hole = { status: vma.file === null ? anonHole : -Errno.ENOENT };
  const cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return lookUpHuge(env, vma, addr, hole);
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  if (isPteNone(low, high)) return hole;
  const isSeen = seesProtnone ? isPtePresent(low) : (low & Pte.PRESENT) !== 0;
  if (!isSeen) return { status: -Errno.ENOENT };
  const frame = ptePfn(low, high);
  const isPage = vmNormalPage(map, vma.flags, low, frame) === NormalPage.NORMAL;
  return isPage ? { pfn: frame } : { status: -Errno.EFAULT };
}

function lookUpHuge(env: MmEnv, vma: Vma, addr: number, hole: Found): Found {
  const pmd = findHugePmd(env, vma.mm, addr);
  if (pmd === NO_CELL) return hole;
  const head = hugePmdPfn(env, pmd);
  if (head === env.map.hugeZeroPfn) return { status: -Errno.EFAULT };
  return { pfn: pfn(head + (addr % PMD_SIZE) / PAGE_SIZE) };
}
