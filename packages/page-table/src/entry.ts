/**
 * Questions to an entry, and entries made from others (SPEC §2.3).
 *
 * An entry travels as its two words. Nearly all that is asked stands in the low one, so most
 * functions take and give only that: as an unsigned number, so that `===` compares entries.
 * None of them checks its argument: they run once for each page.
 */
import { VmFlag } from "@forkpath/abi";
import { Pte, PteHigh } from "./bits.ts";

/** @kernel pte_none in arch/x86/include/asm/pgtable.h */
export const isPteNone = (low: number, high: number): boolean => low === 0 && high === 0;

/**
 * True also for a PROT_NONE page, which the processor finds absent and the kernel counts.
 * @kernel pte_present in arch/x86/include/asm/pgtable.h
 * @example
 * ```ts
 * import { Pte } from "@forkpath/abi";
 * import { isPtePresent } from "@forkpath/page-table";
 * console.log(isPtePresent(Pte.PROTNONE), isPtePresent(0x200)); // true false
 * ```
 */
export const isPtePresent = (low: number): boolean => (low & (Pte.PRESENT | Pte.PROTNONE)) !== 0;

/**
 * Means something only if the entry is neither none nor present.
 * @kernel pte_file in arch/x86/include/asm/pgtable.h
 */
export const isPteFile = (low: number): boolean => (low & Pte.FILE) !== 0;

/**
 * True for swap, migration and hwpoison entries alike.
 * @kernel is_swap_pte in include/linux/swapops.h
 */
export const isSwapPte = (low: number, high: number): boolean =>
  !isPteNone(low, high) && !isPtePresent(low) && !isPteFile(low);

/** @kernel pte_special in arch/x86/include/asm/pgtable.h */
export const isPteSpecial = (low: number): boolean => (low & Pte.SPECIAL) !== 0;
/** @kernel pte_write in arch/x86/include/asm/pgtable.h */
export const isPteWrite = (low: number): boolean => (low & Pte.RW) !== 0;
/** @kernel pte_young in arch/x86/include/asm/pgtable.h */
export const isPteYoung = (low: number): boolean => (low & Pte.ACCESSED) !== 0;
/** @kernel pte_dirty in arch/x86/include/asm/pgtable.h */
export const isPteDirty = (low: number): boolean => (low & (Pte.DIRTY | Pte.SOFTDIRTY)) !== 0;
/** @kernel pte_huge in arch/x86/include/asm/pgtable.h */
export const isPteHuge = (low: number): boolean => (low & Pte.PSE) !== 0;
/** @kernel pte_global in arch/x86/include/asm/pgtable.h */
export const isPteGlobal = (low: number): boolean => (low & Pte.GLOBAL) !== 0;
/** @kernel pte_exec in arch/x86/include/asm/pgtable.h */
export const isPteExec = (high: number): boolean => (high & PteHigh.NX) === 0;

/** @kernel pmd_present in arch/x86/include/asm/pgtable.h */
export const isPmdPresent = (low: number): boolean =>
  (low & (Pte.PRESENT | Pte.PROTNONE | Pte.PSE)) !== 0;
/** @kernel pmd_trans_huge in arch/x86/include/asm/pgtable.h */
export const isPmdTransHuge = (low: number): boolean => (low & Pte.PSE) !== 0;
/** @kernel pmd_trans_splitting in arch/x86/include/asm/pgtable.h */
export const isPmdTransSplitting = (low: number): boolean => (low & Pte.SPLITTING) !== 0;

/** @kernel pte_mkclean in arch/x86/include/asm/pgtable.h */
export const pteMkclean = (low: number): number => (low & ~(Pte.DIRTY | Pte.SOFTDIRTY)) >>> 0;
/** @kernel pte_mkdirty in arch/x86/include/asm/pgtable.h */
export const pteMkdirty = (low: number): number => (low | Pte.DIRTY) >>> 0;
/** @kernel pte_mkold in arch/x86/include/asm/pgtable.h */
export const pteMkold = (low: number): number => (low & ~Pte.ACCESSED) >>> 0;
/** @kernel pte_mkyoung in arch/x86/include/asm/pgtable.h */
export const pteMkyoung = (low: number): number => (low | Pte.ACCESSED) >>> 0;
/** @kernel pte_wrprotect in arch/x86/include/asm/pgtable.h */
export const pteWrprotect = (low: number): number => (low & ~Pte.RW) >>> 0;
/**
 * @kernel pte_mkwrite in arch/x86/include/asm/pgtable.h
 * @example
 * ```ts
 * import { hex } from "@forkpath/abi";
 * import { pteMkwrite } from "@forkpath/page-table";
 * console.log(hex(pteMkwrite(0x1234025))); // 0x1234027
 * ```
 */
export const pteMkwrite = (low: number): number => (low | Pte.RW) >>> 0;
/** @kernel pte_mkspecial in arch/x86/include/asm/pgtable.h */
export const pteMkspecial = (low: number): number => (low | Pte.SPECIAL) >>> 0;

/**
 * Writable exactly if the mapping is: what a write fault gives its new entry.
 * @kernel maybe_mkwrite in mm/memory.c
 */
export const maybeMkwrite = (low: number, vmFlags: number): number =>
  (vmFlags & VmFlag.WRITE) !== 0 ? pteMkwrite(low) : low;
