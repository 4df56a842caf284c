/** Areas page by page: what each page is, and which pages share a frame. */
import type { Tally } from "./difference.ts";
import { type Look, NO_ENTRY, type Pages, type Sight } from "./look.ts";

/** Of both sides. */
export interface Firsts {
  readonly model: Places;
  readonly kernel: Places;
}

/** What is compared of a page, and how it is told. */
interface Column {
  readonly what: string;
  read(pages: Pages, places: Places, page: number): number;
  text(value: number): string;
}

const ENTRY: Column = {
  what: "entry",
  read: ({ letters }, _places, page) => letters[page],
  text: (letter) => (letter === NO_ENTRY ? "none" : String.fromCharCode(letter)),
};
const FRAME: Column = {
  what: "frame",
  read: ({ frames }, { byFrame }, page) => byFrame.get(frames[page]) ?? 0,
  text: placeText,
};
const MAPCOUNT: Column = {
  what: "mapcount",
  read: ({ mapcounts }, _places, page) => mapcounts[page],
  text: String,
};
const SINGLE: Column = { ...MAPCOUNT, what: "mapped once", text: yesNo };
const DIRTY: Column = {
  what: "dirty",
  read: ({ dirty }, _places, page) => dirty[page],
  text: yesNo,
};

function columnsOf({ hasFrames, hasEntries }: Sight): readonly Column[] {
  const whose = hasFrames ? [FRAME, MAPCOUNT] : [SINGLE];
  return [ENTRY, ...whose, ...(hasEntries ? [DIRTY] : [])];
}

/** The first page of each column that differs is told, and how many more do. */
export function comparePages(
  tally: Tally,
  model: Pages,
  kernel: Pages,
  first: Firsts,
  sight: Sight,
  name: (page: number) => string,
): void {
  const columns = columnsOf(sight);
  const count = model.letters.length;
  tally.pages += count;
  tally.values += count * columns.length;
  const wrong = columns.map(() => ({ count: 0, at: 0 }));
  for (let page = 0; page < count; page++) {
    // Where neither has an entry there is nothing else.
    if (model.letters[page] === NO_ENTRY && kernel.letters[page] === NO_ENTRY) continue;
    for (let index = 0; index < columns.length; index++) {
      const { read } = columns[index];
      if (read(model, first.model, page) === read(kernel, first.kernel, page)) continue;
      if (wrong[index].count++ === 0) wrong[index].at = page;
    }
  }
  for (const [index, { what, read, text }] of columns.entries()) {
    const { count: times, at } = wrong[index];
    if (times === 0) continue;
    const more = times === 1 ? "" : `, and ${times - 1} more`;
    tally.differences.push({
      text: `${name(at)} ${what}`,
      model: text(read(model, first.model, at)),
      kernel: `${text(read(kernel, first.kernel, at))}${more}`,
    });
  }
}

function yesNo(value: number): string {
  return value === 0 ? "no" : "yes";
}

/** Where each frame or slot is seen first: a number for each place. */
export interface Places {
  readonly byFrame: ReadonlyMap<number, number>;
}

const PAGES_PER_AREA = 2 ** 32;

/** Two pages show the same frame if the first place of it is the same, whatever its number is. */
export function firstPlaces(looks: readonly Look[]): Places {
  const byFrame = new Map<number, number>();
  let area = 0;
  for (const { memory } of looks) {
    for (const { pages } of memory?.areas ?? []) {
      area++;
      if (pages === null) continue;
      const { frames } = pages;
      for (let page = 0; page < frames.length; page++) {
        const frame = frames[page];
        if (frame !== 0 && !byFrame.has(frame)) byFrame.set(frame, area * PAGES_PER_AREA + page);
      }
    }
  }
  return { byFrame };
}

function placeText(place: number): string {
  if (place === 0) return "none";
  return `that of area ${Math.floor(place / PAGES_PER_AREA)}, page ${place % PAGES_PER_AREA}`;
}
