/**
 * /proc/PID/status (SPEC §10.1, M8): `Field:`, a tab, and the rest. Lines about memory are kB, and
 * their numbers stand right in eight columns.
 */
import { textOf } from "./bytes.ts";
import { addField, emptyFields, type Fields, printFields } from "./fields.ts";
import { createLineReader, readWhole } from "./lines.ts";
import { unsignedText } from "./numbers.ts";
import { ProcError, quoted } from "./proc-error.ts";

/**
 * `rows.VmRSS` and its like are kB. `texts` begin with the tab: `statusWords` reads them. A kernel
 * thread and a zombie have no lines about memory.
 */
export type Status = Fields;

const VALUE_WIDTH = 8;
const unitOf = (field: string): " kB" | undefined =>
  /^(Vm[A-Z]|Rss[A-Z]|HugetlbPages)/.test(field) ? " kB" : undefined;

/**
 * @throws ProcError where the text is not a status, or ends before its line Pid
 * @example
 * ```ts
 * import { parseStatus } from "@forkpath/procfs";
 * const { rows } = parseStatus("Name:\tredis\nPid:\t71\nVmRSS:\t  475204 kB\n");
 * console.log(rows.VmRSS); // 475204
 * ```
 */
export function parseStatus(text: string | Uint8Array, file = "status"): Status {
  const status = emptyFields();
  let lines = 0;
  const reader = createLineReader(file, (bytes, from, to, line) => {
    const one = textOf(bytes, from, to);
    lines = line;
    addField(status, one, { file, line }, unitOf);
    if (one[one.indexOf(":") + 1] === "\t") return;
    throw new ProcError({ file, line, wanted: "a tab behind the colon", got: quoted(one) });
  });
  readWhole(reader, text);
  if (!Object.hasOwn(status.texts, "Pid")) {
    throw new ProcError({ file, line: lines + 1, wanted: "a line Pid", got: "the end" });
  }
  return status;
}

/**
 * The text as the kernel prints it.
 * @kernel task_mem in fs/proc/task_mmu.c
 * @example
 * ```ts
 * import { parseStatus, printStatus } from "@forkpath/procfs";
 * const text = "Name:\tredis\nPid:\t71\nVmRSS:\t  475204 kB\n";
 * console.log(printStatus(parseStatus(text)) === text); // true
 * ```
 */
export const printStatus = (status: Status): string =>
  printFields(
    status,
    (field, value) => `${field}:\t${unsignedText(value).padStart(VALUE_WIDTH)} kB`,
  );

/**
 * The words of a line without unit: `["0", "0", "0", "0"]` of Uid; none where it is absent.
 * @example
 * ```ts
 * import { parseStatus, statusWords } from "@forkpath/procfs";
 * const status = parseStatus("Name:\tredis\nPid:\t71\nUid:\t0\t0\t0\t0\n");
 * console.log(statusWords(status, "Uid").join(" ")); // 0 0 0 0
 * ```
 */
export function statusWords(status: Status, field: string): readonly string[] {
  if (!Object.hasOwn(status.texts, field)) return [];
  return status.texts[field].split(/[ \t]+/).filter((word) => word !== "");
}

/** The name of the program, with a backslash and a newline as they are. */
export function statusName({ texts }: Status): string {
  const name = texts.Name?.slice(1) ?? "";
  return name.replace(/\\([n\\])/g, (_, one: string) => (one === "n" ? "\n" : "\\"));
}

/** As it stands in the line Name. */
export const escapedName = (comm: string): string =>
  comm.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
