/** What counters and page tables show on each release: M2, M3, M5, M6.1, L13, L21/5. */
import { PAGE_SIZE } from "@forkpath/abi";
import { addMmCounter, MmCounter, peekCheapRss } from "@forkpath/counters";
import { EventClass } from "@forkpath/events";
import { RusageWho } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";
import { runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { createKernel, type Kernel, type KernelConfig } from "../src/index.ts";
import { record } from "./stage.ts";

type KernelName = NonNullable<KernelConfig["kernel"]>;

interface Stage {
  readonly kernel: Kernel;
  readonly pid: number;
  /** 64 pages of anonymous memory, at the start of a pte table; none of them there yet. */
  readonly heap: number;
}

const HEAP = 2 ** 40;

function stageOf(name: KernelName, config: KernelConfig = {}): Stage {
  const kernel = createKernel({ kernel: name, nrCpus: 2, memoryPages: 4096, ...config });
  const pid = kernel.createProcess({ comm: "P" });
  const heap = kernel.mmap(pid, { addr: HEAP, len: 2048 * PAGE_SIZE });
  return { kernel, pid, heap };
}

const mmOf = ({ machine }: Kernel, pid: number): MmStruct => machine.fork.tasks.get(pid)!.mm!;

/** One fault a page, each by itself. */
function writeOneByOne({ kernel, pid, heap }: Stage, first: number, pages: number): void {
  for (let page = first; page < first + pages; page++) kernel.write(pid, heap + page * PAGE_SIZE);
}

/** Pages: what status says, and what field 24 of stat does. */
const shown = (kernel: Kernel, pid: number): string => {
  const status = kernel.process(pid).memory!.status;
  return `${status.vmRSS / 4n} ${peekCheapRss(mmOf(kernel, pid).counters)}`;
};

describe("30 faults, 31, 32, 33: status and stat", () => {
  test.each<[KernelName, string[]]>([
    ["el6", ["31 31", "32 32", "33 33"]],
    ["v6.1", ["0 0", "0 0", "0 0"]], // in the task's part
    ["v6.12", ["0 0", "32 32", "32 32"]], // in the CPU's part, to 31
    ["v6.18", ["31 0", "32 32", "33 32"]], // status adds the parts up
  ])("%s", (name, wanted) => {
    const stage = stageOf(name);
    writeOneByOne(stage, 0, 31);
    const seen = [shown(stage.kernel, stage.pid)];
    for (const page of [31, 32]) {
      writeOneByOne(stage, page, 1);
      seen.push(shown(stage.kernel, stage.pid));
    }
    expect(seen).toEqual(wanted);
    expect(stage.kernel.check()).toEqual([]);
  });
});

test("a run of faults leaves what as many single ones do, on every release", () => {
  for (const name of ["el6", "v6.1", "v6.12", "v6.18"] as const) {
    const [run, single] = [stageOf(name), stageOf(name)];
    for (const [first, pages] of [
      [0, 1],
      [1, 45],
      [46, 80],
      [126, 3],
    ]) {
      run.kernel.write(run.pid, run.heap + first * PAGE_SIZE, pages * PAGE_SIZE);
      writeOneByOne(single, first, pages);
      expect([name, shown(run.kernel, run.pid)]).toEqual([name, shown(single.kernel, single.pid)]);
    }
  }
});

describe("v6.1: a task keeps its faults to itself until the 66th (M6.1/3)", () => {
  test("then it tells all before it, and the 66th is the first of the next lot", () => {
    const stage = stageOf("v6.1");
    writeOneByOne(stage, 0, 65);
    expect(shown(stage.kernel, stage.pid)).toBe("0 0");
    writeOneByOne(stage, 65, 1);
    expect(shown(stage.kernel, stage.pid)).toBe("65 65");
  });

  test("a child shows more than its parent: it is counted from the tables", () => {
    const stage = stageOf("v6.1");
    writeOneByOne(stage, 0, 40);
    const child = stage.kernel.fork(stage.pid);
    expect([shown(stage.kernel, stage.pid), shown(stage.kernel, child)]).toEqual(["0 0", "40 40"]);
  });

  test("unmapping tells first, and so does exit before the peak is taken", () => {
    const stage = stageOf("v6.1");
    const { kernel, pid, heap } = stage;
    writeOneByOne(stage, 0, 10);
    kernel.munmap(pid, heap, PAGE_SIZE);
    expect(shown(kernel, pid)).toBe("9 9");
    const child = kernel.fork(pid);
    kernel.write(child, heap + 20 * PAGE_SIZE);
    kernel.exitGroup(child);
    expect(kernel.wait(pid, child)).toMatchObject({ rusage: { maxrssKb: 40n } });
    expect(kernel.check()).toEqual([]);
  });
});

describe("v6.18: peaks are taken from what is stored (M5)", () => {
  test("VmHWM falls: the true peak was in the CPU's part", () => {
    const stage = stageOf("v6.18");
    const { kernel, pid, heap } = stage;
    writeOneByOne(stage, 0, 60);
    const before = kernel.process(pid).memory!.status.vmHWM;
    kernel.munmap(pid, heap, 50 * PAGE_SIZE);
    expect([before, kernel.process(pid).memory!.status.vmHWM]).toEqual([240n, 128n]);
  });

  test("a child of fewer than 32 pages has a peak of 0 (M5/9)", () => {
    const stage = stageOf("v6.18");
    writeOneByOne(stage, 0, 31);
    const child = stage.kernel.fork(stage.pid);
    stage.kernel.exitGroup(child);
    expect(stage.kernel.wait(stage.pid, child)).toMatchObject({ rusage: { maxrssKb: 0n } });
  });

  test("fork and unmap add once for each table (SCHEMA: Counters)", () => {
    const stage = stageOf("v6.18");
    const { kernel, pid, heap } = stage;
    kernel.write(pid, heap, 512 * PAGE_SIZE);
    kernel.write(pid, heap + 512 * PAGE_SIZE, 10 * PAGE_SIZE);
    kernel.write(pid, heap + 1024 * PAGE_SIZE, 20 * PAGE_SIZE);
    const child = kernel.fork(pid);
    // 512 is told at once; 10 and then 20 stay with the CPU.
    expect(shown(kernel, child)).toBe("542 512");
    kernel.munmap(child, heap, 1024 * PAGE_SIZE);
    // 512 away takes the 30 along: 0, less 482; then 10 away stay with the CPU.
    expect(shown(kernel, child)).toBe("20 30");
  });

  test("no charge for arguments in the peak of what exec leaves: D8 is gone", () => {
    const peaks = (["el6", "v6.18"] as const).map((name) => {
      const stage = stageOf(name);
      writeOneByOne(stage, 0, 64);
      const argv = new Array(100).fill("a".repeat(4000));
      stage.kernel.execve(stage.pid, { path: "/bin/sh", argv });
      return stage.kernel.getrusage(stage.pid, RusageWho.SELF).maxrssKb;
    });
    expect(peaks[0]).toBeGreaterThan(256n);
    expect(peaks[1]).toBeGreaterThanOrEqual(256n);
    expect(peaks[1]).toBeLessThan(peaks[0]);
  });
});

describe("VmPTE: el6 counts last-level tables, v6.18 all but the top one (L13)", () => {
  test.each<[KernelName, bigint[]]>([
    ["el6", [4n, 8n, 4n]],
    ["v4.4", [4n, 8n, 4n]],
    ["rhel8", [12n, 16n, 12n]],
    ["v6.18", [12n, 16n, 12n]],
  ])("%s", (name, wanted) => {
    const { kernel, pid, heap } = stageOf(name);
    const vmPte = (): bigint => kernel.process(pid).memory!.status.vmPTE;
    kernel.write(pid, heap);
    const seen = [vmPte()];
    kernel.write(pid, heap + 512 * PAGE_SIZE);
    seen.push(vmPte());
    kernel.munmap(pid, heap + 512 * PAGE_SIZE, 512 * PAGE_SIZE);
    seen.push(vmPte());
    expect(seen).toEqual(wanted);
    expect(kernel.check()).toEqual([]);
  });
});

describe("an address space that ends with something counted (L21/5, D26)", () => {
  test.each<[KernelName, string[]]>([
    ["el6", []],
    ["v3.10", ["BUG: Bad rss-counter state mm:mm1 idx:1 val:3"]],
    ["v6.18", ["BUG: Bad rss-counter state mm:mm1 type:MM_ANONPAGES val:3 Comm:P Pid:2"]],
  ])("%s", (name, wanted) => {
    const { kernel, pid } = stageOf(name);
    const { counters } = mmOf(kernel, pid);
    const { sync } = kernel.machine.mm;
    runToCompletion(addMmCounter(sync, counters, MmCounter.ANON_RSS, 3));
    const sink = record(EventClass.MM);
    kernel.attach(sink);
    kernel.exitGroup(pid);
    const alerts = sink.events.flatMap((event) => (event.kind === "alert" ? [event.text] : []));
    expect(alerts).toEqual(wanted);
  });
});
