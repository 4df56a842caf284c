/** What a process does to the pages of its mapping (process.ts). */
import { PAGE_SIZE } from "@forkpath/abi";
import { handleMmFault, reclaimPages, touch, zapPageRange } from "@forkpath/mm";
import { run } from "./machine.ts";
import { at, codeNames, type Process } from "./process-looks.ts";

/** Touches each page in turn, and says what happened: "hit" without a fault, else code names. */
const access = (process: Process, pages: number[], isWrite: boolean): string =>
  pages
    .map((page) => run(touch(process.env, process.mm, at(process, page), isWrite)))
    .map((code) => (code === 0 ? "hit" : codeNames(code)))
    .join(" ");

export const read = (process: Process, ...pages: number[]): string => access(process, pages, false);

export const write = (process: Process, ...pages: number[]): string => access(process, pages, true);

/** One fault, and no second try. */
export const fault = (process: Process, page: number, isWrite: boolean): string =>
  codeNames(run(handleMmFault(process.env, process.vma, at(process, page), isWrite)));

/** Swaps the process's pages out, whoever else maps them. */
export const swapOut = (process: Process, ...pages: number[]): void => {
  for (const page of pages) {
    const start = at(process, page);
    run(reclaimPages(process.env, process.mm, { start, end: start + PAGE_SIZE }));
  }
};

/** Unmaps everything, as exit does. */
export const unmapAll = ({ env, vma }: Process): number =>
  run(zapPageRange(env, vma, vma.start, vma.end));
