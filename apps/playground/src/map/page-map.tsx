/** The map of one area: cells, a cursor for keys and pointers, and the same in words. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Chunks, type Columns, columnsOf, lookAtPage } from "../chunks/hold.ts";
import { areaWords, grouped, LETTER_WORDS } from "../chunks/words.ts";
import { useTheme } from "../look/theme.ts";
import { useStore } from "../store/context.ts";
import { areaName, spotName } from "../store/names.ts";
import type { Spot } from "../store/store.ts";
import type { MapArea, MapSpace } from "../worker/protocol.ts";
import { AreaTable } from "./area-table.tsx";
import { codesOf, drawMap } from "./draw.ts";
import { addrOf, cellOf, type Grid, isTall, makeGrid } from "./grid.ts";
import { moveCursor } from "./keys.ts";
import { MapMarks } from "./marks.tsx";
import { Overview } from "./overview.tsx";
import { Sprites } from "./sprites.ts";

/** What a map is held against, to outline what differs. */
export interface Compared {
  readonly chunks: Chunks;
  readonly space: MapSpace;
}

export interface PageMapProps {
  readonly chunks: Chunks;
  readonly space: MapSpace;
  readonly area: MapArea;
  readonly compared: Compared | null;
  readonly side: 0 | 1;
  readonly owner: string;
  /** CSS pixels. */
  readonly width: number;
  /** Whether a click shows the page in the inspector; by default it does. */
  readonly isPinnable?: boolean;
}

export function PageMap(props: PageMapProps): JSX.Element {
  const { chunks, space, area, compared, side, owner, width } = props;
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useMemo(() => makeGrid(area, space, width), [area, space, width]);
  const codes = useMemo(() => mapCodes(chunks, space, grid, compared), [space, grid, compared]);
  const scale = globalThis.devicePixelRatio || 1;
  const sprites = useMemo(() => new Sprites(grid.cell, scale, theme), [grid.cell, scale, theme]);
  useEffect(() => {
    if (canvas.current !== null) drawMap(canvas.current, grid, codes, sprites);
  }, [grid, codes, sprites]);
  const name = areaName(area);
  const words = areaWords(area.words);
  return (
    <div class="map">
      <Overview chunks={chunks} space={space} grid={grid} scroller={scroller} theme={theme} />
      <div ref={scroller} class={isTall(grid) ? "map-scroll" : ""}>
        <div class="map-cells">
          <canvas
            ref={canvas}
            role="img"
            tabIndex={0}
            data-map={`${owner} ${name}`}
            data-start={area.start}
            aria-label={`${owner} ${name}: ${words}`}
            {...useCursor(props, grid)}
          />
          <MapMarks grid={grid} chunks={chunks} space={space} side={side} area={area} />
        </div>
      </div>
      <AreaTable chunks={chunks} space={space} area={area} grid={grid} owner={owner}>
        <p class="map-words">
          {words}
          {grid.left > 0
            ? `; tables of ${grouped(grid.left)} pages have no entry, and no cell`
            : ""}
          <ChangedWords codes={codes} />
        </p>
      </AreaTable>
    </div>
  );
}

