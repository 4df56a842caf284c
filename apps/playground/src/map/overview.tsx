/** A strip above a map that has to be scrolled: a mark for each page table, which leads there. */
import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { SHARED } from "../chunks/pack.ts";
import { mix, PALETTE, PAPER, type Rgb, rgb } from "../look/palette.ts";
import type { Theme } from "../store/store.ts";
import type { MapLetter } from "../worker/protocol.ts";
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
    const image = context.createImageData(tables.length, 1);
    for (const [at, { chunk }] of tables.entries()) {
      image.data.set([...colourOf(chunks.markOf(chunk), theme), OPAQUE], at * CHANNELS);
    }
    context.putImageData(image, 0, 0);
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

/** Red, green, blue, and how opaque it is. */
const CHANNELS = 4;
const OPAQUE = 255;

/** Shared ones are pale. */
function colourOf(mark: number, theme: Theme): Rgb {
  const colour = PALETTE[theme][String.fromCharCode(mark & ~SHARED) as MapLetter];
  return (mark & SHARED) === 0 ? rgb(colour) : mix(colour, PAPER[theme], PALE);
}
