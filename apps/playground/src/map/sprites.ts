/** One picture for each look of a cell, as pixels to be copied. */

import { SHARED } from "../chunks/pack.ts";
import {
  brightness,
  css,
  INK,
  mix,
  mixed,
  PALETTE,
  PAPER,
  type Rgb,
  rgb,
} from "../look/palette.ts";
import type { Theme } from "../store/store.ts";
import type { MapLetter } from "../worker/protocol.ts";

/** From here up, the letter stands in the cell. */
const LETTER_FROM = 12;
/** From here up, a shared page is a ring, and there is room for a mark and for an outline. */
const RING_FROM = 6;
/** Below this, the gap between cells is a mixed tone: paper would shimmer. */
const GAP_FROM = 4;
/** Smaller cells have no gap at all. */
const TONE_FROM = 3;
const TONE = 0.3;
/** How much paper a shared page has in it. */
const PALE = 0.72;
const DARKER = 0.35;

export interface Look {
  readonly letter: MapLetter;
  readonly isShared: boolean;
  readonly isChanged: boolean;
}

/** Makes sprites of one size, and remembers them. */
export class Sprites {
  readonly size: number;
  private readonly theme: Theme;
  private readonly scale: number;
  /** By code: a million cells ask for theirs. */
  private readonly known: (Uint32Array | undefined)[] = new Array(2 * CHANGED).fill(undefined);
  private readonly context: CanvasRenderingContext2D;

  /** @param cell CSS pixels @param scale device pixels in one */
  constructor(cell: number, scale: number, theme: Theme) {
    this.size = Math.max(1, Math.round(cell * scale));
    this.scale = this.size / cell;
    this.theme = theme;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = this.size;
    this.context = canvas.getContext("2d", {
      willReadFrequently: true,
    }) as CanvasRenderingContext2D;
  }

  /** @param code of the letter; flags as `lookCode` packs them */
  get(code: number): Uint32Array {
    let sprite = this.known[code];
    if (sprite === undefined) {
      sprite = this.make({
        letter: String.fromCharCode(code & CODE) as MapLetter,
        isShared: (code & SHARED) !== 0,
        isChanged: (code & CHANGED) !== 0,
      });
      this.known[code] = sprite;
    }
    return sprite;
  }

  private make(look: Look): Uint32Array {
    const { context, size } = this;
    context.clearRect(0, 0, size, size);
    this.draw(look);
    const { data } = context.getImageData(0, 0, size, size);
    return new Uint32Array(data.buffer.slice(0));
  }

  private draw({ letter, isShared, isChanged }: Look): void {
    const { context, size, scale, theme } = this;
    const cell = size / scale;
    const colour = PALETTE[theme][letter];
    const paper = PAPER[theme];
    const isRing = isShared && letter !== "-";
    const fill = isRing ? mix(colour, paper, PALE) : rgb(colour);
    const gap = cell >= TONE_FROM ? Math.max(1, Math.round(scale)) : 0;
    context.fillStyle = cell >= GAP_FROM ? paper : css(mixed(fill, rgb(paper), TONE));
    context.fillRect(0, 0, size, size);
    const inner = size - gap;
    context.fillStyle = css(fill);
    context.fillRect(0, 0, inner, inner);
    if (cell >= RING_FROM && letter !== "-") this.edge(colour, isRing, inner);
    if (cell >= LETTER_FROM) this.letter(letter, fill, inner);
    else if (cell >= RING_FROM) this.mark(letter, fill, inner);
    if (isChanged && cell >= RING_FROM) this.outline(inner);
  }

  /** A darker edge of the cell's own colour; a wide one of the colour itself is a ring. */
  private edge(colour: string, isRing: boolean, inner: number): void {
    const { context, scale } = this;
    const width = Math.max(
      1,
      Math.round(scale * (isRing && inner / scale >= LETTER_FROM - 1 ? 2 : 1)),
    );
    context.strokeStyle = isRing ? colour : css(mix(colour, "#000000", DARKER));
    context.lineWidth = width;
    context.strokeRect(width / 2, width / 2, inner - width, inner - width);
  }

  private letter(letter: MapLetter, fill: Rgb, inner: number): void {
    if (letter === "-") return;
    const { context } = this;
    context.fillStyle = brightness(fill) > 140 ? "#0b1622" : "#ffffff";
    context.font = `600 ${Math.round(inner * 0.68)}px ui-monospace, "DejaVu Sans Mono", monospace`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(letter, inner / 2, inner / 2 + inner * 0.04);
  }

  /** Where no letter fits, a form: colour alone is not enough. */
  private mark(letter: MapLetter, fill: Rgb, inner: number): void {
    const { context } = this;
    context.fillStyle = brightness(fill) > 140 ? "rgba(0,0,0,.6)" : "rgba(255,255,255,.75)";
    const third = Math.max(1, Math.round(inner / 3));
    if (letter === "M" || letter === "m") {
      context.beginPath();
      context.moveTo(inner, 0);
      context.lineTo(inner - 2 * third, 0);
      context.lineTo(inner, 2 * third);
      context.fill();
    } else if (letter === "s") context.fillRect(0, inner - third, inner, third);
    else if (letter === "z") context.fillRect(third, third, third, third);
    else if (NOTCHED.includes(letter)) context.fillRect(0, 0, third, third);
  }

  private outline(inner: number): void {
    const { context, size, scale, theme } = this;
    const width = Math.max(1, Math.round(scale));
    context.strokeStyle = INK[theme];
    context.lineWidth = width;
    context.strokeRect(width / 2, width / 2, inner - width, inner - width);

    context.fillStyle = PAPER[theme];
    context.fillRect(inner, 0, size - inner, size);
  }
}

/** Pages of files. */
const NOTCHED: readonly MapLetter[] = ["f", "F", "c"];

const CODE = 0x7f;
export const CHANGED = 0x100;