interface Handlers {
  onPointerMove(event: PointerEvent): void;
  onPointerLeave(): void;
  onClick(event: MouseEvent): void;
  onFocus(): void;
  onBlur(): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** The page under the pointer, or under the cursor that the arrow keys move. */
function useCursor(
  { chunks, space, side, owner, isPinnable = true }: PageMapProps,
  grid: Grid,
): Handlers {
  const { hovered, pinned, tab, said } = useStore();
  const cursor = useSignal(0);
  const spotAt = (cell: number): Spot => ({ mm: space.mm, side, addr: addrOf(grid, cell) });
  const hover = (cell: number): void => {
    hovered.value = cell < 0 || grid.pages === 0 ? null : spotAt(cell);
  };
  const pin = (cell: number): void => {
    if (!isPinnable) return;
    pinned.value = spotAt(cell);
    tab.value = "page";
  };
  return {
    onPointerMove: (event) => hover(cellUnder(event, grid)),
    onPointerLeave: () => hover(-1),
    onBlur: () => hover(-1),
    onClick(event) {
      const cell = cellUnder(event, grid);
      if (cell < 0) return;
      cursor.value = cell;
      pin(cell);
    },
    onFocus() {
      const here = pinned.value;
      const isHere = here?.mm === space.mm && here.side === side;
      const begin = isHere ? Math.max(0, cellOf(grid, here.addr)) : cursor.value;
      cursor.value = Math.min(begin, Math.max(0, grid.pages - 1));
      hover(cursor.value);
    },
    onKeyDown(event) {
      if (event.key === "Enter") pin(cursor.value);
      const moved = moveCursor(event.key, cursor.value, grid);
      if (moved === null || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      cursor.value = moved;
      hover(moved);
      showRow(event.currentTarget as HTMLElement, moved, grid);
      said.value = spoken(chunks, space, addrOf(grid, moved), owner);
    },
  };
}

/** A cursor that the keys move stays in sight. */
function showRow(canvas: HTMLElement, at: number, grid: Grid): void {
  const box = isTall(grid) ? canvas.closest(".map-scroll") : null;
  if (box === null) return;
  const y = Math.floor(at / grid.columns) * grid.cell;
  if (y < box.scrollTop || y >= box.scrollTop + box.clientHeight) {
    box.scrollTop = y - box.clientHeight / 2;
  }
}

/** -1 where there is none. */
function cellUnder(event: PointerEvent | MouseEvent, { cell, columns, pages }: Grid): number {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left) / cell);
  const at = Math.floor((event.clientY - box.top) / cell) * columns + column;
  return column >= 0 && column < columns && at >= 0 && at < pages ? at : -1;
}

/** How many cells are outlined: below six pixels no outline can be seen. */
function ChangedWords({ codes }: { codes: Uint16Array }): JSX.Element | null {
  const changed = useMemo(() => codes.reduce((sum, code) => sum + (code >> 8), 0), [codes]);
  return changed === 0 ? null : <span class="changed"> · {grouped(changed)} changed</span>;
}

function mapCodes(
  chunks: Chunks,
  space: MapSpace,
  grid: Grid,
  compared: Compared | null,
): Uint16Array {
  const codes = new Uint16Array(grid.pages);
  for (const { start, pages, at } of grid.segments) {
    const now = columnsOf(chunks, space, start, pages);
    const then =
      compared === null ? null : columnsOf(compared.chunks, compared.space, start, pages);
    const isSameMachine = compared?.chunks === chunks;
    codes.set(
      codesOf(now.letters, now.shared, then === null ? null : changedIn(now, then, isSameMachine)),
      at,
    );
  }
  return codes;
}

/** Two machines have frames of their own: there only letters tell. */
function changedIn(now: Columns, then: Columns, hasFrames: boolean): Uint8Array {
  const changed = new Uint8Array(now.letters.length);
  for (let page = 0; page < changed.length; page++) {
    const isOther =
      now.letters[page] !== then.letters[page] ||
      (hasFrames ? now.frames[page] !== then.frames[page] : now.shared[page] !== then.shared[page]);
    if (isOther) changed[page] = 1;
  }
  return changed;
}

/** `heap 23, r, frame 41, mapped by 2 entries` */
function spoken(chunks: Chunks, space: MapSpace, addr: number, owner: string): string {
  const { letter, frame, mapcount } = lookAtPage(chunks, space, addr);
  const where = `${owner} ${spotName(space, addr)}, ${letter === "-" ? "" : `${letter}, `}${LETTER_WORDS[letter]}`;
  if (frame === null) return where;
  if (letter === "s") return `${where}, slot ${frame}`;
  return `${where}, frame ${frame}, mapped by ${mapcount} ${mapcount === 1 ? "entry" : "entries"}`;
}
