/**
 * /proc/PID/smaps and smaps_rollup (SPEC §10.5, M11, M13): the line of maps, then a line a figure.
 *
 *    560181989000-5601819e8000 r--p 00000000 fe:00 2173178                    /usr/bin/redis
 *    Size:                380 kB
 *    Rss:                 380 kB
 *    VmFlags: rd mr mw me
 *
 * Every area of one text has the same figures. After the first area the parser knows which field to
 * expect, and compares bytes; any other order and any other field take a slower way.
 */
import { bytesOf } from "./bytes.ts";
import { addField, columnLine, type Fields, type GrowingFields } from "./fields.ts";
import {
  allOf,
  type ChunkParser,
  createLineReader,
  NEWLINE,
  NOT_TAKEN,
  type TakeLine,
} from "./lines.ts";
import { expectAfter, type MapsArea, mapsLine, parseMapsLine } from "./maps.ts";
import { ProcError, quoted } from "./proc-error.ts";
import type { Layouts } from "./rules/types.ts";
import { createTextCache, type ReadText } from "./text-cache.ts";

/** One area: its line as in maps, and its figures. */
export interface SmapsArea extends MapsArea, Fields {
  /** Two letters each, as `VmFlags` lists them; none where the release has no such line. */
  readonly vmFlags: readonly string[];
}

const FLAGS_FIELD = "VmFlags";
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const UPPER_A = 65;
const UPPER_Z = 90;
const [K, B] = bytesOf("kB");
const KB_LENGTH = 3;
/** So many make a number below 2^53. */
const FEW_DIGITS = 15;
const FIELD_WIDTH = 16;
const VALUE_WIDTH = 8;
const NO_TEXTS: Readonly<Record<string, string>> = Object.freeze({});

/** Figures without a unit; `Nonlinear` stands only in areas that are so. */
const PLAIN: ReadonlySet<string> = new Set(["THPeligible", "ProtectionKey"]);
const SOMETIMES: ReadonlySet<string> = new Set(["Nonlinear"]);
const KNOWN_KB =
  /^(Size|Rss|Pss|Shared_|Private_|Swap|Anon|Referenced|Locked|Kernel|MMU|KSM|Lazy|Shmem|File)/;
const unitOf = (field: string): " kB" | "" | undefined => {
  if (PLAIN.has(field)) return "";
  return KNOWN_KB.test(field) ? " kB" : undefined;
};

/** What the areas of one text have in common. */
interface Layout {
  readonly order: readonly string[];
  readonly fields: readonly Uint8Array[];
  readonly isKb: readonly boolean[];
}

/** The area that is being read. */
interface Open {
  readonly area: MapsArea;
  readonly line: number;
  readonly rows: Record<string, number>;
  /** Lines that came as the layout says; the others' fields are in `odd`. */
  known: number;
  odd: GrowingFields | null;
  vmFlags: readonly string[];
}

interface Parser {
  readonly file: string;
  readonly take: (area: SmapsArea) => void;
  readonly read: ReadText;
  readonly flagLists: Map<string, readonly string[]>;
  layout: Layout | null;
  open: Open | null;
  reached: number;
}

/**
 * Parses areas as they come. @param file the name that errors give the text
 * @example
 * ```ts
 * import { createSmapsParser } from "@forkpath/procfs";
 * const parser = createSmapsParser(({ name, rows }) => console.log(name, rows.Rss)); // /bin/sh 8
 * const encoder = new TextEncoder();
 * parser.write(encoder.encode("00400000-00402000 r-xp 00000000 08:01 12 /bin/sh\nRss:  "));
 * parser.write(encoder.encode("       8 kB\n"));
 * parser.end();
 * ```
 */
export function createSmapsParser(take: (area: SmapsArea) => void, file = "smaps"): ChunkParser {
  const parser: Parser = {
    file,
    take,
    read: createTextCache(),
    flagLists: new Map(),
    layout: null,
    open: null,
    reached: 0,
  };
  const takeLine: TakeLine = (bytes, from, to, line) => {
    const { open, read } = parser;
    const isRow = bytes[from] >= UPPER_A && bytes[from] <= UPPER_Z;
    if (isRow && open !== null) takeOddRow(parser, open, read(bytes, from, to), line);
    else beginArea(parser, bytes, from, to, line); // where a row stands, it says what is wanted
  };
  const reader = createLineReader(file, takeLine, (bytes, from) =>
    parser.open === null ? NOT_TAKEN : takeKnownRow(parser.layout, parser.open, bytes, from),
  );
  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end();
      finishArea(parser, reader.lines() + 1);
    },
  };
}

/** @throws ProcError where the text is not one of smaps */
export const parseSmaps = (text: string | Uint8Array, file = "smaps"): SmapsArea[] =>
  allOf((take) => createSmapsParser(take, file), text);

/** @throws ProcError unless the text has one head and its figures */
export function parseSmapsRollup(text: string | Uint8Array, file = "smaps_rollup"): SmapsArea {
  const areas = parseSmaps(text, file);
  const [area] = areas;
  if (areas.length === 1 && area.name === "[rollup]") return area;
  const got = areas.length === 1 ? quoted(area.name) : `${areas.length} areas`;
  throw new ProcError({ file, line: 1, wanted: "one area [rollup]", got });
}

