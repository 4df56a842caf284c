/**
 * /proc/PID/stat and statm: numbers in a row (SPEC §10.2, §10.3, M9).
 *
 * The name of the program stands in parentheses and may hold any character: it ends at the last
 * closing one.
 */
import { textOf } from "./bytes.ts";
import { signedNumber, unsignedText } from "./numbers.ts";
import { ProcError, quoted } from "./proc-error.ts";

/** Fields 4 to 52 by the names of proc(5). Releases before 3.5 end with `cguest_time`. */
export const STAT_FIELDS = [
  "ppid",
  "pgrp",
  "session",
  "tty_nr",
  "tpgid",
  "flags",
  "minflt",
  "cminflt",
  "majflt",
  "cmajflt",
  "utime",
  "stime",
  "cutime",
  "cstime",
  "priority",
  "nice",
  "num_threads",
  "itrealvalue",
  "starttime",
  "vsize",
  "rss",
  "rsslim",
  "startcode",
  "endcode",
  "startstack",
  "kstkesp",
  "kstkeip",
  "signal",
  "blocked",
  "sigignore",
  "sigcatch",
  "wchan",
  "nswap",
  "cnswap",
  "exit_signal",
  "processor",
  "rt_priority",
  "policy",
  "delayacct_blkio_ticks",
  "guest_time",
  "cguest_time",
  "start_data",
  "end_data",
  "start_brk",
  "arg_start",
  "arg_end",
  "env_start",
  "env_end",
  "exit_code",
] as const;
/** A number of the line, by the name that proc(5) gives it. */
export type StatField = (typeof STAT_FIELDS)[number];

/** The line of /proc/PID/stat. */
export interface Stat {
  /** Field 1. */
  readonly pid: number;
  /** Field 2, without its parentheses: the name of the program. */
  readonly comm: string;
  /** One letter. */
  readonly state: string;
  /** From field 4 on, as printed: some are signed, some fill 64 bits. */
  readonly fields: readonly bigint[];
}

/** Pages, in the order of the line. */
export interface Statm {
  /** Mapped: VmSize. */
  readonly size: number;
  /** In memory: VmRSS. */
  readonly resident: number;
  /** Of `resident`, pages of files and of shared memory. */
  readonly shared: number;
  /** The program's text. */
  readonly text: number;
  /** Always 0. */
  readonly lib: number;
  /** Data and stack. */
  readonly data: number;
  /** Always 0. */
  readonly dirty: number;
}

const LEAST_FIELDS = STAT_FIELDS.indexOf("cguest_time") + 1;
const WANTED_STAT = "a line such as 1 (init) S 0 1 …, of 44 numbers or more";
const WANTED_STATM = "seven numbers";

/** @throws ProcError where the text is not a stat */
export function parseStat(text: string | Uint8Array, file = "stat"): Stat {
  const line = onlyLine(text, file, WANTED_STAT);
  const found = /^(\d{1,10}) \((.*)\) ([A-Za-z])((?: -?\d{1,20})+)$/s.exec(line);
  const fields = found?.[4].trim().split(" ").map(BigInt) ?? [];
  if (found === null || fields.length < LEAST_FIELDS) {
    throw new ProcError({ file, line: 1, wanted: WANTED_STAT, got: quoted(line) });
  }
  return { pid: Number(found[1]), comm: found[2], state: found[3], fields };
}

/**
 * The text as the kernel prints it.
 * @kernel do_task_stat in fs/proc/array.c
 */
export const printStat = ({ pid, comm, state, fields }: Stat): string =>
  `${pid} (${comm}) ${state} ${fields.join(" ")}\n`;

/** A field by its name; undefined where the release has none. */
export const statField = ({ fields }: Stat, name: StatField): bigint | undefined =>
  fields[STAT_FIELDS.indexOf(name)];

/** @throws ProcError where the text is not a statm */
export function parseStatm(text: string | Uint8Array, file = "statm"): Statm {
  const line = onlyLine(text, file, WANTED_STATM);
  const [size, resident, shared, code, lib, data, dirty, ...more] = line
    .split(" ")
    .map(signedNumber);
  const statm = { size, resident, shared, text: code, lib, data, dirty };
  if (more.length > 0 || !Object.values(statm).every(Number.isSafeInteger)) {
    throw new ProcError({ file, line: 1, wanted: WANTED_STATM, got: quoted(line) });
  }
  return statm;
}

/**
 * The text as the kernel prints it.
 * @kernel proc_pid_statm in fs/proc/array.c
 */
export const printStatm = ({ size, resident, shared, text, lib, data, dirty }: Statm): string =>
  `${[size, resident, shared, text, lib, data, dirty].map(unsignedText).join(" ")}\n`;

/** The comm may hold newlines, so all but the last one belong to the line. */
function onlyLine(text: string | Uint8Array, file: string, wanted: string): string {
  const whole = typeof text === "string" ? text : textOf(text);
  if (whole.endsWith("\n")) return whole.slice(0, -1);
  const got = whole === "" ? "nothing" : `${quoted(whole)} without an end of line`;
  throw new ProcError({ file, line: 1, wanted, got });
}
