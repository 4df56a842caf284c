/** A command line as a process of its own, with the time and memory that it takes. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Input } from "./inputs.ts";
import type { Ending } from "./judge.ts";

export interface ProcessEnding extends Ending {
  /** The most that was resident, as far as it was seen. */
  readonly mib: number;
}

const MAIN: string = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
/** Seconds of processor time: what is still valid may be long, and is asked to end. */
const PATIENCE = 2;
/** Milliseconds. Then it hangs, even on a machine that is busy. */
const LIMIT = 120_000;
const LOOK_EVERY = 20;
const MOST_MIB = 1024;
/** Of the clock that /proc counts processor time with. */
const TICKS_A_SECOND = 100;

export function writeFiles({ files }: Input, folder: string): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

/** Runs it in `folder`. */
export function runProcess(words: readonly string[], folder: string): Promise<ProcessEnding> {
  // The system takes no NUL in a word: it would end there.
  const given = words.map((word) => word.split("\0", 1)[0]);
  const child = spawn(process.execPath, [MAIN, ...given], {
    cwd: folder,
    env: {},
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      texts[name] += chunk;
    });
  }
  let mib = 0;
  let seconds = 0;
  let isAsked = false;
  const look = setInterval(() => {
    mib = Math.max(mib, peakOf(child.pid));
    seconds = Math.max(seconds, secondsOf(child.pid));
    if (mib > MOST_MIB) child.kill("SIGKILL");
    if (seconds > PATIENCE && !isAsked) {
      isAsked = true;
      child.kill("SIGINT");
    }
  }, LOOK_EVERY);
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT);
  return new Promise((resolve) => {
    child.on("close", (exitCode) => {
      clearInterval(look);
      clearTimeout(limit);
      resolve({ exitCode, out: texts.stdout, err: texts.stderr, seconds, mib });
    });
  });
}

/** High-water mark of resident memory; 0 where the system does not tell. */
function peakOf(pid: number | undefined): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readProc(pid, "status")) ?? [];
  return Math.round(Number(kib ?? 0) / 1024);
}

/** Processor time of all its threads, in user and kernel mode; 0 where the system does not tell. */
function secondsOf(pid: number | undefined): number {
  const fields = readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  const [user, system] = [fields[11], fields[12]];
  return (Number(user ?? 0) + Number(system ?? 0)) / TICKS_A_SECOND;
}

function readProc(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
