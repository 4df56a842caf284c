/**
 * Marks over a map: the page under the pointer, its frame wherever else it is mapped, the page that
 * is pinned. Moved outside of rendering, so that hovering renders nothing.
 */
import { useSignalEffect } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { lookAtPage, sharersOf } from "../chunks/hold.ts";
import { useStore } from "../store/context.ts";
import type { Spot, Store } from "../store/store.ts";
import type { MapArea, MapSpace } from "../worker/protocol.ts";
import { cellOf, type Grid, type LaidOut } from "./grid.ts";

interface MapMarksProps extends LaidOut {
  readonly area: MapArea;
  readonly side: 0 | 1;
}

export function MapMarks({ grid, chunks, space, area, side }: MapMarksProps): JSX.Element {
  const store = useStore();
  const refs = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)] as const;
  const pin = useRef<HTMLDivElement>(null);
  const isIn = (addr: number): boolean => addr >= area.start && addr < area.end;
  const facts = useMemo(() => ({ grid, space, area, side, chunks }), [grid, space, area, side]);
  useSignalEffect(() => {
    const spot = store.hovered.value ?? store.pinned.value;
    const { here, there } = spotsOf(store, facts, spot, isIn);
    place(refs[0], facts.grid, here);
    place(refs[1], facts.grid, there);
  });
  useSignalEffect(() => {
    const { value: spot } = store.pinned;
    const isHere = spot !== null && spot.mm === facts.space.mm && spot.side === facts.side;
    place(pin, facts.grid, isHere && isIn(spot.addr) ? spot.addr : null);
  });
  return (
    <>
      <div ref={pin} class="mark mark-pin" hidden />
      <div ref={refs[1]} class="mark mark-there" hidden />
      <div ref={refs[0]} class="mark mark-here" hidden />
    </>
  );
}

type Facts = MapMarksProps;

/** Where the spot is in this area, and where else its frame is. */
function spotsOf(
  store: Store,
  { space, side, chunks }: Facts,
  spot: Spot | null,
  isIn: (addr: number) => boolean,
): { here: number | null; there: number | null } {
  const none = { here: null, there: null };
  if (spot === null || spot.side !== side) return none;
  const spaces = spacesOf(store, side);
  const owner = spaces.find(({ mm }) => mm === spot.mm);
  if (owner === undefined) return none;
  const here = spot.mm === space.mm && isIn(spot.addr) ? spot.addr : null;
  if (here !== null) return { here, there: null };
  const look = lookAtPage(chunks, owner, spot.addr);
  const there = sharersOf(chunks, { spaces }, look).find(
    ({ mm, addr }) => mm === space.mm && isIn(addr),
  );
  return { here, there: there?.addr ?? null };
}

function spacesOf({ view, race, history, own }: Store, side: 0 | 1): readonly MapSpace[] {
  switch (view.value) {
    case "race":
      return race.state.value?.spaces ?? [];
    case "process":
      return own.map.value === null ? [] : [own.map.value.space];
    default:
      return (side === 0 ? history.state : history.otherState).value?.spaces ?? [];
  }
}

/** Never smaller than can be seen. */
const LEAST = 7;

function place(ref: RefObject<HTMLDivElement | null>, grid: Grid, addr: number | null): void {
  const mark = ref.current;
  if (mark === null) return;
  const cell = addr === null ? -1 : cellOf(grid, addr);
  mark.hidden = cell < 0;
  if (cell < 0) return;
  const size = Math.max(grid.cell, LEAST);
  const middle = (grid.cell - size) / 2;
  const x = (cell % grid.columns) * grid.cell + middle;
  const y = Math.floor(cell / grid.columns) * grid.cell + middle;
  mark.style.transform = `translate(${x}px, ${y}px)`;
  mark.style.width = mark.style.height = `${size}px`;
}
