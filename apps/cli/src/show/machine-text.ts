/** The machine of a scenario in a line: `el6, 4 CPUs, 4 GB of memory, no swap`. */
import { PAGE_SIZE } from "@forkpath/abi";
import type { MachineSpec } from "@forkpath/scenario";

/** What differs from the defaults, and the size of memory and swap. */
export function machineText(machine: MachineSpec): string {
  const { kernel = "el6", nrCpus = 4, memoryPages = 2 ** 20, swap = [] } = machine;
  const swapPages = swap.reduce((sum, { pages }) => sum + pages, 0);
  const mode = MODES[machine.overcommit?.mode ?? 0];
  return [
    kernel,
    `${nrCpus} ${nrCpus === 1 ? "CPU" : "CPUs"}`,
    `${sizeText(memoryPages)} of memory`,
    swapPages === 0 ? "no swap" : `${sizeText(swapPages)} of swap`,
    `overcommit ${mode}`,
  ].join(", ");
}

/** By the number of vm.overcommit_memory. */
const MODES = ["heuristic", "always", "strict"] as const;

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** In the largest unit in which it is whole. */
function sizeText(pages: number): string {
  let [size, unit] = [(pages * PAGE_SIZE) / 1024, 0];
  while (unit < UNITS.length - 1 && size >= 1024 && size % 1024 === 0) {
    size /= 1024;
    unit++;
  }
  return `${size} ${UNITS[unit]}`;
}
