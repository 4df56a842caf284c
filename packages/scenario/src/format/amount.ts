/**
 * Amounts of memory as people write them: `12M`, `64 MB`, `4096 kB`, `3 pages`, `100 bytes`.
 *
 * Letters count in powers of 1024, with or without B or iB. A number without a unit counts in the
 * unit that its place gives it: bytes for a size, kB for a line of /proc, pages for a counter.
 * Values are BigInt, since a counter of the kernel below zero reads as almost 2^64.
 */
import { PAGE_SIZE } from "@forkpath/abi";

/** Bytes of each unit. */
export const UnitBytes: Readonly<Record<"byte" | "page" | "k" | "M" | "G" | "T", bigint>> = {
  byte: 1n,
  page: BigInt(PAGE_SIZE),
  k: 2n ** 10n,
  M: 2n ** 20n,
  G: 2n ** 30n,
  T: 2n ** 40n,
};

/** A number and, unless it is plain, the bytes that it counts in. */
export interface Amount {
  readonly count: bigint;
  readonly unitBytes: bigint | null;
}

/** What an amount looks like: for an editor, and as the parser's first look. */
export const AMOUNT_PATTERN: RegExp = /^-?\d+(\.\d+)? ?(bytes?|B|[kKMGT](B|iB)?|pages?)?$/;

const PARTS = /^(-?)(\d+)(?:\.(\d+))? ?(\D*)$/;

/** @returns undefined for what is no amount, or does not come to whole bytes */
export function parseAmount(input: number | string): Amount | undefined {
  const text = String(input);
  if (!AMOUNT_PATTERN.test(text)) return undefined;
  const [, sign = "", whole = "", decimals = "", unit = ""] = PARTS.exec(text) ?? [];
  const unitBytes = bytesOfUnit(unit);
  const scaled = BigInt(whole + decimals) * (sign === "-" ? -1n : 1n);
  const scale = 10n ** BigInt(decimals.length);
  if (scaled % scale === 0n) return { count: scaled / scale, unitBytes };
  if (unitBytes === null || (scaled * unitBytes) % scale !== 0n) return undefined;
  return { count: (scaled * unitBytes) / scale, unitBytes: UnitBytes.byte };
}

/** The amount in bytes; a plain number counts in `plainBytes`. */
export const amountBytes = ({ count, unitBytes }: Amount, plainBytes: bigint): bigint =>
  count * (unitBytes ?? plainBytes);

function bytesOfUnit(unit: string): bigint | null {
  if (unit === "") return null;
  if (unit.startsWith("page")) return UnitBytes.page;
  if (unit === "B" || unit.startsWith("byte")) return UnitBytes.byte;
  return unit.startsWith("K") ? UnitBytes.k : UnitBytes[unit.charAt(0) as "k" | "M" | "G" | "T"];
}
