/** When page tables come and go, on each release: H11, L13, L22/4, and what recordings show. */
import { Madvise, MapFlag, PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import { findPteCell, setPte } from "@forkpath/page-table";
import { makePteMarker, PteMarker } from "@forkpath/swap";
import { describe, expect, test } from "vitest";
import { createKernel, type Kernel, type KernelConfig } from "../src/index.ts";

type KernelName = NonNullable<KernelConfig["kernel"]>;

const HEAP = 2 ** 40;
const MIB = 2 ** 20;

function stageOf(kernel: KernelName): { kernel: Kernel; pid: number; vmPte: () => number } {
  const machine = createKernel({ kernel, memoryPages: 4096 });
  const pid = machine.createProcess({ comm: "P" });
  const vmPte = (): number => Number(machine.process(pid).memory?.status.vmPTE);
  return { kernel: machine, pid, vmPte };
}

describe("H11: 4 MiB written, then DONTNEED", () => {
  test.each<[KernelName, number[]]>([
    ["el6", [8, 8]],
    ["v6.1", [16, 16]],
    ["v6.18", [16, 12]],
  ])("of one whole table, on %s", (name, wanted) => {
    const { kernel, pid, vmPte } = stageOf(name);
    kernel.mmap(pid, { addr: HEAP, len: 4 * MIB });
    kernel.write(pid, HEAP, 4 * MIB);
    const before = vmPte();
    kernel.madvise(pid, HEAP, PMD_SIZE, Madvise.DONTNEED);
    expect([before, vmPte()]).toEqual(wanted);
    expect(kernel.check()).toEqual([]);
    expect(kernel.write(pid, HEAP)).toBeGreaterThanOrEqual(0); // a new table
    expect(vmPte()).toBe(wanted[0]);
  });

  test("in two halves the table stays, and the child gets an empty one (D31)", () => {
    const { kernel, pid, vmPte } = stageOf("v6.18");
    kernel.mmap(pid, { addr: HEAP, len: 2 * MIB });
    kernel.write(pid, HEAP, 2 * MIB);
    kernel.madvise(pid, HEAP, MIB, Madvise.DONTNEED);
    kernel.madvise(pid, HEAP + MIB, MIB, Madvise.DONTNEED);
    const child = kernel.fork(pid);
    expect([vmPte(), Number(kernel.process(child).memory?.status.vmPTE)]).toEqual([12, 12]);
  });

  test("a guard page keeps its table, and munmap takes both", () => {
    const { kernel, pid, vmPte } = stageOf("v6.18");
    kernel.mmap(pid, { addr: HEAP, len: 2 * MIB });
    kernel.write(pid, HEAP, 2 * MIB);
    kernel.madvise(pid, HEAP, PAGE_SIZE, Madvise.DONTNEED);
    const { tables } = kernel.machine.mm;
    const { pgd } = kernel.machine.fork.tasks.get(pid)!.mm!;
    setPte(tables, findPteCell(tables, pgd, HEAP as never), makePteMarker(PteMarker.GUARD), 0);
    kernel.madvise(pid, HEAP, 2 * MIB, Madvise.DONTNEED);
    expect([kernel.letters(pid, HEAP, 3), vmPte(), kernel.check()]).toEqual(["g - -", 12, []]);
    kernel.munmap(pid, HEAP, 2 * MIB);
    expect([vmPte(), kernel.check()]).toEqual([0, []]);
  });
});

describe("a write beyond the end of a private file: SIGBUS, and what it leaves", () => {
  test.each<[KernelName, number, boolean]>([
    ["el6", 4, false],
    ["v4.4", 4, true],
    ["v4.14", 0, true], // pud and pmd tables count since 4.15
    ["v6.18", 8, true],
  ])("on %s: VmPTE %i, an anon_vma: %s", (name, wanted, hasAnonVma) => {
    const { kernel, pid, vmPte } = stageOf(name);
    const open = kernel.openFile("/f", { sizePages: 2 });
    kernel.mmap(pid, {
      addr: HEAP,
      len: 8 * PAGE_SIZE,
      open,
      flags: MapFlag.PRIVATE | MapFlag.FIXED,
    });
    kernel.write(pid, HEAP + 5 * PAGE_SIZE);
    expect([vmPte(), kernel.process(pid).memory?.vmas[0].hasAnonVma]).toEqual([wanted, hasAnonVma]);
    expect(kernel.read(pid, HEAP)).toBeGreaterThan(0);
    expect(kernel.check()).toEqual([]);
  });
});
