/** Copies sprites into one image: 1 M cells are milliseconds. */

import type { Grid } from "./grid.ts";
import type { Sprites } from "./sprites.ts";

/** Draws all cells; the canvas gets the size of the grid. */
export function drawMap(
  canvas: HTMLCanvasElement,
  { columns, rows, cell }: Grid,
  codes: Uint16Array,
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
  if (size === 1) copyDots(pixels, codes, sprites);
  else copyAll(pixels, width, columns, codes, sprites);
  context.putImageData(image, 0, 0);
}

function copyDots(pixels: Uint32Array, codes: Uint16Array, sprites: Sprites): void {
  let lastCode = codes[0] ?? 0;
  let [dot] = sprites.get(lastCode);
  for (let at = 0; at < codes.length; at++) {
    if (codes[at] !== lastCode) {
      lastCode = codes[at];
      dot = sprites.get(lastCode)[0];
    }
    pixels[at] = dot;
  }
}

function copyAll(
  pixels: Uint32Array,
  width: number,
  columns: number,
  codes: Uint16Array,
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
