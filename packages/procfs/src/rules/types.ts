/** How /proc lays out its texts, where releases differ. */

export interface Layouts {
  /** Lines of status, those of memory among them. @kernel proc_pid_status in fs/proc/array.c */
  readonly statusFields: readonly string[];
  /** Numbers of stat behind the state. @kernel do_task_stat in fs/proc/array.c */
  readonly statNumbers: number;
  /** Lines of an area. @kernel show_smap in fs/proc/task_mmu.c */
  readonly smapsFields: readonly string[];
  /** Fields whose number stands in a column of its own: how far left of the others'. */
  readonly smapsShort: Readonly<Record<string, number>>;
  /** Lines of the rollup; none where there is no such file. @kernel show_smaps_rollup */
  readonly rollupFields: readonly string[];
  /** Bits 55 to 61 of an entry. @kernel pte_to_pagemap_entry in fs/proc/task_mmu.c */
  readonly pagemapBits: PagemapBits;
}

/** Which bits of a pagemap entry a release has. */
export interface PagemapBits {
  /** Bits 55 to 60 of every entry but an empty one of a table: log2 of the page size. */
  readonly shift: number;
  /** Bit 61 tells pages of files. */
  readonly hasFile: boolean;
  /** Bit 56 tells pages that are mapped once. */
  readonly hasExclusive: boolean;
  /** Bit 57 tells what a userfaultfd has write-protected. */
  readonly hasUffdWp: boolean;
  /** Bit 58 tells guard markers. */
  readonly hasGuard: boolean;
}
