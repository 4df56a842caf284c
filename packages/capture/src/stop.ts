/**
 * Stops a process, and always sets it going again.
 *
 * A child of ours, the watchdog, holds one end of a pipe. Where this program ends without a word,
 * by a crash or by SIGKILL, the pipe closes, and the watchdog sends SIGCONT. It has a session of
 * its own: Ctrl-C does not reach it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { ProcError, parseStat, type Stat, statField } from "@forkpath/procfs";
import { CaptureError } from "./capture-error.ts";
import { errorCode, readBytes } from "./read-file.ts";

/** Arguments: the process, and when it began, so that another one of that number is left alone. */
const WATCHDOG = `
const [pid, began] = process.argv.slice(1);
for (const name of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(name, () => {});
let word = "";
process.stdin.on("data", (chunk) => { word += chunk; }).on("end", () => {
  if (word.startsWith("done")) return;
  const stat = require("node:fs").readFileSync("/proc/" + pid + "/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[19] === began) process.kill(Number(pid), "SIGCONT");
});
process.stdout.write("ready");
`;

/** Milliseconds that the threads of a process get to stop in. */
const PATIENCE = 2000;
const LOOK_EVERY = 1;

/** A process that stands still. */
export interface Stopped {
  /** Whether it did before, or now does because of us. */
  readonly wasStopped: boolean;
  /** Threads that went on when patience was over: they wait for a disk, say. */
  readonly moving: readonly number[];
  /** Sets it going again, if we stopped it. May be called again. */
  resume(): void;
}

/**
 * @throws CaptureError where the process is gone, is this one, or may not be sent signals
 */
export async function stopProcess(pid: number): Promise<Stopped> {
  if (pid === process.pid) throw new CaptureError("forkpath cannot stop itself");
  const stat = statOf(pid);
  if (isStopped(stat)) return { wasStopped: true, moving: [], resume: () => {} };
  const watchdog = await startWatchdog(pid, stat);
  let isResumed = false;
  const resume = (): void => {
    if (isResumed) return;
    isResumed = true;
    try {
      process.kill(pid, "SIGCONT");
    } catch {
      // It has ended meanwhile.
    }
    watchdog.stdin?.end("done");
  };
  try {
    process.kill(pid, "SIGSTOP");
    return { wasStopped: false, moving: await waitForThreads(pid), resume };
  } catch (error) {
    resume();
    const isForbidden = errorCode(error) === "EPERM";
    throw new CaptureError(
      isForbidden ? `process ${pid} is not yours to stop` : `process ${pid} has ended`,
    );
  }
}

/** @throws CaptureError where there is no such process */
function statOf(pid: number): Stat {
  const stat = readBytes(`/proc/${pid}/stat`);
  if (stat === null) throw new CaptureError(`there is no process ${pid}`);
  return parseStat(stat);
}

const isStopped = ({ state }: Stat): boolean => state === "T" || state === "t";

async function startWatchdog(pid: number, stat: Stat): Promise<ChildProcess> {
  const began = String(statField(stat, "starttime"));
  const watchdog = spawn(process.execPath, ["-e", WATCHDOG, String(pid), began], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
    env: {},
  });
  watchdog.stdin?.on("error", () => {}); // where it has ended before us
  const failed = once(watchdog, "error").then(([error]) => Promise.reject(error));
  await Promise.race([once(watchdog.stdout!, "data"), failed, once(watchdog, "exit")]);
  failed.catch(() => {});
  if (watchdog.exitCode !== null) throw new CaptureError("the watchdog does not start");
  watchdog.unref();
  return watchdog;
}

/** The threads that do not stop. */
async function waitForThreads(pid: number): Promise<number[]> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const moving = threadsOf(pid).filter((thread) => !hasStopped(pid, thread));
    if (moving.length === 0 || Date.now() > until) return moving;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

const threadsOf = (pid: number): number[] => readdirSync(`/proc/${pid}/task`).map(Number);

function hasStopped(pid: number, thread: number): boolean {
  const stat = readBytes(`/proc/${pid}/task/${thread}/stat`);
  if (stat === null) return true; // it has ended
  try {
    const { state } = parseStat(stat);
    return ["T", "t", "Z", "X"].includes(state);
  } catch (error) {
    if (error instanceof ProcError) return true; // it ended while it was read
    throw error;
  }
}
