/**
 * The byte that a swap area keeps for each slot (SPEC §3.2).
 *
 *        7            6           5        0
 *    [ continued | has cache |  lowest digit  ]
 *
 * The lowest digit of the slot's count runs from 0 to 62; 63 is no digit but a mark: BAD alone,
 * SHMEM together with the continued bit. Higher digits lie in continuation pages.
 */
export const SwapMap = {
  /** Largest count that fits in the byte. */
  MAX: 0x3e,
  /** A slot that cannot be used: the header, or a bad block. */
  BAD: 0x3f,
  /** A swap-cache page exists, or is being inserted or removed. */
  HAS_CACHE: 0x40,
  /** Higher digits lie in continuation pages. Kernel name: COUNT_CONTINUED. */
  CONTINUED: 0x80,
  /** Largest digit of a continuation byte. Kernel name: SWAP_CONT_MAX. */
  CONT_MAX: 0x7f,
  /** Owned by shmem, which counts its users itself. */
  SHMEM: 0xbf,
} as const;
const DIGIT_MASK = 0x3f;

/** What a reference is taken or dropped for: a PTE (1), the swap cache, or shmem. */
export type SwapUsage = 1 | typeof SwapMap.HAS_CACHE | typeof SwapMap.SHMEM;

/** What a map byte says of its slot. */
export type SlotState = "unused" | "in-use" | "bad" | "shmem";

/**
 * The byte without its cache bit; the continued bit stays.
 * @kernel swap_count in mm/swapfile.c
 */
export const countPart = (byte: number): number => byte & ~SwapMap.HAS_CACHE;

/**
 * The count's lowest digit, or a value above MAX for a mark (BAD, SHMEM).
 * @kernel swap_count without COUNT_CONTINUED in mm/swapfile.c
 */
export const digitPart = (byte: number): number => byte & DIGIT_MASK;

/**
 * What a byte says about its slot. A slot that only the cache holds is in use.
 * @modelOnly the kernel compares bytes in place
 */
export function slotState(byte: number): SlotState {
  if (byte === 0) return "unused";
  const count = countPart(byte);
  if (count === SwapMap.SHMEM) return "shmem";
  return count === SwapMap.BAD ? "bad" : "in-use";
}
