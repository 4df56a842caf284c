/** Where the costs of this machine's forks are kept: `~/.cache/forkpath/calibration.json`. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Calibration } from "@forkpath/predict";
import { z } from "zod";
import type { Environment } from "../terminal.ts";

const time = z.number().min(0).max(1e12);
const STORED = z.strictObject({
  format: z.literal(1),
  calibration: z.strictObject({
    fork: time,
    areaSkipped: time,
    areaCopied: time,
    table: time,
    entry: time,
    hugePage: time,
    copyFault: time,
    spread: z.number().min(0).max(100),
    source: z.string(),
  }),
});

/** Undefined where the environment names no home. */
export function calibrationFile({ XDG_CACHE_HOME, HOME }: Environment): string | undefined {
  const cache = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : "");
  return cache === "" ? undefined : join(cache, "forkpath", "calibration.json");
}

/** What a file of it holds. */
export const calibrationText = (calibration: Calibration): string =>
  `${JSON.stringify({ format: 1, calibration }, null, 2)}\n`;

export async function storeCalibration(file: string, calibration: Calibration): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, calibrationText(calibration));
}

/** Undefined where there is none, or what is there is none. */
export async function storedCalibration(file: string): Promise<Calibration | undefined> {
  try {
    return STORED.parse(JSON.parse(await readFile(file, "utf8"))).calibration;
  } catch {
    return undefined;
  }
}
