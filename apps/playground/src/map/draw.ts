/** Copies sprites into one image: 1 M cells are milliseconds. */

import type { Grid } from "./grid.ts";
import { CHANGED, SHARED, type Sprites } from "./sprites.ts";

/** Letters with flags, one for each cell of the grid. */
export type Codes = Uint16Array;

export function codesOf(
  letters: Uint8Array,
  shared: Uint8Array,
  changed: Uint8Array | null,
): Codes {
  const codes = new Uint16Array(letters.length);
  for (let cell = 0; cell < letters.length; cell++) {
    let code = letters[cell];
    if (shared[cell] === 1) code |= SHARED;
    if (changed?.[cell] === 1) code |= CHANGED;
    codes[cell] = code;
  }
  return codes;
}

/** Draws all cells; the canvas gets the size of the grid. */
export function drawMap(
  canvas: HTMLCanvasElement,
  { columns, rows, cell }: Grid,
  codes: Codes,
  sprites: Sprites,
): void {
  const { size } = sprites;
  const width = columns * size;
  const height = Math.max(1, rows * size);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${columns * cell}px`;
    canvas.style.height = `${Math.max(1, rows * cell)}px`;
  }
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  if (size === 1) for (let at = 0; at < codes.length; at++) pixels[at] = sprites.get(codes[at])[0];
  else copyAll(pixels, width, columns, codes, sprites);
  context.putImageData(image, 0, 0);
}

function copyAll(
  pixels: Uint32Array,
  width: number,
  columns: number,
  codes: Codes,
  sprites: Sprites,
): void {
  const { size } = sprites;
  let lastCode = -1;
  let sprite = sprites.get(codes[0] ?? 0);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    if (code !== lastCode) {
      sprite = sprites.get(code);
      lastCode = code;
    }
    const first = Math.floor(at / columns) * size * width + (at % columns) * size;
    for (let line = 0; line < size; line++) {
      const to = first + line * width;
      const from = line * size;
      for (let pixel = 0; pixel < size; pixel++) pixels[to + pixel] = sprite[from + pixel];
    }
  }
}
