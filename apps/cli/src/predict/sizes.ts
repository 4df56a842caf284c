/** Sizes, counts and times as people read them. */
import { grouped } from "../grouped.ts";

const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;
const KB_STEP = 1024;

/** `454.8 MB`, of kB. */
export function sizeText(kb: number): string {
  let value = Math.abs(kb);
  let unit = 0;
  while (value >= KB_STEP && unit < UNITS.length - 1) {
    value /= KB_STEP;
    unit++;
  }
  const digits = unit === 0 || value >= 1000 ? 0 : 1;
  return `${kb < 0 ? "-" : ""}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `7.9 ms`, of nanoseconds. */
export function timeText(nanoseconds: number): string {
  if (nanoseconds < 1e6) return `${Math.round(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return `${(nanoseconds / 1e9).toFixed(2)} s`;
}

/** `10 %`, of a share. */
export const shareText = (share: number): string => {
  const percent = share * 100;
  const isWhole = Math.abs(percent - Math.round(percent)) < 0.05;
  return `${isWhole ? Math.round(percent) : percent.toFixed(1)} %`;
};

/** One of a thing, or several: `1 area`, `5 areas`. */
export const ofThings = (count: number, one: string, more = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : more}`;
