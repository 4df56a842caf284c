/**
 * Forks of this machine, predicted before and looked at after. Skipped where there is no /proc, no
 * root to read frames, or not the program.
 *
 * The child has run for a moment when it is stopped: so what it has of its own may have moved by a
 * few pages, and the rest not at all.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { captureProcess } from "@forkpath/capture";
import { type Capture, parseStat } from "@forkpath/procfs";
import { afterEach, describe, expect, test } from "vitest";
import { type Prediction, predictFork } from "../src/index.ts";

const CLIENT = "redis-cli";
const isRoot = process.getuid?.() === 0 && existsSync("/proc/self/smaps");
const has = (program: string): boolean =>
  (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));

const started: number[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Program {
  readonly process: ChildProcess & { readonly pid: number };
  readonly lines: Interface;
  line(): Promise<string>;
}

function start(...words: string[]): Program {
  const child = spawn(words[0], words.slice(1), { stdio: ["pipe", "pipe", "ignore"] });
  started.push(child.pid ?? 0);
  const lines = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    process: child as Program["process"],
    lines,
    line: async () => (await iterator.next()).value ?? "",
  };
}

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function stopped(pid: number): Promise<Capture> {
  started.push(pid);
  await until(() => parseStat(readFileSync(`/proc/${pid}/stat`)).state === "T");
  return captureProcess(pid, { stop: false });
}

/** @param slack kB by which a child may differ by the time that it is stopped */
function expectChild(
  { child, areas }: Prediction,
  { status, smaps }: Capture,
  slack: number,
): void {
  for (const label of ["VmSwap", "VmLck", "VmExe", "HugetlbPages"]) {
    expect(status.rows[label], label).toBe(child.status[label]);
  }
  for (const label of ["VmSize", "RssAnon", "RssShmem", "VmPTE"]) {
    const more = status.rows[label] - child.status[label];
    expect(Math.abs(more), label).toBeLessThanOrEqual(slack);
  }
  // Where the child has not been, every figure is as predicted.
  const predicted = new Map(areas.map((area) => [area.start, area.child]));
  const large = (smaps ?? []).filter(({ rows }) => rows.Rss > 8 * slack);
  expect(large.length).toBeGreaterThan(0);
  for (const { start, rows } of large) {
    expect(Math.abs(rows.Anonymous - (predicted.get(start)?.Anonymous ?? 0))).toBeLessThan(slack);
  }
}

const PYTHON = `
import os, signal, sys
held = bytearray(20 << 20)
for i in range(0, len(held), 4096): held[i] = 1
print("ready", flush=True)
sys.stdin.readline()
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
print(child, flush=True)
sys.stdin.readline()
`;

test.skipIf(!isRoot || !has("python3"))(
  "os.fork of Python (skipped without root or python3)",
  async () => {
    const python = start("python3", "-c", PYTHON);
    expect(await python.line()).toBe("ready");
    const prediction = predictFork(await captureProcess(python.process.pid));
    expect(prediction).toMatchObject({ level: "frames", commit: { isRefused: false } });
    python.process.stdin?.write("\n");
    expectChild(prediction, await stopped(Number(await python.line())), 512);
  },
);

test.skipIf(!isRoot)("a subshell (skipped without root)", async () => {
  const shell = start(
    "sh",
    "-c",
    "echo ready; read line; (kill -STOP $(exec sh -c 'echo $PPID')) & wait",
  );
  expect(await shell.line()).toBe("ready");
  const { pid } = shell.process;
  const prediction = predictFork(await captureProcess(pid));
  shell.process.stdin?.write("\n");
  const child = await until(() => childOf(pid));
  const { status } = await stopped(child);
  expect(status.rows.VmSize).toBe(prediction.child.status.VmSize);
  expect(Math.abs(status.rows.RssAnon - prediction.child.status.RssAnon)).toBeLessThan(128);
});

function childOf(pid: number): number | undefined {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? undefined : Number(text.split(" ")[0]);
}

describe.skipIf(!isRoot || !has("redis-server"))(
  "BGSAVE of Redis (skipped without root or redis-server)",
  () => {
    test("of 100 MB", async () => {
      const folder = mkdtempSync(join(tmpdir(), "forkpath-redis-"));
      folders.push(folder);
      const socket = join(folder, "redis.sock");
      const options = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder];
      const redis = start("redis-server", ...options, "--enable-debug-command", "yes");
      const tell = (...words: string[]): string =>
        execFileSync(CLIENT, ["-s", socket, ...words], { encoding: "utf8" });
      await until(() => existsSync(socket));
      tell("DEBUG", "POPULATE", "25000", "key", "4000");
      const { pid } = redis.process;
      const prediction = predictFork(await captureProcess(pid));
      tell("BGSAVE");
      const child = await until(() => childOf(pid));
      process.kill(child, "SIGSTOP");
      expectChild(prediction, await stopped(child), 8192); // it gives pages back that it has saved
    });
  },
);
