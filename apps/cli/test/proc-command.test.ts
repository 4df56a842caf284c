/**
 * `forkpath proc`: a tree that parses, says the model's numbers, and is read by smem and psutil.
 * The last two are skipped where the programs are not installed (Debian: smem, python3-psutil).
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KERNELS } from "@forkpath/abi";
import * as procfs from "@forkpath/procfs";
import { afterAll, expect, test } from "vitest";
import { forkpath } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "forkpath-proc-"));
afterAll(() => rmSync(folder, { recursive: true }));

const EXAMPLE = join(folder, "server.yaml");
const PROCESSES = 4;
writeFileSync(
  EXAMPLE,
  `title: A server with every kind of memory
machine: { memory: 64M, swap: 4M }
processes:
  master:
    mappings:
      heap: { kind: anon, size: 2M, written: 90%, swapped: 10% }
      libs: { kind: file, file: /usr/lib/libssl.so, size: 64 pages, read: 50% }
      shared: { kind: anon, private: false, size: 16 pages, written: 50% }
steps:
  - { fork: master, as: worker, times: 3 }
  - write: worker1 heap 0..15
  - write: master heap 300..399
`,
);
const PYTHON = "/usr/bin/python3";

async function treeOf(kernel: string, ...words: string[]): Promise<string> {
  const tree = join(folder, `${kernel}${words.join("")}`);
  if (existsSync(tree)) return tree;
  const { exitCode } = await forkpath(["proc", EXAMPLE, "-o", tree, "--kernel", kernel, ...words]);
  expect(exitCode).toBe(0);
  return tree;
}

const pidsIn = (tree: string): string[] => readdirSync(tree).filter((name) => /^\d+$/.test(name));
const read = (tree: string, ...names: string[]): Buffer => readFileSync(join(tree, ...names));

test.each(KERNELS)(
  "every text of a tree of %s parses, and is laid out as there",
  async (kernel) => {
    const tree = await treeOf(kernel);
    const { statusFields, smapsFields, smapsShort, rollupFields } = procfs.layoutsOf(kernel);
    expect(pidsIn(tree).length).toBe(PROCESSES + 1);
    for (const pid of pidsIn(tree)) {
      const status = procfs.parseStatus(read(tree, pid, "status"));
      expect(procfs.printStatus(status)).toBe(read(tree, pid, "status").toString());
      expect(procfs.printStatm(procfs.parseStatm(read(tree, pid, "statm")))).toBe(
        read(tree, pid, "statm").toString(),
      );
      expect(procfs.printStat(procfs.parseStat(read(tree, pid, "stat")))).toBe(
        read(tree, pid, "stat").toString(),
      );
      if (status.rows.VmRSS === undefined) continue;
      expect(status.order).toEqual(statusFields);
      const maps = procfs.parseMaps(read(tree, pid, "maps"));
      expect(procfs.printMaps(maps)).toBe(read(tree, pid, "maps").toString());
      const smaps = procfs.parseSmaps(read(tree, pid, "smaps"));
      expect(procfs.printSmaps(smaps, smapsShort)).toBe(read(tree, pid, "smaps").toString());
      expect(smaps[0].order).toEqual(smapsFields);
      const hasRollup = existsSync(join(tree, pid, "smaps_rollup"));
      expect(hasRollup).toBe(rollupFields.length > 0);
      if (!hasRollup) continue;
      expect(procfs.parseSmapsRollup(read(tree, pid, "smaps_rollup")).order).toEqual(rollupFields);
    }
  },
);

test.each(["el6", "v6.18"])("its figures are the model's: %s", async (kernel) => {
  const tree = await treeOf(kernel);
  const { out } = await forkpath(["show", EXAMPLE, "--kernel", kernel, "--json", "--all"]);
  const { tasks } = JSON.parse(out.join("\n")).steps.at(-1).after;
  expect(tasks.length).toBe(PROCESSES);
  for (const { pid, memory } of tasks) {
    const { rows } = procfs.parseStatus(read(tree, String(pid), "status"));
    expect(rows).toMatchObject(memory.status);
    const smaps = procfs.parseSmaps(read(tree, String(pid), "smaps"));
    for (const [field, sum] of Object.entries(memory.sums)) {
      expect(smaps.reduce((total, area) => total + area.rows[field], 0)).toBe(sum);
    }
    const stat = procfs.parseStat(read(tree, String(pid), "stat"));
    expect(Number(procfs.statField(stat, "vsize"))).toBe(rows.VmSize * 1024);
    expect(procfs.parseStatm(read(tree, String(pid), "statm")).resident * 4).toBe(rows.VmRSS);
  }
  expect(procfs.parseMeminfo(read(tree, "meminfo")).rows.MemTotal).toBe(64 * 2 ** 10);
});

test("a pagemap has a word for each page, and holes in between", async () => {
  const tree = await treeOf("v6.18", "--pagemap");
  const [heap] = procfs.parseSmaps(read(tree, "2", "smaps"));
  const first = heap.start / 4096;
  const bytes = new Uint8Array((heap.rows.Size / 4) * 8);
  const file = openSync(join(tree, "2", "pagemap"), "r");
  expect(readSync(file, bytes, 0, bytes.length, first * 8)).toBe(bytes.length);
  const hole = new Uint8Array(8).fill(1);
  readSync(file, hole, 0, 8, 0);
  closeSync(file);
  let [present, swapped] = [0, 0];
  const parser = procfs.createWordParser((_page, _low, high) => {
    if ((high & procfs.PagemapHigh.PRESENT) !== 0) present++;
    if ((high & procfs.PagemapHigh.SWAPPED) !== 0) swapped++;
  }, first);
  parser.write(bytes);
  expect([present * 4, swapped * 4]).toEqual([heap.rows.Rss, heap.rows.Swap]);
  expect(hole).toEqual(new Uint8Array(8));
});

test("before the first step there is no worker yet", async () => {
  const tree = await treeOf("v6.18", "--at", "0");
  expect(pidsIn(tree)).toEqual(["1", "2"]);
});

test("what cannot be written, or is not there, is told", async () => {
  const tree = await treeOf("v6.18");
  const full = await forkpath(["proc", EXAMPLE, "-o", tree]);
  expect([full.exitCode, full.err]).toEqual([2, [`error: ${tree} holds something already`]]);
  const late = await forkpath(["proc", EXAMPLE, "-o", join(folder, "late"), "--at", "9"]);
  expect([late.exitCode, late.err]).toEqual([2, [`error: ${EXAMPLE} has 3 steps, not 9`]]);
  expect(existsSync(join(folder, "late"))).toBe(false);
});

const SMEM = "/usr/bin/smem";
const hasSmem = existsSync(SMEM);
test.skipIf(!hasSmem)("smem reads it (skipped without smem)", async () => {
  const tree = await treeOf("v6.18");
  const columns = ["--no-header", "-c", "pid uss pss rss"];
  const lines = execFileSync(SMEM, ["--source", tree, ...columns])
    .toString()
    .trim()
    .split("\n");
  expect(lines.length).toBe(PROCESSES);
  for (const line of lines) {
    const [pid, uss, pss, rss] = line.trim().split(/\s+/).map(Number);
    const smaps = procfs.parseSmaps(read(tree, String(pid), "smaps"));
    const sum = (field: string): number => smaps.reduce((all, { rows }) => all + rows[field], 0);
    expect([uss, pss, rss]).toEqual([
      sum("Private_Clean") + sum("Private_Dirty"),
      sum("Pss"),
      sum("Rss"),
    ]);
  }
});

const hasPsutil = spawnSync(PYTHON, ["-c", "import psutil"]).status === 0;
test.skipIf(!hasPsutil)("psutil reads it (skipped without python3-psutil)", async () => {
  const tree = await treeOf("v6.18");
  const script = `
import json, psutil, sys, warnings
warnings.simplefilter("ignore")
psutil.PROCFS_PATH = sys.argv[1]
full = {p.pid: p.memory_full_info()._asdict() for p in psutil.process_iter() if p.pid > 1}
print(json.dumps([full, psutil.virtual_memory().total, psutil.Process(3).ppid()]))`;
  const told = JSON.parse(execFileSync(PYTHON, ["-c", script, tree]).toString());
  const [full, total, ppid] = told;
  expect(Object.keys(full).length).toBe(PROCESSES);
  for (const [pid, { rss, vms, uss, pss }] of Object.entries<Record<string, number>>(full)) {
    const { rows } = procfs.parseStatus(read(tree, pid, "status"));
    const { rows: sums } = procfs.parseSmapsRollup(read(tree, pid, "smaps_rollup"));
    expect([rss, vms].map((bytes) => bytes / 1024)).toEqual([rows.VmRSS, rows.VmSize]);
    const alone = sums.Private_Clean + sums.Private_Dirty;
    expect([uss, pss].map((bytes) => bytes / 1024)).toEqual([alone, sums.Pss]);
  }
  expect([total, ppid]).toEqual([64 * 2 ** 20, 2]);
});
