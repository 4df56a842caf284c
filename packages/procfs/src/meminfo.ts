/** /proc/meminfo (M16): kB, but for the counts of huge pages. */
import { textOf } from "./bytes.ts";
import { addField, columnLine, emptyFields, type Fields, printFields } from "./fields.ts";
import { createLineReader, readWhole } from "./lines.ts";

/** The lines of /proc/meminfo. */
export type Meminfo = Fields;

/** Lines of huge pages and of broken memory have columns of their own. */
const isNarrow = (field: string): boolean => /^(HugePages_|HardwareCorrupted)/.test(field);
const unitOf = (field: string): " kB" | "" => (field.startsWith("HugePages_") ? "" : " kB");

/** @throws ProcError where the text is not a meminfo */
export function parseMeminfo(text: string | Uint8Array, file = "meminfo"): Meminfo {
  const meminfo = emptyFields();
  const reader = createLineReader(file, (bytes, from, to, line) => {
    addField(meminfo, textOf(bytes, from, to), { file, line }, knownUnit);
  });
  readWhole(reader, text);
  return meminfo;
}

const knownUnit = (field: string): " kB" | "" | undefined =>
  /^(Mem|Swap|HugePages_|Commit)/.test(field) ? unitOf(field) : undefined;

/**
 * The text as the kernel prints it.
 * @kernel meminfo_proc_show in fs/proc/meminfo.c
 */
export const printMeminfo = (meminfo: Meminfo): string =>
  printFields(meminfo, (field, value) =>
    isNarrow(field)
      ? columnLine(field, value, unitOf(field), 19, 5)
      : columnLine(field, value, unitOf(field), 16, 8),
  );
