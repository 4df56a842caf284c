/** Processes of process.ts on a machine that makes huge pages. */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import { createProcess, type ProcessOptions } from "./process.ts";
import type { Process } from "./process-looks.ts";

/** Pages of a huge page. */
export const HUGE: number = PTRS_PER_TABLE;
/** With one lock for each page table, and with one for each address space. */
export const BUILDS: readonly (readonly [string, { readonly splitPtlocks: boolean }])[] = [
  ["split locks", { splitPtlocks: true }],
  ["one lock", { splitPtlocks: false }],
];

/** P, with `blocks` times 2 MiB of anonymous memory. */
export const createHugeProcess = (blocks = 1, options: ProcessOptions = {}): Process =>
  createProcess({ thp: "always", pages: blocks * HUGE, ...options });
