/**
 * A capture of a large process: one area of anonymous memory, all of it written to, frames in runs
 * of 1 to 512 as a busy machine gives them out.
 */
import { type Capture, createPages, parseCapture, trimmedPages } from "@forkpath/procfs";

const START_PAGE = 0x7_f000_0000;
const PAGES_PER_GIB = 2 ** 18;
/** Pagemap: present, mapped once. kpageflags: what anonymous memory in use has. */
const ENTRY_HIGH = 0x8100_0000;
const FLAGS_LOW = 0x5808;
const FLAGS_HIGH = 0x4;

/** @throws RangeError unless the size is a number of GiB */
export function largeCapture(gib: number): Capture {
  const count = Math.round(gib * PAGES_PER_GIB);
  if (!(count > 0)) throw new RangeError(`largeCapture: gib must be above 0, got ${gib}`);
  const pages = createPages(count);
  let state = 1;
  let pfn = 0x10_0000;
  let left = 0;
  for (let at = 0; at < count; at++) {
    if (left-- === 0) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      left = (state >>> 8) % 512;
      pfn += 1 + (state % 4);
    }
    pages.vpn[at] = START_PAGE + at;
    pages.entryLow[at] = pfn++;
    pages.entryHigh[at] = ENTRY_HIGH;
    pages.mapcount[at] = 1;
    pages.flagsLow[at] = FLAGS_LOW;
    pages.flagsHigh[at] = FLAGS_HIGH;
  }
  pages.count = count;
  return parseCapture(textsOf(count * 4), trimmedPages(pages));
}

/** @param kb how large the process is */
function textsOf(kb: number): { status: string; smaps: string; meminfo: string } {
  const range = [START_PAGE * 4096, START_PAGE * 4096 + kb * 1024].map((at) => at.toString(16));
  const line = ([label, value]: readonly [string, number]): string => `${label}: ${value} kB\n`;
  const rows = [
    ...SMAPS.map((label) => [label, 0] as const),
    ...SIZES.map((label) => [label, kb] as const),
  ];
  return {
    status: `Name:\tlarge\nPid:\t1\nUid:\t0\t0\t0\t0\n${STATUS.map((label) => `${label}:\t${kb} kB\n`).join("")}`,
    smaps: `${range.join("-")} rw-p 00000000 00:00 0 \n${rows.map(line).join("")}VmFlags: rd wr mr mw me ac \n`,
    meminfo: [["MemTotal", kb * 2] as const, ["MemAvailable", kb] as const].map(line).join(""),
  };
}

const STATUS = ["VmSize", "VmRSS", "RssAnon", "VmData"];
const SIZES = ["Size", "Rss", "Pss", "Private_Dirty", "Referenced", "Anonymous"];
const SMAPS = ["Shared_Clean", "Shared_Dirty", "Private_Clean", "AnonHugePages", "Swap", "SwapPss"];
