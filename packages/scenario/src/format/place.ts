/**
 * Where something happens: pages of a mapping of a process.
 *
 *    worker1 heap 0..255                                          in one text
 *    { process: worker1, mapping: heap, pages: 0..255 }           or spelt out
 *
 * Without pages, all of them are meant; without a mapping, everything that the process maps.
 */
import { ALL_PAGES, parseSelection, type Selection, selectionText } from "./selection.ts";

/** Pages of a process. */
export interface Place {
  /** Name of the process. */
  readonly process: string;
  /** Null for all of the process's memory. */
  readonly mapping: string | null;
  /** Which pages of the mapping; empty for all of them. */
  readonly pages: readonly Selection[];
}

/** Names of processes and mappings hold no blanks, since a place is written with them. */
export const NAME_PATTERN: RegExp = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]*$/;

/** @returns undefined unless the text is a process, a mapping and pages, or less of it */
export function parsePlace(text: string): Place | undefined {
  const [process = "", mapping = null, ...rest] = text.trim().split(/\s+/);
  const pages = rest.length === 0 ? ALL_PAGES : parseSelection(rest.join(" "));
  const isNamed = NAME_PATTERN.test(process) && (mapping === null || NAME_PATTERN.test(mapping));
  return isNamed && pages !== undefined ? { process, mapping, pages } : undefined;
}

/** `worker1 heap 0..3` */
export const placeText = ({ process, mapping, pages }: Place): string =>
  [process, mapping ?? "", pages.map(selectionText).join(", ")]
    .filter((one) => one !== "")
    .join(" ");
