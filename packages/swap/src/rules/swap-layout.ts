/**
 * Where a non-present PTE keeps type and offset (M26.1).
 *
 *    L0    63                      9 8  6 5    1 0
 *         [          offset         | 0  | type |0]
 *
 *    L2    63   59 58              9 8  4  3   2 1 0
 *         [  type |     ~offset     | 0  | x | 0    ]
 *
 * x says that the page was exclusive. L2 turns the offset around bit by bit, so that no entry looks
 * like the address of memory that there is. The model keeps L0 and el6's types everywhere, with x
 * in bit 7 (entry.ts): a layout only says how the word reads on its own machine.
 */
import { backported, M26_COLUMNS, type Rule } from "@forkpath/abi";
import { SwpType } from "../entry.ts";
import { isPteMarker } from "../marker.ts";
import type { SwapTypes } from "./swap-types.ts";

/** The model's words and one machine's words, turned into each other. */
export interface SwapLayout {
  /** The machine's word for a non-present entry of the model, not none. */
  readonly show: (types: SwapTypes, word: bigint) => bigint;
  /**
   * The model's word for one of the machine, not present and not none.
   * @throws RangeError when its type has no model: device memory, swap-in errors
   */
  readonly read: (types: SwapTypes, word: bigint) => bigint;
  /** Type and offset of one of the machine's words. */
  readonly parts: (word: bigint) => {
    /** The type, of five bits. */
    readonly type: bigint;
    /** The offset, turned back where the layout turns it around. */
    readonly offset: bigint;
  };
  /** The offset is turned around bit by bit, and the type above it. */
  readonly isTurned: boolean;
}

const TYPE_SHIFT = 1n;
const TYPE_MASK = 0x1fn;
const OFFSET_SHIFT = 9n;
const EXCLUSIVE = 0x80n;
const L2_TYPE_SHIFT = 59n;
const L2_OFFSET_MASK = (1n << 50n) - 1n;
const L2_EXCLUSIVE = 0x8n;

const L0: SwapLayout = {
  show: (_types, word) => word,
  read: (_types, word) => word,
  parts: (word) => ({ type: (word >> TYPE_SHIFT) & TYPE_MASK, offset: word >> OFFSET_SHIFT }),
  isTurned: false,
};

const L2: SwapLayout = {
  show: (types, word) => {
    const { type, exclusive } = toMachine(types, word);
    const offset = ~(word >> OFFSET_SHIFT) & L2_OFFSET_MASK;
    return (type << L2_TYPE_SHIFT) | (offset << OFFSET_SHIFT) | (exclusive ? L2_EXCLUSIVE : 0n);
  },
  read: (types, word) => {
    const { type, exclusive } = toModel(
      types,
      Number(word >> L2_TYPE_SHIFT),
      (word & L2_EXCLUSIVE) !== 0n,
    );
    const offset = ~(word >> OFFSET_SHIFT) & L2_OFFSET_MASK;
    return (offset << OFFSET_SHIFT) | (exclusive ? EXCLUSIVE : 0n) | (BigInt(type) << TYPE_SHIFT);
  },
  parts: (word) => ({
    type: word >> L2_TYPE_SHIFT,
    offset: ~(word >> OFFSET_SHIFT) & L2_OFFSET_MASK,
  }),
  isTurned: true,
};

/** What the machine calls the kind of an entry. Only swap entries have its exclusive bit. */
function toMachine(types: SwapTypes, word: bigint): { type: bigint; exclusive: boolean } {
  const low = Number(word & 0xffff_ffffn);
  const type = Number((word >> TYPE_SHIFT) & TYPE_MASK);
  const exclusive = (word & EXCLUSIVE) !== 0n;
  if (type < SwpType.HWPOISON) return { type: BigInt(type), exclusive };
  return { type: BigInt(specialType(types, type, exclusive, isPteMarker(low))), exclusive: false };
}

function specialType(
  types: SwapTypes,
  type: number,
  exclusive: boolean,
  isMarker: boolean,
): number {
  if (isMarker) return types.marker;
  if (type === SwpType.HWPOISON) return types.hwpoison;
  if (type === SwpType.MIGRATION_WRITE) return types.migrationWrite;
  return exclusive ? types.migrationReadExclusive : types.migrationRead;
}

function toModel(
  types: SwapTypes,
  type: number,
  exclusive: boolean,
): { type: number; exclusive: boolean } {
  if (type < types.maxSwapfiles) return { type, exclusive };
  switch (type) {
    case types.hwpoison:
      return { type: SwpType.HWPOISON, exclusive: false };
    case types.marker:
      return { type: SwpType.HWPOISON, exclusive: true };
    case types.migrationRead:
      return { type: SwpType.MIGRATION_READ, exclusive: false };
    case types.migrationReadExclusive:
      return { type: SwpType.MIGRATION_READ, exclusive: true };
    case types.migrationWrite:
      return { type: SwpType.MIGRATION_WRITE, exclusive: false };
    default:
      throw new RangeError(`readEntryWord: type must be one that is modelled, got ${type}`);
  }
}

export const swapLayout: Rule<SwapLayout> = {
  decides: "where an entry that is not present keeps type and offset",
  answers: backported(
    { does: "type below, offset above", by: L0, source: "M26.1" },
    { does: "type above an offset that is turned around", by: L2, source: "M26.1" },
    { first: "4.19 and stable releases" },
  ),
  read: M26_COLUMNS,
};
