/**
 * A look at a subject through /proc: stat, status, smaps, pagemap, kpagecount and kpageflags; and,
 * where the recorder can read it, its page table.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { PAGE_SIZE } from "@forkpath/abi";
import { parseSmaps, parseStat, parseStatus, statField } from "@forkpath/procfs";
import {
  type Area,
  CODE_PAGE,
  type Look,
  lessBase,
  MOST_PAGES,
  type Pages,
  type Sight,
  SUM_FIELDS,
  USER_END,
} from "./look.ts";
import { addEntries, type FrameFiles, readPagemap } from "./pagemap.ts";
import { readText } from "./proc.ts";
import type { Recorder } from "./recorder.ts";

/** A subject, by the numbers that the running kernel gives it. */
export interface Subject {
  readonly pid: number;
  readonly tgid: number;
}

export interface LookOptions {
  readonly recorder: Recorder;
  readonly sight: Sight;
  /** Null where frames are not told. */
  readonly files: FrameFiles | null;
  /** What the page of code adds to status. */
  readonly base: Readonly<Record<string, number>>;
}

/** @param isSharer whether a task before it has the same memory, which is not looked at again */
export async function lookAtKernel(
  name: string,
  subject: Subject | undefined,
  isSharer: boolean,
  options: LookOptions,
): Promise<Look> {
  const stat = subject === undefined ? undefined : readStat(subject);
  if (subject === undefined || stat === undefined) {
    return { name, state: "gone", minorFaults: 0, majorFaults: 0, memory: null };
  }
  const { letter, ...faults } = stat;
  if (letter === "Z" || letter === "X") return { name, state: "zombie", ...faults, memory: null };
  // Whoever does not wait in a vfork is held in a ptrace stop.
  const state = letter === "t" ? "running" : "waiting";
  if (isSharer) return { name, state, ...faults, memory: null };
  const { pid } = subject;
  const status = lessBase(readStatus(pid), options.base);
  return { name, state, ...faults, memory: { status, areas: await readAreas(pid, options) } };
}

interface Stat {
  readonly letter: string;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

/** Of a leader: of its whole process. */
function readStat({ pid, tgid }: Subject): Stat | undefined {
  const path = pid === tgid ? `/proc/${pid}/stat` : `/proc/${tgid}/task/${pid}/stat`;
  const text = readText(path);
  if (text === undefined) return undefined;
  const stat = parseStat(text);
  const count = (name: "minflt" | "majflt"): number => Number(statField(stat, name) ?? 0);
  return { letter: stat.state, minorFaults: count("minflt"), majorFaults: count("majflt") };
}

export function readStatus(pid: number): Readonly<Record<string, number>> {
  const text = readText(`/proc/${pid}/status`);
  return text === undefined ? {} : parseStatus(text).rows;
}

/** Areas that the kernel puts where it likes. */
const SPECIAL: ReadonlySet<string> = new Set(["[vdso]", "[vvar]", "[vvar_vclock]"]);

async function readAreas(pid: number, options: LookOptions): Promise<Area[]> {
  const seen = parseSmaps(readFileSync(`/proc/${pid}/smaps`)).filter(
    ({ start, name }) => start < USER_END && start !== CODE_PAGE && !SPECIAL.has(name),
  );
  const pagemap = openSync(`/proc/${pid}/pagemap`, "r");
  const areas: Area[] = [];
  try {
    for (const { start, end, perms, vmFlags, rows } of seen) {
      const sums = Object.fromEntries(SUM_FIELDS.map((name) => [name, rows[name] ?? 0]));
      const pages = await readPages(pid, pagemap, start, (end - start) / PAGE_SIZE, options);
      areas.push({ start, end, perms, flags: vmFlags.join(" "), sums, pages });
    }
  } finally {
    closeSync(pagemap);
  }
  return areas;
}

async function readPages(
  pid: number,
  pagemap: number,
  start: number,
  count: number,
  { recorder, sight, files }: LookOptions,
): Promise<Pages | null> {
  if (count > MOST_PAGES) return null;
  const pages = readPagemap(pagemap, start / PAGE_SIZE, count, files);
  if (sight.hasEntries) {
    const { entries } = await recorder.ask("entries", pid, start, count);
    addEntries(String(entries), pages);
  }
  return pages;
}
