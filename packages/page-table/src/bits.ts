export { Pte, PteHigh } from "@forkpath/abi";

/** Flags of the low word: all that is not pfn. */
export const PTE_FLAGS_LOW = 0xfff;
/** Frame-number bits of the low word. */
export const PTE_PFN_LOW = 0xfffff000;
/** Frame-number bits of the high word: 46 physical address bits in all. */
export const PTE_PFN_HIGH = 0x3fff;
/** What an entry that points to a user table holds beside the table's frame. */
export const TABLE_USER = 0x67;
/** The same for a table of the kernel: without USER. */
export const TABLE_KERNEL = 0x63;
