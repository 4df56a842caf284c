/** Colours of page maps, derived from Okabe and Ito's: one for each letter and theme. */

import type { Theme } from "../store/store.ts";
import type { MapLetter } from "../worker/protocol.ts";

type Colours = Readonly<Record<MapLetter, string>>;

const LIGHT: Colours = {
  a: "#2f7fc4",
  c: "#3fa98a",
  W: "#0a4f8a",
  r: "#3f9fe0",
  F: "#007a5a",
  f: "#7dcdb4",
  s: "#e69f00",
  M: "#b4598c",
  m: "#d79cbd",
  z: "#9aa3ad",
  H: "#c04f00",
  p: "#6b7280",
  n: "#7dcdb4",
  h: "#c0392b",
  g: "#c9b458",
  "-": "#e9edf2",
};
const DARK: Colours = {
  a: "#5fadec",
  c: "#4fcdae",
  W: "#2a8be0",
  r: "#8fcbf7",
  F: "#11b58a",
  f: "#8fe0c8",
  s: "#f0b429",
  M: "#e08bbb",
  m: "#edb9d6",
  z: "#7d8794",
  H: "#ff8a3d",
  p: "#9aa3ad",
  n: "#8fe0c8",
  h: "#ff7b6b",
  g: "#e5d27a",
  "-": "#1c2430",
};

export const PALETTE: Readonly<Record<Theme, Colours>> = { light: LIGHT, dark: DARK };
/** What lies between the cells. */
export const PAPER: Readonly<Record<Theme, string>> = { light: "#ffffff", dark: "#131a24" };
/** Around a page that the step has changed. */
export const INK: Readonly<Record<Theme, string>> = { light: "#11181f", dark: "#f3f7fb" };

const HEX = 16;
const CHANNELS = [1, 3, 5];

export type Rgb = readonly [number, number, number];

export const rgb = (colour: string): Rgb =>
  CHANNELS.map((at) => Number.parseInt(colour.slice(at, at + 2), HEX)) as unknown as Rgb;

/** @param share of the second, 0 to 1 */
export const mix = (one: string, two: string, share: number): Rgb =>
  mixed(rgb(one), rgb(two), share);

export const mixed = (a: Rgb, b: Rgb, share: number): Rgb => {
  return a.map((value, index) => Math.round(value + (b[index] - value) * share)) as unknown as Rgb;
};

export const css = ([red, green, blue]: Rgb): string => `rgb(${red},${green},${blue})`;

/** Perceived brightness, 0 to 255: whether black or white stands out. */
export const brightness = ([red, green, blue]: Rgb): number =>
  0.299 * red + 0.587 * green + 0.114 * blue;
