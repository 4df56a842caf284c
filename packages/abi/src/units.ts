/**
 * Units of the model: what each number counts.
 *
 * Brands vanish at run time; they only stop a frame number from being passed where
 * an address is wanted. Casts into a brand happen in this file and nowhere else.
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Byte address in user space, below 2^47: too wide for `<<`, `>>>` and `&`. */
export type VirtAddr = Unit<"VirtAddr">;
/** Page frame number: which physical page, not the address where it starts. */
export type Pfn = Unit<"Pfn">;
/**
 * A swap or migration entry that names a real slot or frame: offset * 32 + type.
 * Exact for offsets below 2^48. What a PTE holds may be wider: it travels as two words.
 */
export type SwpEntry = Unit<"SwpEntry">;

/**
 * @modelOnly a cast: checks nothing
 * @example
 * ```ts
 * import { hex, PAGE_SIZE, virtAddr } from "@forkpath/abi";
 * console.log(hex(virtAddr(0x400000 + PAGE_SIZE))); // 0x401000
 * ```
 */
export const virtAddr = (bytes: number): VirtAddr => bytes as VirtAddr;
/** @modelOnly a cast: checks nothing */
export const pfn = (frame: number): Pfn => frame as Pfn;
/** @modelOnly a cast: `makeEntry` of @forkpath/swap packs and checks */
export const swpEntry = (packed: number): SwpEntry => packed as SwpEntry;
