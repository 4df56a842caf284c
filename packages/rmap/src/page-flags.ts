/**
 * Flags of a page, and what its mapping word says about who owns it (SPEC §0.5/2, §4.2).
 *
 *     31                                  2 1   0
 *    [ id of an anon_vma or address_space  | tag ]
 *
 * A mapping of 0 is NULL, so ids count from 1. The tag survives the last unmap, and goes when the
 * page is freed: for a page that nobody maps it says nothing, unless the page is in swap cache.
 */

/** @kernel enum pageflags in include/linux/page-flags.h */
export const PageFlag = {
  /** Locked, as during a read or a write. */
  LOCKED: 0x1,
  /** Used since reclaim last looked. */
  REFERENCED: 0x2,
  /** Holds what its file or swap slot holds, or newer. */
  UPTODATE: 0x4,
  /** Newer than its file or swap slot. */
  DIRTY: 0x8,
  /** On one of reclaim's lists. */
  LRU: 0x10,
  /** On an active list. */
  ACTIVE: 0x20,
  /** In the swap cache. */
  SWAPCACHE: 0x40,
  /** Its backing store is swap: anonymous memory and shmem. */
  SWAPBACKED: 0x80,
  /** Being written out. */
  WRITEBACK: 0x100,
  /** On the list of what reclaim leaves alone. */
  UNEVICTABLE: 0x200,
  /** In memory to stay, by mlock. */
  MLOCKED: 0x400,
  /** The hardware has found it damaged. */
  HWPOISON: 0x800,
  /** Never given out by the allocator: frame 0 and the zero page. */
  RESERVED: 0x1000,
  /** First page of a compound page; TAIL marks the others. */
  HEAD: 0x2000,
  /** A page of a compound page, behind the first. */
  TAIL: 0x4000,
  /** Of kernels that mark it: an anonymous page that nobody else maps or has swapped. */
  ANON_EXCLUSIVE: 0x8000,
  /** One of the 512 frames of a large folio. */
  LARGE: 0x1_0000,
  /** Of a large folio: somebody has written to the frame, so that it is not all zero any more. */
  FILLED: 0x2_0000,
} as const;
/** A flag by its key in PageFlag: `ANON_EXCLUSIVE`. */
export type PageFlagName = keyof typeof PageFlag;

/** @kernel PAGE_MAPPING_ANON and PAGE_MAPPING_KSM in include/linux/mm.h */
export const MappingTag = {
  /** The id is an address_space's; or the word is NULL. */
  FILE: 0,
  /** The id is an anon_vma's. */
  ANON: 1,
  /** The page is KSM's. */
  KSM: 3,
} as const;
export type MappingTag = (typeof MappingTag)[keyof typeof MappingTag];

const TAG_BITS = 2;
const TAG_MASK = 3;
/** Ids of anon_vmas and address_spaces are below this. */
export const MAX_MAPPING_ID: number = 2 ** (32 - TAG_BITS);

/**
 * Packs owner and tag into a signed 32-bit word, as the column holds it. Does not check.
 * @kernel page->mapping in include/linux/mm_types.h
 * @deviates an id stands where the kernel has a pointer
 */
export const makeMapping = (id: number, tag: MappingTag): number => (id << TAG_BITS) | tag;
/**
 * Id of the anon_vma (tag ANON), KSM stable node (KSM) or address_space (FILE); 0 for NULL.
 * @kernel page_rmapping in mm/util.c
 */
export const mappingId = (mapping: number): number => mapping >>> TAG_BITS;
/**
 * Who the id names.
 * @kernel PAGE_MAPPING_FLAGS in include/linux/mm.h
 */
export const mappingTag = (mapping: number): MappingTag => (mapping & TAG_MASK) as MappingTag;
