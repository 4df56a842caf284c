/** Names of lines that other packages speak of, in the order of /proc. */

/** Lines of status on memory, of all releases; kB. */
export const MEMORY_LINES = [
  "VmPeak",
  "VmSize",
  "VmLck",
  "VmPin",
  "VmHWM",
  "VmRSS",
  "RssAnon",
  "RssFile",
  "RssShmem",
  "VmData",
  "VmStk",
  "VmExe",
  "VmLib",
  "VmPTE",
  "VmPMD",
  "VmSwap",
  "HugetlbPages",
] as const;
/** A line of status on memory: `VmRSS`. */
export type MemoryLine = (typeof MEMORY_LINES)[number];

/** Lines of smaps that are sums over entries, since el6; kB. */
export const SMAPS_LINES = [
  "Rss",
  "Pss",
  "Shared_Clean",
  "Shared_Dirty",
  "Private_Clean",
  "Private_Dirty",
  "Referenced",
  "Anonymous",
  "AnonHugePages",
  "Swap",
] as const;
/** A line that is a sum: `Pss`. */
export type SmapsLine = (typeof SMAPS_LINES)[number];
