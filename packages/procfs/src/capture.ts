/**
 * One process at one moment: the texts of a folder that `forkpath capture` writes, parsed.
 *
 *    status statm stat maps smaps smaps_rollup   as /proc/PID prints them
 *    pages.bin.gz                                records of its pages, packed
 *    meminfo limits                              the machine, and what the process may have
 *    anon_vma.txt                                areas that have an anon_vma; rarely known
 *    capture.json                                who read it, where and how
 *
 * Only `status` has to be there.
 */
import { type AnonVmaLine, parseAnonVmas } from "./anon-vma.ts";
import { type CaptureInfo, parseCaptureInfo } from "./capture-info.ts";
import { type Limit, parseLimits } from "./limits.ts";
import { type MapsArea, parseMaps } from "./maps.ts";
import { type Meminfo, parseMeminfo } from "./meminfo.ts";
import type { CapturedPages } from "./pages.ts";
import { ProcError } from "./proc-error.ts";
import { parseSmaps, parseSmapsRollup, type SmapsArea } from "./smaps.ts";
import { parseStat, parseStatm, type Stat, type Statm } from "./stat.ts";
import { parseStatus, type Status } from "./status.ts";

/** Files of a capture that are texts. */
export const CAPTURE_TEXTS = [
  "status",
  "statm",
  "stat",
  "maps",
  "smaps",
  "smaps_rollup",
  "meminfo",
  "limits",
  "anon_vma.txt",
  "capture.json",
] as const;
/** Name of a text of the folder. */
export type CaptureText = (typeof CAPTURE_TEXTS)[number];

/** What is null was not in the capture. */
export interface Capture {
  /** /proc/PID/status: the one text that every capture has. */
  readonly status: Status;
  /** /proc/PID/statm. */
  readonly statm: Statm | null;
  /** /proc/PID/stat. */
  readonly stat: Stat | null;
  /** /proc/PID/maps, by address. */
  readonly maps: readonly MapsArea[] | null;
  /** /proc/PID/smaps, by address. */
  readonly smaps: readonly SmapsArea[] | null;
  /** /proc/PID/smaps_rollup. */
  readonly rollup: SmapsArea | null;
  /** /proc/meminfo. */
  readonly meminfo: Meminfo | null;
  /** /proc/PID/limits. */
  readonly limits: readonly Limit[] | null;
  /** Areas that have an anon_vma. */
  readonly anonVmas: readonly AnonVmaLine[] | null;
  /** Pages whose pagemap entry is not 0. */
  readonly pages: CapturedPages | null;
  /** Where and how the capture was made. */
  readonly info: CaptureInfo | null;
  /** Texts that were there, with nothing in them: what a copy leaves that may not read. */
  readonly empty?: readonly CaptureText[];
}

/**
 * @param texts by the name of the file, undefined for one that there is not
 * @param pages of pages.bin, by `createPagesParser`
 * @throws ProcError for the first text that is broken, or where there is no status
 * @example
 * ```ts
 * import { parseCapture } from "@forkpath/procfs";
 * const { status, maps } = parseCapture({ status: "Name:\tredis\nPid:\t71\n" });
 * console.log(status.order.join(" "), maps); // Name Pid null
 * ```
 */
export function parseCapture(
  texts: Readonly<Partial<Record<CaptureText, string | Uint8Array>>>,
  pages: CapturedPages | null = null,
): Capture {
  const parsed = <T>(
    name: CaptureText,
    parse: (text: string | Uint8Array, file: string) => T,
  ): T | null => {
    const text = texts[name];
    return text === undefined || text.length === 0 ? null : parse(text, name);
  };
  const status = parsed("status", parseStatus);
  if (status === null) {
    const got = texts.status === undefined ? "no such file" : "nothing";
    throw new ProcError({ file: "status", line: null, wanted: "the text of a process", got });
  }
  const empty = CAPTURE_TEXTS.filter((name) => texts[name]?.length === 0);
  return {
    status,
    statm: parsed("statm", parseStatm),
    stat: parsed("stat", parseStat),
    maps: parsed("maps", parseMaps),
    smaps: parsed("smaps", parseSmaps),
    rollup: parsed("smaps_rollup", parseSmapsRollup),
    meminfo: parsed("meminfo", parseMeminfo),
    limits: parsed("limits", parseLimits),
    anonVmas: parsed("anon_vma.txt", parseAnonVmas),
    pages,
    info: parsed("capture.json", parseCaptureInfo),
    ...(empty.length === 0 ? {} : { empty }),
  };
}
