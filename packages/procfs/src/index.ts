export { type AnonVmaLine, parseAnonVmas, printAnonVmas } from "./anon-vma.ts";
export { bytesOf, textOf } from "./bytes.ts";
export { CAPTURE_TEXTS, type Capture, type CaptureText, parseCapture } from "./capture.ts";
export {
  ACCESS_LEVELS,
  type AccessLevel,
  type CaptureInfo,
  type CgroupLevel,
  emptyCaptureInfo,
  MACHINE_SETTINGS,
  type PinnedRange,
  parseCaptureInfo,
  printCaptureInfo,
} from "./capture-info.ts";
export { arranged, type Fields } from "./fields.ts";
export { type Limit, parseLimits, printLimits } from "./limits.ts";
export {
  MEMORY_LINES,
  type MemoryLine,
  SMAPS_LINES,
  type SmapsLine,
} from "./line-names.ts";
export type { ChunkParser } from "./lines.ts";
export { createMapsParser, type MapsArea, mapsLine, parseMaps, printMaps } from "./maps.ts";
export { type Meminfo, parseMeminfo, printMeminfo } from "./meminfo.ts";
export {
  hasPageFlag,
  KPageFlag,
  type KPageFlagName,
  pageFlagNames,
} from "./page-flags.ts";
export {
  type PageEntry,
  PagemapHigh,
  pagemapFrame,
  pagemapSwapOffset,
  pagemapSwapType,
  pagemapWord,
} from "./pagemap.ts";
export {
  type CapturedPages,
  createPages,
  createPagesParser,
  type GrowingPages,
  PAGE_RECORD_BYTES,
  type PagesParser,
  printPages,
  reservePage,
  trimmedPages,
} from "./pages.ts";
export { ProcError, type ProcFault, type TextPlace } from "./proc-error.ts";
export { layoutRules, layoutsOf } from "./rules/book.ts";
export type { Layouts, PagemapBits } from "./rules/types.ts";
export {
  createSmapsParser,
  parseSmaps,
  parseSmapsRollup,
  printSmaps,
  type SmapsArea,
} from "./smaps.ts";
export {
  parseStat,
  parseStatm,
  printStat,
  printStatm,
  STAT_FIELDS,
  type Stat,
  type StatField,
  type Statm,
  statField,
} from "./stat.ts";
export {
  escapedName,
  parseStatus,
  printStatus,
  type Status,
  statusName,
  statusWords,
} from "./status.ts";
export { createWordParser, printWords, type TakeWord } from "./words.ts";
