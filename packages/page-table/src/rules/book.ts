/** The rules of page tables: one line each, in the order of PageTableRules. */
import type { RuleBook } from "@forkpath/abi";
import { entryWords, type PresentWords } from "./entry-words.ts";
import { type PmdLocks, pmdLocks } from "./pmd-locks.ts";

/** What one release answers. */
export interface PageTableRules {
  /** @kernel pte_wrprotect, pte_pfn in arch/x86/include/asm/pgtable.h */
  readonly entryWords: PresentWords;
  /** @kernel pmd_lockptr in include/linux/mm.h */
  readonly pmdLocks: PmdLocks;
}

/**
 * What every release answers.
 * @modelOnly a release of Linux has one answer
 */
export const pageTableRules: RuleBook<PageTableRules> = { entryWords, pmdLocks };
