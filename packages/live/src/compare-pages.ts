/** Areas page by page: what each page is, and which pages share a frame. */
import { PAGE_SIZE } from "@forkpath/abi";
import type { Tally } from "./difference.ts";
import { type Area, type Look, NO_ENTRY, type Pages, type Sight } from "./look.ts";

/** Of both sides. */
export interface Firsts {
  readonly model: Places;
  readonly kernel: Places;
}

/** The first page of each column that differs is told, and how many more do. */
export function comparePages(
  tally: Tally,
  { start, end }: Area,
  model: Pages,
  kernel: Pages,
  first: Firsts,
  { hasFrames, hasEntries }: Sight,
  name: (page: number) => string,
): void {
  const count = (end - start) / PAGE_SIZE;
  tally.pages += count;
  const column = (
    what: string,
    read: (pages: Pages, places: Places, page: number) => number,
    text: (value: number) => string,
  ): void => {
    tally.values += count;
    let wrong = 0;
    let at = 0;
    for (let page = 0; page < count; page++) {
      if (read(model, first.model, page) === read(kernel, first.kernel, page)) continue;
      if (wrong++ === 0) at = page;
    }
    if (wrong === 0) return;
    const more = wrong === 1 ? "" : `, and ${wrong - 1} more`;
    tally.differences.push({
      text: `${name(at)} ${what}`,
      model: text(read(model, first.model, at)),
      kernel: `${text(read(kernel, first.kernel, at))}${more}`,
    });
  };
  column("entry", ({ letters }, _places, page) => letters[page], letterText);
  if (hasFrames) {
    column("frame", ({ frames }, places, page) => firstPlace(places, frames[page]), placeText);
    column("mapcount", ({ mapcounts }, _places, page) => mapcounts[page], String);
  } else {
    column("mapped once", ({ mapcounts }, _places, page) => mapcounts[page], yesNo);
  }
  if (hasEntries) column("dirty", ({ dirty }, _places, page) => dirty[page], yesNo);
}

const letterText = (letter: number): string =>
  letter === NO_ENTRY ? "none" : String.fromCharCode(letter);
const yesNo = (value: number): string => (value === 0 ? "no" : "yes");

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

const firstPlace = ({ byFrame }: Places, frame: number): number => byFrame.get(frame) ?? 0;

const placeText = (place: number): string =>
  place === 0
    ? "none"
    : `that of area ${Math.floor(place / PAGES_PER_AREA)}, page ${place % PAGES_PER_AREA}`;
