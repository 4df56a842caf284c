/**
 * Areas with their page maps. Of an area that changed, the map is drawn as it was and as it is:
 *
 *      1000000000 rw-p heap   256  was  r*256
 *                                  now  W*16 r*240
 */
import { PAGE_SIZE } from "@forkpath/abi";
import { type AreaMap, type MapChange, type MappingPart, mapChanges } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";
import { drawMap, FEW_LINES, type MapRoom, MOST_LINES } from "./page-map.ts";
import { LINE_WIDTH } from "./table.ts";

/** What became of an area. */
type Fate = "new" | "changed" | "same" | "gone";

interface AreaRow {
  readonly fate: Fate;
  readonly area: AreaMap;
  /** Of all its pages, before and after. */
  readonly changes: readonly MapChange[];
  /** What it allowed before, where that has changed. */
  readonly oldPermissions: string | null;
}

export interface AreaOptions {
  /** Whether areas that are as before are drawn too. */
  readonly isFull: boolean;
  readonly colors: Colors;
}

/** Null for a process that had no memory, or has none any more. */
export function drawAreas(
  before: readonly AreaMap[] | null,
  after: readonly AreaMap[] | null,
  { isFull, colors }: AreaOptions,
): string[] {
  const rows = rowsOf(before ?? [], after ?? [], before === null);
  const drawn = isFull || before === null ? rows : rows.filter(({ fate }) => fate !== "same");
  const layout = layoutOf(drawn);
  const same = rows.length - drawn.length;
  return [
    ...drawn.flatMap((row) => drawRow(row, layout, isFull, colors)),
    ...(same === 0 ? [] : [colors.dim(`    = ${same} ${same === 1 ? "area" : "areas"} as before`)]),
  ];
}

/** By rising address. @param isNew whether all of the memory is: then none of its areas is news */
function rowsOf(before: readonly AreaMap[], after: readonly AreaMap[], isNew: boolean): AreaRow[] {
  const now = after.map((area): AreaRow => {
    const old = before.filter((one) => overlap(one, area));
    const fate = isNew ? "same" : fateOf(old, area);
    const other = old.find(({ permissions }) => permissions !== area.permissions);
    const oldPermissions = isNew ? null : (other?.permissions ?? null);
    return { fate, area, changes: mapChanges(old, [area], area), oldPermissions };
  });
  const gone = before
    .filter((area) => !after.some((one) => overlap(one, area)))
    .map((area): AreaRow => {
      const changes = mapChanges([area], [], area);
      return { fate: "gone", area, changes, oldPermissions: null };
    });
  return [...now, ...gone].sort((left, right) => left.area.start - right.area.start);
}

const overlap = (left: AreaMap, right: AreaMap): boolean =>
  left.start < right.end && right.start < left.end;

function fateOf(old: readonly AreaMap[], area: AreaMap): Fate {
  const [was] = old;
  if (was === undefined) return "new";
  const isSame =
    old.length === 1 &&
    was.start === area.start &&
    was.end === area.end &&
    was.permissions === area.permissions &&
    JSON.stringify(was.runs) === JSON.stringify(area.runs);
  return isSame ? "same" : "changed";
}

interface Layout {
  readonly address: number;
  readonly label: number;
  readonly pages: number;
  /** Where page maps begin. */
  readonly map: number;
}

const MOST_LABEL = 24;

function layoutOf(rows: readonly AreaRow[]): Layout {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((t) => t.length));
  const address = widest(rows.map(({ area }) => area.start.toString(16)));
  const label = Math.min(widest(rows.map(({ area }) => labelOf(area))), MOST_LABEL);
  const pages = widest(rows.map(({ area }) => `${pagesOf(area)}`));
  const tag = rows.some(({ fate }) => fate === "changed") ? TAG_WIDTH : 0;
  return { address, label, pages, map: 6 + address + 6 + label + 2 + pages + 2 + tag };
}

const TAG_WIDTH = 5;
const SIGNS: Readonly<Record<Fate, string>> = { new: "+", changed: "*", same: " ", gone: "-" };

function drawRow(row: AreaRow, layout: Layout, isFull: boolean, colors: Colors): string[] {
  const { fate, area } = row;
  const paint = paintOf(fate, colors);
  const head = [
    `    ${SIGNS[fate]}`,
    area.start.toString(16).padStart(layout.address),
    area.permissions,
    labelOf(area)
      .slice(0, layout.label)
      .padEnd(layout.label + 1),
    `${pagesOf(area)}`.padStart(layout.pages),
  ].join(" ");
  const room: MapRoom = { width: LINE_WIDTH - layout.map, lines: isFull ? MOST_LINES : FEW_LINES };
  const maps = mapLines(row, room, colors).map(
    ({ tag, line }) => tag.padEnd(layout.map - head.length - 2) + line,
  );
  return maps.map((line, index) =>
    index === 0 ? `${paint(head)}  ${line}` : " ".repeat(head.length + 2) + line,
  );
}

interface TaggedLine {
  /** `was`, `now` or nothing. */
  readonly tag: string;
  readonly line: string;
}

/** Of what changed, how it was and how it is now. */
function mapLines(row: AreaRow, room: MapRoom, colors: Colors): TaggedLine[] {
  const { fate, changes, oldPermissions } = row;
  const draw = (isNow: boolean): string[] => drawMap(changes, isNow, room, colors);
  if (fate !== "changed") return tagged("", draw(fate !== "gone"));
  const isMapNews = changes.some(({ before, after }) => before !== after);
  const was = [
    ...(oldPermissions === null ? [] : [oldPermissions]),
    ...(isMapNews ? draw(false) : []),
  ];
  return [...tagged("was", was), ...tagged(was.length === 0 ? "" : "now", draw(true))];
}

const tagged = (tag: string, lines: readonly string[]): TaggedLine[] =>
  lines.map((line, index) => ({ tag: index === 0 ? tag : "", line }));

const paintOf = (fate: Fate, colors: Colors): ((text: string) => string) =>
  ({ new: colors.green, gone: colors.red, changed: colors.yellow, same: String })[fate];

const pagesOf = ({ start, end }: AreaMap): number => (end - start) / PAGE_SIZE;

/** Which mappings it is, or parts of which; else what the memory is. */
const labelOf = ({ mappings, name }: AreaMap): string =>
  mappings.length === 0 ? name : mappings.map(partText).join("+");

const partText = ({ name, firstPage, pages, isWhole }: MappingPart): string =>
  isWhole ? name : `${name} ${firstPage}..${firstPage + pages - 1}`;
