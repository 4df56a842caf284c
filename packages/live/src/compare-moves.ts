/**
 * Whether each page that was there before a step is in the frame that it was in: where a copy was
 * made, and where a page was taken over.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import type { NamePage, Tally } from "./difference.ts";
import type { Look, Moment } from "./look.ts";

/**
 * Of one task, by its place in both moments.
 * @param isFresh whether the step has mapped something anew at an address: a frame that was given
 *   back and taken again tells nothing
 */
export function compareMoves(
  tally: Tally,
  moment: Moment,
  before: Moment,
  index: number,
  namePage: NamePage,
  isFresh: (addr: number) => boolean,
): void {
  const { name } = moment.model[index];
  const wanted = movesOf(moment.model[index], before.model[index]);
  const got = movesOf(moment.kernel[index], before.kernel[index]);
  tally.values += wanted.seen;
  const wrong = [...wanted.moved, ...got.moved].filter(
    (addr) => wanted.moved.has(addr) !== got.moved.has(addr) && !isFresh(addr),
  );
  if (wrong.length === 0) return;
  const addr = wrong.reduce((least, one) => Math.min(least, one));
  const more = wrong.length === 1 ? "" : `, and ${wrong.length - 1} more`;
  tally.differences.push({
    text: `${name} ${namePage(name, addr)} in the frame that it was in`,
    model: wanted.moved.has(addr) ? "no" : "yes",
    kernel: `${got.moved.has(addr) ? "no" : "yes"}${more}`,
  });
}

function movesOf(
  now: Look,
  before: Look | undefined,
): { readonly seen: number; readonly moved: ReadonlySet<number> } {
  const moved = new Set<number>();
  let seen = 0;
  const old = before?.memory?.areas ?? [];
  for (const { start, pages } of now.memory?.areas ?? []) {
    if (pages === null) continue;
    let area = old.findIndex(({ end }) => end > start);
    for (let page = 0; area >= 0 && page < pages.frames.length; page++) {
      if (pages.frames[page] <= 0) continue;
      const addr = start + page * PAGE_SIZE;
      while (area < old.length && old[area].end <= addr) area++;
      if (area === old.length) break;
      const { start: from, pages: oldPages } = old[area];
      const was = addr < from ? 0 : (oldPages?.frames[(addr - from) / PAGE_SIZE] ?? 0);
      const is = pages.frames[page];
      if (was <= 0 || is <= 0) continue;
      seen++;
      if (was !== is) moved.add(addr);
    }
  }
  return { seen, moved };
}
