/**
 * /proc/PID/maps: a line an area (SPEC §10.4, M10).
 *
 *    7f3ab144d000-7f3ab1473000 r--p 00000000 fe:00 339380                     /usr/lib/libc.so.6
 *    start        end         perms offset  dev   inode                       name, from column 73
 */
import { textOf } from "./bytes.ts";
import { allOf, type ChunkParser, createLineReader } from "./lines.ts";
import { decimal, hexText } from "./numbers.ts";
import { ProcError, quoted, type TextPlace } from "./proc-error.ts";
import { createTextCache, type ReadText } from "./text-cache.ts";

/** One area, as a line shows it. */
export interface MapsArea {
  /** Bytes, half-open. Multiples of the page size, so exact up to 2^64. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** `rw-p`; the last letter is `s` for what may be shared. */
  readonly perms: string;
  /** Bytes; 0 without a file. */
  readonly offset: number;
  /** Major number of the file's device; 0 without a file. */
  readonly major: number;
  /** Minor number of the file's device; 0 without a file. */
  readonly minor: number;
  /** A bigint from 2^53 up. */
  readonly inode: number | bigint;
  /** A path, `[heap]` or another name; `` for none. A newline in a path is `\012`, as printed. */
  readonly name: string;
}

const NAME_COLUMN = 73;
const ADDRESS_WIDTH = 8;
const DEVICE_WIDTH = 2;
const HEX_DIGITS = 16;
const SPACE = 32;
const COLON = 58;
const DASH = 45;
const LOWER_A = 97;
const LOWER_F = 102;
/** Hexadecimal digits of a page's bytes: 000 at the end of every address. */
const PAGE_DIGITS = 3;
const ZERO = 48;
const NINE = 57;

const WANTED = "a line such as 7f3ab144d000-7f3ab1473000 r--p 00000000 fe:00 339380 /path";

/**
 * Parses areas as they come. Each begins where the one before it ends, or later.
 * @param file the name that errors give the text
 */
export function createMapsParser(take: (area: MapsArea) => void, file = "maps"): ChunkParser {
  let reached = 0;
  const read = createTextCache();
  return createLineReader(file, (bytes, from, to, line) => {
    const area = parseMapsLine(bytes, from, to, { line, file }, read);
    expectAfter(area, reached, line, file);
    reached = area.end;
    take(area);
  });
}

/** @throws ProcError where the text is not one of maps */
export const parseMaps = (text: string | Uint8Array, file = "maps"): MapsArea[] =>
  allOf((take) => createMapsParser(take, file), text);

/** Areas come by address and do not overlap. */
export function expectAfter(area: MapsArea, reached: number, line: number, file: string): void {
  if (area.start >= reached) return;
  const wanted = `an area from ${hexText(reached, ADDRESS_WIDTH)} on`;
  throw new ProcError({
    file,
    line,
    wanted,
    got: `one from ${hexText(area.start, ADDRESS_WIDTH)}`,
  });
}

/** @throws ProcError unless bytes [from, to) are the line of one area */
export function parseMapsLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  place: TextPlace,
  read: ReadText,
): MapsArea {
  const cursor: Cursor = { bytes, at: from, to };
  const start = addressUpTo(cursor, DASH);
  const end = addressUpTo(cursor, SPACE);
  const perms = permsOf(cursor, read);
  const offset = addressUpTo(cursor, SPACE);
  const major = hexUpTo(cursor, COLON);
  const minor = hexUpTo(cursor, SPACE);
  const inode = inodeOf(cursor);
  const name = nameOf(cursor, read);
  // NaN, from whatever was not found, is never less.
  if (!(start < end && offset >= 0 && major >= 0 && minor >= 0) || perms === "" || inode === null) {
    throw new ProcError({ ...place, wanted: WANTED, got: quoted(textOf(bytes, from, to)) });
  }
  return { start, end, perms, offset, major, minor, inode, name };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly to: number;
}

/** Digits up to `stop`, which is passed; NaN for anything else. */
function hexUpTo(cursor: Cursor, stop: number): number {
  const { bytes, to } = cursor;
  const last = Math.min(to, cursor.at + HEX_DIGITS + 1);
  let value = 0;
  for (let at = cursor.at; at < last; at++) {
    const byte = bytes[at];
    if (byte >= ZERO && byte <= NINE) value = value * 16 + byte - ZERO;
    else if (byte >= LOWER_A && byte <= LOWER_F) value = value * 16 + byte - LOWER_A + 10;
    else {
      const isEnd = byte === stop && at > cursor.at;
      cursor.at = at + 1;
      return isEnd ? value : Number.NaN;
    }
  }
  return Number.NaN;
}

function addressUpTo(cursor: Cursor, stop: number): number {
  const value = hexUpTo(cursor, stop);
  for (let back = 0; back < PAGE_DIGITS; back++) {
    if (cursor.bytes[cursor.at - 2 - back] !== ZERO) return Number.NaN;
  }
  return value;
}

/** `` where there is no such word. */
function permsOf(cursor: Cursor, read: ReadText): string {
  const perms = read(cursor.bytes, cursor.at, Math.min(cursor.at + 4, cursor.to));
  const isSpaced = cursor.bytes[cursor.at + 4] === SPACE;
  cursor.at += 5;
  return isSpaced && /^[r-][w-][x-][ps]$/.test(perms) ? perms : "";
}

function inodeOf(cursor: Cursor): number | bigint | null {
  const { bytes, to } = cursor;
  const from = cursor.at;
  let at = from;
  while (at < to && bytes[at] !== SPACE) at++;
  cursor.at = at;
  const inode = decimal(bytes, from, at);
  if (inode >= 0) return inode;
  const digits = textOf(bytes, from, at);
  return /^\d{16,20}$/.test(digits) && BigInt(digits) < 2n ** 64n ? BigInt(digits) : null;
}

function nameOf({ bytes, at, to }: Cursor, read: ReadText): string {
  let from = at;
  while (from < to && bytes[from] === SPACE) from++;
  return read(bytes, from, to);
}

/** Without an end of line. */
export function mapsLine(area: MapsArea): string {
  const { start, end, perms, offset, major, minor, inode, name } = area;
  const range = `${hexText(start, ADDRESS_WIDTH)}-${hexText(end, ADDRESS_WIDTH)}`;
  const device = `${hexText(major, DEVICE_WIDTH)}:${hexText(minor, DEVICE_WIDTH)}`;
  const line = `${range} ${perms} ${hexText(offset, ADDRESS_WIDTH)} ${device} ${inode} `;
  return name === "" ? line : `${line.padEnd(NAME_COLUMN - 1)} ${name}`;
}

/**
 * The text as the kernel prints it.
 * @kernel show_map_vma in fs/proc/task_mmu.c
 */
export const printMaps = (areas: readonly MapsArea[]): string =>
  areas.map((area) => `${mapsLine(area)}\n`).join("");