function beginArea(
  parser: Parser,
  bytes: Uint8Array,
  from: number,
  to: number,
  line: number,
): void {
  finishArea(parser, line);
  const { file, read } = parser;
  const area = parseMapsLine(bytes, from, to, { line, file }, read);
  expectAfter(area, parser.reached, line, file);
  parser.reached = area.end;
  parser.open = { area, line, rows: {}, known: 0, odd: null, vmFlags: [] };
}

/**
 * A line that the layout has at this place, and whose number is as usual: right behind spaces, of a
 * few digits, with its unit and its end.
 */
function takeKnownRow(layout: Layout | null, open: Open, bytes: Uint8Array, from: number): number {
  const { known } = open;
  if (layout === null || open.odd !== null || known === layout.order.length) return NOT_TAKEN;
  const field = layout.fields[known];
  let at = from;
  for (let index = 0; index < field.length; index++) {
    if (bytes[at++] !== field[index]) return NOT_TAKEN;
  }
  while (bytes[at] === SPACE) at++;
  const digits = at;
  let value = 0;
  while (bytes[at] >= ZERO && bytes[at] <= NINE) value = value * 10 + bytes[at++] - ZERO;
  if (at === digits || at - digits > FEW_DIGITS) return NOT_TAKEN;
  if (layout.isKb[known]) {
    if (bytes[at] !== SPACE || bytes[at + 1] !== K || bytes[at + 2] !== B) return NOT_TAKEN;
    at += KB_LENGTH;
  }
  if (bytes[at] !== NEWLINE) return NOT_TAKEN;
  open.rows[layout.order[known]] = value;
  open.known++;
  return at;
}

function takeOddRow(parser: Parser, open: Open, text: string, line: number): void {
  const { file, layout } = parser;
  if (text.startsWith(`${FLAGS_FIELD}:`)) {
    const isNext = layout?.order[open.known] === FLAGS_FIELD && open.odd === null;
    open.vmFlags = flagsOf(parser, text, line);
    if (isNext) open.known++;
    else oddOf(open, layout).order.push(FLAGS_FIELD);
    return;
  }
  addField(oddOf(open, layout), text, { file, line }, unitOf);
}

/** From here on the area goes its own way: its lines so far are put down by name. */
function oddOf(open: Open, layout: Layout | null): GrowingFields {
  open.odd ??= {
    order: layout?.order.slice(0, open.known) ?? [],
    rows: open.rows,
    texts: {},
  };
  return open.odd;
}

function flagsOf({ flagLists, file }: Parser, text: string, line: number): readonly string[] {
  const kept = flagLists.get(text);
  if (kept !== undefined) return kept;
  const rest = text.slice(FLAGS_FIELD.length + 1);
  if (!/^( [a-z?]{2})* ?$/.test(rest)) {
    throw new ProcError({ file, line, wanted: "flags of two letters each", got: quoted(rest) });
  }
  const flags = Object.freeze(rest.split(" ").filter((flag) => flag !== ""));
  flagLists.set(text, flags);
  return flags;
}

/** @param line the first that is no longer the area's */
function finishArea(parser: Parser, line: number): void {
  const { open, layout, file } = parser;
  if (open === null) return;
  const { area, rows, odd, vmFlags } = open;
  const order = odd?.order ?? layout?.order.slice(0, open.known) ?? [];
  const missing = (layout?.order ?? ["Rss"]).find(
    (field, index) => order[index] !== field && !order.includes(field) && !SOMETIMES.has(field),
  );
  if (missing !== undefined) {
    const wanted = `a line ${missing} of the area at line ${open.line}`;
    throw new ProcError({ file, line, wanted, got: "the end of the area" });
  }
  parser.layout ??= layoutOf(order, rows);
  const isKnown = odd === null && layout !== null;
  parser.open = null;
  parser.take({
    ...area,
    order: isKnown ? layout.order : order,
    rows,
    texts: odd?.texts ?? NO_TEXTS,
    vmFlags,
  });
}

const layoutOf = (order: readonly string[], rows: Readonly<Record<string, number>>): Layout => ({
  order,
  fields: order.map((field) => (Object.hasOwn(rows, field) ? bytesOf(`${field}:`) : bytesOf("\n"))),
  isKb: order.map((field) => !PLAIN.has(field)),
});

function printRows(
  { order, rows, texts, vmFlags }: SmapsArea,
  short: Layouts["smapsShort"],
): string {
  const lineOf = (field: string): string => {
    if (field === FLAGS_FIELD) return `${field}: ${vmFlags.map((flag) => `${flag} `).join("")}`;
    return Object.hasOwn(rows, field)
      ? rowLine(field, rows[field], short)
      : `${field}:${texts[field]}`;
  };
  return order.map((field) => `${lineOf(field)}\n`).join("");
}

/** Private_Hugetlb fills its column, and has one space more and one digit less. */
function rowLine(field: string, value: number, short: Layouts["smapsShort"]): string {
  const unit = PLAIN.has(field) ? "" : " kB";
  const isFull = field.length + 1 === FIELD_WIDTH;
  const width = isFull ? FIELD_WIDTH + 1 : FIELD_WIDTH - (short[field] ?? 0);
  return columnLine(field, value, unit, width, isFull ? VALUE_WIDTH - 1 : VALUE_WIDTH);
}

/**
 * The text as the kernel prints it.
 * @param short fields that are out of column: `Layouts.smapsShort` of the release
 * @kernel show_smap in fs/proc/task_mmu.c
 */
export const printSmaps = (
  areas: readonly SmapsArea[],
  short: Layouts["smapsShort"] = {},
): string => areas.map((area) => `${mapsLine(area)}\n${printRows(area, short)}`).join("");
