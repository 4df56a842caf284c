/**
 * The public captures of real forks, beside the tests of procfs, and what is left of less rights.
 */
import { fileURLToPath } from "node:url";
import { loadCapture } from "@forkpath/capture";
import type { Capture } from "@forkpath/procfs";

export const PROGRAMS = ["redis", "nginx", "php-fpm", "sshd"] as const;
export type Program = (typeof PROGRAMS)[number];

const FOLDER = new URL("../../procfs/test/captures/", import.meta.url);

export interface RecordedFork {
  /** The parent before, the parent after, and the child. */
  readonly pre: Capture;
  readonly parent: Capture;
  readonly child: Capture;
}

export async function recordedFork(program: Program): Promise<RecordedFork> {
  const moment = (name: string) =>
    loadCapture(fileURLToPath(new URL(`${program}/${name}`, FOLDER)));
  const [pre, parent, child] = await Promise.all(["pre", "parent", "child"].map(moment));
  return { pre, parent, child };
}

/** As its owner without root reads it: bits 0 to 54 of pagemap are 0, and kpage* unread. */
export function withoutFrames(capture: Capture): Capture {
  const { pages } = capture;
  if (pages === null) return capture;
  const { count } = pages;
  return {
    ...capture,
    anonVmas: null,
    pages: {
      ...pages,
      entryLow: new Uint32Array(count),
      entryHigh: pages.entryHigh.map((word) => word & 0xff80_0000),
      mapcount: new Uint32Array(count),
      flagsLow: new Uint32Array(count),
      flagsHigh: new Uint32Array(count),
    },
  };
}
