/** A page map in words: `8,185 r shared, 8,199 W`. */
import type { MapLetter, WordCount } from "../worker/protocol.ts";

/** What each letter stands for. */
export const LETTER_WORDS: Readonly<Record<MapLetter, string>> = {
  a: "anonymous",
  c: "of a file, or of shared memory",
  W: "anonymous, writable",
  r: "anonymous, read-only",
  F: "of a file, writable",
  f: "of a file, read-only",
  s: "swapped out",
  M: "moving, was writable",
  m: "moving, was read-only",
  z: "the zero page",
  H: "part of a huge page",
  p: "a frame without a page",
  n: "of a nonlinear file",
  h: "gone bad",
  g: "a marker",
  "-": "no page",
};

/** The order of legends and sentences. */
export const LETTERS = Object.keys(LETTER_WORDS) as MapLetter[];

/** The same on every machine: commas between thousands. */
export const grouped = (count: number): string =>
  String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

export const pagesText = (pages: number): string =>
  `${grouped(pages)} ${pages === 1 ? "page" : "pages"}`;

export function areaWords(words: readonly WordCount[]): string {
  const parts = words.map(({ letter, isShared, pages }) =>
    letter === "-"
      ? `${grouped(pages)} without a page`
      : `${grouped(pages)} ${letter}${isShared ? " shared" : ""}`,
  );
  return parts.join(", ") || "no pages";
}

const MS_PER_S = 1000;

/** `74 ms`, `3.2 s`. */
export const durationText = (ms: number): string =>
  ms < MS_PER_S ? `${Math.round(ms)} ms` : `${(ms / MS_PER_S).toFixed(1)} s`;

const KB_PER_MB = 1024;
/** From here on, sizes are told in MB. */
const MANY_KB = 10 * KB_PER_MB;

const KB_PER_GB = 1024 * KB_PER_MB;

/** `224 kB`, `48.0 MB`, `2.40 GB`; below zero with its sign. */
export function sizeText(kb: number): string {
  if (Math.abs(kb) < MANY_KB) return `${grouped(kb)} kB`;
  if (Math.abs(kb) < KB_PER_GB) return `${(kb / KB_PER_MB).toFixed(1)} MB`;
  const gb = (kb / KB_PER_GB).toFixed(2);
  return `${gb.replace(/\B(?=(\d{3})+\.)/g, ",")} GB`;
}
