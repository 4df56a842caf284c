/** The map of one area: cells, a cursor for keys and pointers, and the same in words. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Chunks, lookAtPage } from "../chunks/hold.ts";
import { areaWords, grouped, LETTER_WORDS } from "../chunks/words.ts";
import { useTheme } from "../look/theme.ts";
import { useStore } from "../store/context.ts";
import { areaName, spotName } from "../store/names.ts";
import type { Spot } from "../store/store.ts";
import type { MapArea, MapSpace } from "../worker/protocol.ts";
import { AreaTable } from "./area-table.tsx";
import { type Compared, codesOf } from "./codes.ts";
import { drawMap } from "./draw.ts";
import { addrOf, cellOf, type Grid, isTall, makeGrid } from "./grid.ts";
import { moveCursor } from "./keys.ts";
import { MapMarks } from "./marks.tsx";
import { Overview } from "./overview.tsx";
import { Sprites } from "./sprites.ts";

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
  const codes = useMemo(() => codesOf(chunks, space, grid, compared), [space, grid, compared]);
  const scale = globalThis.devicePixelRatio || 1;
  const sprites = useMemo(() => new Sprites(grid.cell, scale, theme), [grid.cell, scale, theme]);
  useEffect(() => {
    if (canvas.current !== null) drawMap(canvas.current, grid, codes.cells, sprites);
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
          {/* Below six pixels no outline can be seen. */}
          {codes.changed === 0 ? null : (
            <span class="changed"> · {grouped(codes.changed)} changed</span>
          )}
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

/** `heap 23, r, frame 41, mapped by 2 entries` */
function spoken(chunks: Chunks, space: MapSpace, addr: number, owner: string): string {
  const { letter, frame, mapcount } = lookAtPage(chunks, space, addr);
  const where = `${owner} ${spotName(space, addr)}, ${letter === "-" ? "" : `${letter}, `}${LETTER_WORDS[letter]}`;
  if (frame === null) return where;
  if (letter === "s") return `${where}, slot ${frame}`;
  return `${where}, frame ${frame}, mapped by ${mapcount} ${mapcount === 1 ? "entry" : "entries"}`;
}
