/** What open files of a process tell of its memory: userfaultfd and io_uring. */
import { readdirSync, readlinkSync } from "node:fs";
import type { CaptureInfo, PinnedRange } from "@forkpath/procfs";
import { readText } from "./read-file.ts";

type Descriptors = Pick<CaptureInfo, "userfaultFeatures" | "pinned">;

const UNKNOWN: Descriptors = { userfaultFeatures: null, pinned: null };

/** The same of texts of fdinfo: each tells by its lines what it is. */
export const descriptorsOf = (infos: readonly string[]): Descriptors => ({
  userfaultFeatures: infos.flatMap(featuresOf),
  pinned: infos.flatMap(buffersOf),
});

/** Nothing is known where the table of files cannot be read. */
export function readDescriptors(pid: number): Descriptors {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return UNKNOWN;
  }
  const features: number[] = [];
  const pinned: PinnedRange[] = [];
  for (const name of names) {
    const kind = linkOf(`/proc/${pid}/fd/${name}`);
    const info = (): string => readText(`/proc/${pid}/fdinfo/${name}`) ?? "";
    if (kind === "anon_inode:[userfaultfd]") features.push(...featuresOf(info()));
    if (kind === "anon_inode:[io_uring]") pinned.push(...buffersOf(info()));
  }
  return { userfaultFeatures: features, pinned };
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}

/** `API: aa:FEATURES:…` in hexadecimal: version, features, ioctls. */
function featuresOf(info: string): number[] {
  const found = /^API:\s*[0-9a-f]+:([0-9a-f]+)/m.exec(info);
  return found === null ? [] : [Number.parseInt(found[1], 16)];
}

/** Lines `  N: 0xADDRESS/BYTES` behind `UserBufs:`. */
function buffersOf(info: string): PinnedRange[] {
  const lines = info.split("\n");
  const first = lines.findIndex((line) => line.startsWith("UserBufs:")) + 1;
  const ranges: PinnedRange[] = [];
  for (const line of first === 0 ? [] : lines.slice(first)) {
    const found = /^\s+\d+:\s+0x([0-9a-f]+)\/(\d+)$/.exec(line);
    if (found === null) break;
    ranges.push({ start: Number.parseInt(found[1], 16), length: Number(found[2]) });
  }
  return ranges;
}
