/** How keys move the cursor of a page map. */
import type { Grid } from "./grid.ts";

const PAGE_ROWS = 16;

/** Null for a key that is no move. */
export function moveCursor(key: string, cursor: number, { columns, pages }: Grid): number | null {
  const last = Math.max(0, pages - 1);
  const to = (cell: number): number => Math.min(Math.max(0, cell), last);
  switch (key) {
    case "ArrowLeft":
      return to(cursor - 1);
    case "ArrowRight":
      return to(cursor + 1);
    case "ArrowUp":
      return cursor < columns ? cursor : cursor - columns;
    case "ArrowDown":
      return cursor + columns > last ? cursor : cursor + columns;
    case "PageUp":
      return to(cursor - PAGE_ROWS * columns);
    case "PageDown":
      return to(cursor + PAGE_ROWS * columns);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
