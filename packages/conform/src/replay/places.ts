/**
 * Where things lie in a recorded process (SCHEMA.md, Places): 16 slots of 8 MiB, one behind the
 * other, and one page of code far away, which every process has.
 */
import { PAGE_SIZE, USER_END } from "@forkpath/abi";

const FIRST_SLOT = 0x2000_0000_0000;
const SLOT_BYTES = 8 * 2 ** 20;
export const SLOT_PAGES: number = SLOT_BYTES / PAGE_SIZE;
const NR_SLOTS = 16;
/** Where `brk` grows. */
export const HEAP_SLOT = 15;
/** Where areas of gigabytes lie, one behind the other. */
export const BIG_AREAS = 0x3000_0000_0000;
export const BIG_END: number = BIG_AREAS + 64 * 2 ** 40;
/** The page of code of a process that has executed nothing. */
export const CODE_PAGE = 0x7000_0000_0000;

/** The page of code of a program that was executed. */
export const PROGRAM_CODE = 0x1000_0000_0000;

export const slotStart = (slot: number): number => FIRST_SLOT + slot * SLOT_BYTES;

/** `R3` and the like. */
export interface Region {
  readonly name: string;
  readonly start: number;
}

/** The last of user space: where a program has its stack. */
const STACK_REGION: Region = { name: "S", start: USER_END - SLOT_BYTES };
const CODE_REGION: Region = { name: "X", start: PROGRAM_CODE };

/** In the order in which frames get their numbers. */
export const REGIONS: readonly Region[] = [
  ...Array.from({ length: NR_SLOTS }, (_, slot) => ({ name: `R${slot}`, start: slotStart(slot) })),
  STACK_REGION,
  CODE_REGION,
];

/** Bytes; page-aligned, and not empty. */
export interface Range {
  readonly addr: number;
  readonly len: number;
}

/**
 * First byte of `R3` or `S`, or of page 8 of it for `R3+8`.
 * @throws RangeError for any other text
 */
export function parsePlace(text: string): number {
  if (text === STACK_REGION.name) return STACK_REGION.start;
  const match = /^R(\d+)(?:\+(\d+))?$/.exec(text);
  const slot = Number(match?.[1] ?? Number.NaN);
  if (match === null || slot >= NR_SLOTS) throw new RangeError(`no place is called ${text}`);
  return slotStart(slot) + Number(match[2] ?? 0) * PAGE_SIZE;
}

/**
 * `R3 8..15`: both pages included.
 * @throws RangeError for any other texts
 */
export function parseRange(place: string, pages: string): Range {
  const match = /^(\d+)\.\.(\d+)$/.exec(pages ?? "");
  if (match === null) throw new RangeError(`no range of pages is called ${pages}`);
  const [first, last] = [Number(match[1]), Number(match[2])];
  if (last < first) throw new RangeError(`no range of pages is called ${pages}`);
  return { addr: parsePlace(place) + first * PAGE_SIZE, len: (last - first + 1) * PAGE_SIZE };
}
