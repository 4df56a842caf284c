/**
 * Live processes of this machine. Skipped where there is no /proc; with root, frames are read too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseStat } from "@forkpath/procfs";
import { afterEach, describe, expect, test } from "vitest";
import {
  CaptureError,
  CaptureInterrupted,
  captureProcess,
  loadCapture,
  writeCapture,
} from "../src/index.ts";

const INDEX = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const hasProc = existsSync("/proc/self/smaps");

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function start(...words: string[]): ChildProcess & { readonly pid: number } {
  const child = spawn(words[0], words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child as ChildProcess & { readonly pid: number };
}

const stateOf = (pid: number): string => parseStat(readFileSync(`/proc/${pid}/stat`)).state;

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.skipIf(!hasProc)("a live process (skipped without /proc)", () => {
  test("is stopped, read, set going, written, and read back as it was", async () => {
    const { pid } = start("sleep", "60");
    await until(() => stateOf(pid) === "S");
    const states = new Set<string>();
    const capture = await captureProcess(pid, {
      drive: (work) => {
        let step = work.next(false);
        while (!step.done) {
          states.add(stateOf(pid));
          step = work.next(false);
        }
        return step.value;
      },
    });
    expect([...states]).toEqual(["T"]);
    await until(() => stateOf(pid) === "S");
    expect(capture.info).toMatchObject({ pid, isStopped: true, isRedacted: false });
    const folder = mkdtempSync(join(tmpdir(), "forkpath-live-"));
    folders.push(folder);
    await writeCapture(folder, capture);
    expect(await loadCapture(folder)).toEqual(capture);
    await expect(writeCapture(folder, capture)).rejects.toThrow("holds something already");
  });

  test("its pages are those that smaps counts", async () => {
    const capture = await captureProcess(start("sleep", "60").pid);
    const { smaps, pages, status } = capture;
    const rss = smaps!.reduce((sum, { rows }) => sum + rows.Rss, 0);
    expect(status.rows.VmRSS).toBe(rss);
    expect(pages!.count * 4).toBeGreaterThanOrEqual(rss);
    if (capture.info?.access !== "root") return; // frames are hidden: no more to compare
    const alone = pages!.mapcount.filter((count) => count === 1).length;
    const uss = smaps!.reduce((sum, { rows }) => sum + rows.Private_Clean + rows.Private_Dirty, 0);
    expect(alone * 4).toBe(uss);
  });

  test("paths are numbers where that is wanted", async () => {
    const { pid } = start("sleep", "60");
    const capture = await captureProcess(pid, { redact: true });
    const names = new Set(capture.maps!.map(({ name }) => name));
    const wanted = /^(|\[.*\]|\/file-\d+)$/;
    expect([...names].filter((name) => !wanted.test(name))).toEqual([]);
    expect(capture.smaps!.map(({ name }) => name)).toEqual(capture.maps!.map(({ name }) => name));
  });

  test("goes on when work is asked to stop, or fails", async () => {
    const { pid } = start("sleep", "60");
    const asked = captureProcess(pid, {
      drive: (work) => {
        work.next(false);
        work.next(true);
        throw new Error("not reached");
      },
    });
    await expect(asked).rejects.toBeInstanceOf(CaptureInterrupted);
    await until(() => stateOf(pid) === "S");
    const failed = captureProcess(pid, {
      drive: () => {
        throw new Error("a fault of ours");
      },
    });
    await expect(failed).rejects.toThrow("a fault of ours");
    await until(() => stateOf(pid) === "S");
  });

  test("goes on when the program that reads it is killed", async () => {
    const { pid } = start("sleep", "60");
    const script = `
      const { captureProcess } = await import(${JSON.stringify(INDEX)});
      await captureProcess(${pid}, { drive: () => new Promise(() => setInterval(() => {}, 1000)) });`;
    const reader = start(
      process.execPath,
      ...["--conditions=@forkpath/source", "--input-type=module", "-e", script],
    );
    await until(() => stateOf(pid) === "T");
    reader.kill("SIGKILL");
    await until(() => stateOf(pid) === "S");
  });

  test("one that was stopped before stays so", async () => {
    const { pid } = start("sleep", "60");
    process.kill(pid, "SIGSTOP");
    await until(() => stateOf(pid) === "T");
    await captureProcess(pid);
    expect(stateOf(pid)).toBe("T");
  });

  test("one that changes is refused", async () => {
    const grow = "const all = []; setInterval(() => all.push(Buffer.alloc(1 << 16, 1)), 1)";
    const busy = start(process.execPath, "-e", `console.log(1); ${grow}`);
    await new Promise((resolve) => busy.stdout!.once("data", resolve));
    const read = captureProcess(busy.pid, { stop: false });
    await expect(read).rejects.toThrow(/changes while it is read: RssAnon \d+ to \d+ kB/);
    expect((await captureProcess(busy.pid, { stop: false, still: false })).smaps).not.toBeNull();
  });

  test("what is no process with memory", async () => {
    await expect(captureProcess(process.pid)).rejects.toThrow("cannot stop itself");
    await expect(captureProcess(0)).rejects.toThrow("0 is no process");
    await expect(captureProcess(2 ** 22)).rejects.toBeInstanceOf(CaptureError);
    const ended = start("true");
    await until(() => !existsSync(`/proc/${ended.pid}`) || ended.exitCode !== null);
    await expect(captureProcess(ended.pid)).rejects.toThrow(/no memory|no process/);
  });

  test("no watchdog stays behind", async () => {
    const { pid } = start("sleep", "60");
    await captureProcess(pid);
    await until(() => watchdogsOf(pid).length === 0);
  });
});

/** Processes whose words have this number among them. */
const watchdogsOf = (pid: number): string[] =>
  readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "latin1").split("\0");
      return words.includes("-e") && words.includes(String(pid));
    } catch {
      return false; // it has ended
    }
  });
