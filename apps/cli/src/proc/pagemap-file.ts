/**
 * pagemap of a process of the model. The file has a hole wherever no table is: it looks hundreds
 * of GiB long, and takes as much as there are pages.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { PAGE_SIZE } from "@forkpath/abi";
import type { Kernel, TableView } from "@forkpath/kernel";
import {
  layoutsOf,
  type PageEntry,
  type PagemapBits,
  pagemapWord,
  printWords,
} from "@forkpath/procfs";
import { swpOffset, swpType } from "@forkpath/swap";

const WORD_BYTES = 8;
/** What stands for no page: type and offset of a guard, and the type of a migrating page. */
const GUARD = { type: 31, offset: 4 };
const MIGRATION_TYPE = 30;

export function writePagemap(path: string, kernel: Kernel, pid: number): void {
  const bits = layoutsOf(kernel.machine.profile.kernel).pagemapBits;
  const file = openSync(path, "w");
  try {
    for (const table of kernel.tables(pid)) {
      const at = (table.start / PAGE_SIZE) * WORD_BYTES;
      writeSync(file, tableWords(kernel, table, bits), 0, undefined, at);
    }
  } finally {
    closeSync(file);
  }
}

function tableWords(kernel: Kernel, table: TableView, bits: PagemapBits): Uint8Array {
  const words = new Uint32Array(table.low.length * 2);
  for (let page = 0; page < table.low.length; page++) {
    const [low, high] = pagemapWord(entryOf(kernel, table, page), bits);
    words[page * 2] = low;
    words[page * 2 + 1] = high;
  }
  return printWords(words);
}

function entryOf(kernel: Kernel, table: TableView, page: number): PageEntry {
  const letter = String.fromCharCode(table.letters[page]);
  const frame = table.frames[page];
  const [low, high] = [table.low[page], table.high[page]];
  switch (letter) {
    case "-":
    case "n":
      return { kind: "none" };
    case "s":
      return { kind: "swapped", type: swpType(low), offset: swpOffset(low, high) };
    case "g":
      return { kind: "swapped", ...GUARD, isGuard: true };
    case "M":
    case "m":
    case "h":
      return { kind: "swapped", type: MIGRATION_TYPE, offset: frame };
    default: {
      const isMapped = table.mapcounts[page] > 0;
      const isFile = isMapped && kernel.page(frame).owner.kind === "file";
      return { kind: "present", frame, isFile, isExclusive: table.mapcounts[page] === 1 };
    }
  }
}
