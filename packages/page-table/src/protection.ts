/**
 * What a mapping's flags allow, as entry bits (SPEC §2.6).
 *
 * The table below has no writable private entry: such a page becomes writable one by one, by the
 * fault that made it private. That is why fork may write-protect and forget.
 */
import { VmFlag } from "@forkpath/abi";
import { PTE_PFN_HIGH, PTE_PFN_LOW, Pte, PteHigh } from "./bits.ts";

const NONE = Pte.PROTNONE | Pte.ACCESSED;
const READ = Pte.PRESENT | Pte.USER | Pte.ACCESSED;
const WRITE = READ | Pte.RW;
const NX = PteHigh.NX;

/** Low words by the flags EXEC, WRITE, READ (4, 2, 1): first the private half, then the shared. */
const PROTECTION_LOW: readonly number[] = [
  ...[NONE, READ, READ, READ, READ, READ, READ, READ],
  ...[NONE, READ, WRITE, WRITE, READ, READ, WRITE, WRITE],
];
/** High words in the same order; a page that nobody may touch has no use for NX. */
const PROTECTION_HIGH: readonly number[] = [
  ...[0, NX, NX, NX, 0, 0, 0, 0],
  ...[0, NX, NX, NX, 0, 0, 0, 0],
];

const PROTECTION_FLAGS = VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC | VmFlag.SHARED;

/**
 * Low word of the protection that `vmFlags` give.
 * @kernel vm_get_page_prot in mm/mmap.c
 */
export const vmPageProtLow = (vmFlags: number): number =>
  PROTECTION_LOW[vmFlags & PROTECTION_FLAGS];

/**
 * High word of the protection that `vmFlags` give.
 * @kernel vm_get_page_prot in mm/mmap.c
 * @deviates The processor is taken to support NX.
 */
export const vmPageProtHigh = (vmFlags: number): number =>
  PROTECTION_HIGH[vmFlags & PROTECTION_FLAGS];

/** What mprotect leaves as it was, beside the frame. */
const KEPT_LOW =
  PTE_PFN_LOW | Pte.PCD | Pte.PWT | Pte.SPECIAL | Pte.ACCESSED | Pte.DIRTY | Pte.SOFTDIRTY;

/**
 * Low word of an entry that gets a new protection and keeps its frame and history.
 * @kernel pte_modify in arch/x86/include/asm/pgtable.h
 */
export const pteModifyLow = (low: number, protLow: number): number =>
  ((low & KEPT_LOW) | (protLow & ~KEPT_LOW)) >>> 0;

/**
 * High word of an entry that gets a new protection and keeps its frame.
 * @kernel pte_modify in arch/x86/include/asm/pgtable.h
 */
export const pteModifyHigh = (high: number, protHigh: number): number =>
  ((high & PTE_PFN_HIGH) | (protHigh & ~PTE_PFN_HIGH)) >>> 0;
