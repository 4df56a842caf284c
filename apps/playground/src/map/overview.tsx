/** A strip above a map that has to be scrolled: a mark for each page table, which leads there. */
import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { css, mix, PALETTE, PAPER, rgb } from "../look/palette.ts";
import type { Theme } from "../store/store.ts";
import type { Chunk, MapLetter } from "../worker/protocol.ts";
import { cellOf, isTall, type LaidOut } from "./grid.ts";

/** CSS pixels of a mark: wider ones where there are few. */
const HEIGHT = 8;
const PALE = 0.6;

interface OverviewProps extends LaidOut {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly theme: Theme;
}

export function Overview(props: OverviewProps): JSX.Element | null {
  return isTall(props.grid) ? <Strip {...props} /> : null;
}

function Strip({ chunks, space, grid, scroller, theme }: OverviewProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const tables = space.starts.flatMap((start, index) => {
    const cell = Math.max(
      cellOf(grid, start),
      cellOf(grid, start + PMD_SIZE - PAGE_SIZE) - PTRS_PER_TABLE + 1,
    );
    return cell < 0 ? [] : [{ cell, chunk: space.chunks[index] }];
  });
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context == null) return;
    canvas.current.width = tables.length;
    canvas.current.height = 1;
    for (const [at, { chunk }] of tables.entries()) {
      context.fillStyle = markOf(chunks.get(chunk), theme);
      context.fillRect(at, 0, 1, 1);
    }
  }, [space, grid, theme]);
  const go = ({
    offsetX,
    currentTarget,
  }: {
    offsetX: number;
    currentTarget: HTMLElement;
  }): void => {
    const at = Math.floor((offsetX / Math.max(1, currentTarget.clientWidth)) * tables.length);
    const table = tables[Math.min(Math.max(0, at), tables.length - 1)];
    if (scroller.current === null || table === undefined) return;
    scroller.current.scrollTop = Math.floor(table.cell / grid.columns) * grid.cell;
  };
  return (
    <canvas
      ref={canvas}
      class="overview"
      role="img"
      aria-label="overview: a mark for each page table"
      style={{ width: `${grid.columns * grid.cell}px`, height: `${HEIGHT}px` }}
      onClick={go}
    />
  );
}

/** The colour of what most of its pages are; pale where most of those are shared. */
function markOf({ letters, mapcounts }: Chunk, theme: Theme): string {
  const counts = new Map<number, number>();
  let shared = 0;
  for (let page = 0; page < PTRS_PER_TABLE; page++) {
    counts.set(letters[page], (counts.get(letters[page]) ?? 0) + 1);
    if (mapcounts[page] >= 2) shared++;
  }
  const [code] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const colour = PALETTE[theme][String.fromCharCode(code) as MapLetter];
  return css(shared > PTRS_PER_TABLE / 2 ? mix(colour, PAPER[theme], PALE) : rgb(colour));
}
