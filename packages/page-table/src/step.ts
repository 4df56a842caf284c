/**
 * Taking an address apart, and stepping through a range table by table (SPEC §2.1, §2.5).
 *
 *      47     39 38     30 29     21 20     12 11       0
 *     [  pgd    |   pud   |   pmd   |   pte   |  offset  ]
 *
 * An address has more than 32 bits, so each function divides first; only the small quotient meets
 * a 32-bit operator. They run in every walk and do not check: addresses are below 2^47, and an
 * end is above its start.
 */
import {
  PAGE_SIZE,
  PGDIR_SIZE,
  PMD_SIZE,
  PTRS_PER_TABLE,
  PUD_SIZE,
  type VirtAddr,
  virtAddr,
} from "@forkpath/abi";
import { Level } from "./tables.ts";

/** Bytes that one entry of a table maps, by the table's level. */
export const ENTRY_SPAN: readonly number[] = [PAGE_SIZE, PMD_SIZE, PUD_SIZE, PGDIR_SIZE];

const INDEX_MASK = PTRS_PER_TABLE - 1;

/** @kernel pte_index in arch/x86/include/asm/pgtable.h */
export const pteIndex = (addr: VirtAddr): number => (addr / PAGE_SIZE) & INDEX_MASK;
/** @kernel pmd_index in arch/x86/include/asm/pgtable.h */
export const pmdIndex = (addr: VirtAddr): number => (addr / PMD_SIZE) & INDEX_MASK;
/** @kernel pud_index in arch/x86/include/asm/pgtable.h */
export const pudIndex = (addr: VirtAddr): number => (addr / PUD_SIZE) & INDEX_MASK;
/** @kernel pgd_index in arch/x86/include/asm/pgtable.h */
export const pgdIndex = (addr: VirtAddr): number => (addr / PGDIR_SIZE) & INDEX_MASK;

/** @kernel pte_offset_map in arch/x86/include/asm/pgtable.h */
export const pteOffset = (row: number, addr: VirtAddr): number =>
  row * PTRS_PER_TABLE + pteIndex(addr);
/** @kernel pmd_offset in arch/x86/include/asm/pgtable.h */
export const pmdOffset = (row: number, addr: VirtAddr): number =>
  row * PTRS_PER_TABLE + pmdIndex(addr);
/** @kernel pud_offset in arch/x86/include/asm/pgtable.h */
export const pudOffset = (row: number, addr: VirtAddr): number =>
  row * PTRS_PER_TABLE + pudIndex(addr);
/** @kernel pgd_offset in arch/x86/include/asm/pgtable.h */
export const pgdOffset = (row: number, addr: VirtAddr): number =>
  row * PTRS_PER_TABLE + pgdIndex(addr);

/**
 * The cell for `addr` in the table `row` of `level`: the four functions above, as one.
 * @modelOnly lets a walk be a loop
 */
export const tableOffset = (level: Level, row: number, addr: VirtAddr): number =>
  row * PTRS_PER_TABLE + ((addr / ENTRY_SPAN[level]) & INDEX_MASK);

/**
 * First address past `addr` where an entry of `level` ends, or `end` if that comes first.
 * @modelOnly the three functions below, as one
 */
export function entryEnd(level: Level, addr: VirtAddr, end: VirtAddr): VirtAddr {
  const span = ENTRY_SPAN[level];
  const boundary = (Math.floor(addr / span) + 1) * span;
  return boundary < end ? virtAddr(boundary) : end;
}

/** @kernel pmd_addr_end in include/asm-generic/pgtable.h */
export const pmdAddrEnd = (addr: VirtAddr, end: VirtAddr): VirtAddr =>
  entryEnd(Level.PMD, addr, end);
/** @kernel pud_addr_end in include/asm-generic/pgtable.h */
export const pudAddrEnd = (addr: VirtAddr, end: VirtAddr): VirtAddr =>
  entryEnd(Level.PUD, addr, end);
/** @kernel pgd_addr_end in include/asm-generic/pgtable.h */
export const pgdAddrEnd = (addr: VirtAddr, end: VirtAddr): VirtAddr =>
  entryEnd(Level.PGD, addr, end);
