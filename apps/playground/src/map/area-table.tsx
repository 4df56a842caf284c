/** A page map as a table: runs of pages that are alike, for those who read rather than look. */
import { PAGE_SIZE } from "@forkpath/abi";
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Chunks, columnsOf } from "../chunks/hold.ts";
import { grouped, LETTER_WORDS } from "../chunks/words.ts";
import { TableHead } from "../look/table-head.tsx";
import { areaName } from "../store/names.ts";
import type { MapArea, MapLetter, MapSpace } from "../worker/protocol.ts";
import type { Grid, LaidOut } from "./grid.ts";

/** More rows are no help; how many there are more is said. */
const MOST_ROWS = 400;

interface AreaTableProps extends LaidOut {
  readonly area: MapArea;
  readonly owner: string;
  /** What stands beside the button. */
  readonly children: ComponentChildren;
}

export function AreaTable(props: AreaTableProps): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <>
      <div class="map-foot">
        {props.children}
        <button
          type="button"
          class="table-button"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          Table<span class="unseen"> of {areaName(props.area)}</span>
        </button>
      </div>
      {isOpen.value ? <Runs {...props} /> : null}
    </>
  );
}

function Runs({ chunks, space, area, grid, owner }: Omit<AreaTableProps, "children">): JSX.Element {
  const runs = useMemo(() => runsOf(chunks, space, area, grid), [space, area, grid]);
  return (
    <table class="runs">
      <caption class="unseen">
        pages of {owner} {areaName(area)}
      </caption>
      <TableHead columns={["pages", "what", "frames"]} />
      <tbody>
        {runs.slice(0, MOST_ROWS).map(({ first, last, letter, isShared, frame }) => (
          <tr key={first}>
            <th scope="row">{first === last ? first : `${first}–${last}`}</th>
            <td>
              {letter === "-" ? "" : `${letter}, `}
              {LETTER_WORDS[letter]}
              {isShared ? ", others map it too" : ""}
            </td>
            <td>{frame < 0 ? "" : first === last ? frame : `from ${frame}`}</td>
          </tr>
        ))}
        {runs.length > MOST_ROWS ? (
          <tr>
            <td colSpan={3}>and {grouped(runs.length - MOST_ROWS)} rows more</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

/** Pages alike that follow each other, counted from the start of the area. */
interface Run {
  readonly first: number;
  last: number;
  readonly letter: MapLetter;
  readonly isShared: boolean;
  /** Of the first page; -1 for none. */
  readonly frame: number;
}

/** Together they have every page of the area once. */
function runsOf(
  chunks: Chunks,
  space: MapSpace,
  { start, end }: MapArea,
  { segments }: Pick<Grid, "segments">,
): Run[] {
  const runs: Run[] = [];
  const add = (run: Run): void => {
    const before = runs.at(-1);
    if (before?.letter === run.letter && before.isShared === run.isShared) before.last = run.last;
    else runs.push(run);
  };
  const skip = (from: number, to: number): void => {
    if (from < to) add({ first: from, last: to - 1, letter: "-", isShared: false, frame: -1 });
  };
  let next = 0;
  for (const { start: from, pages } of segments) {
    const first = (from - start) / PAGE_SIZE;
    skip(next, first);
    const { letters, shared, frames } = columnsOf(chunks, space, from, pages);
    for (let at = 0; at < pages; at++) {
      const letter = String.fromCharCode(letters[at]) as MapLetter;
      const isShared = shared[at] === 1;
      add({ first: first + at, last: first + at, letter, isShared, frame: frames[at] });
    }
    next = first + pages;
  }
  skip(next, (end - start) / PAGE_SIZE);
  return runs;
}
