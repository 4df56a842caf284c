/**
 * Processes that fault, fork and swap for real, and pictures of what they see.
 *
 * A world starts with one process P and one mapping of it; `fork` makes more. Letters are those of
 * letters.ts. Pages are shown as "count/mapcount" in the order of their entries.
 */
import { hex } from "@forkpath/abi";
import { createMappedFile, findVma, type MappedFile } from "@forkpath/mm";
import { expect } from "vitest";
import {
  type AreaOptions,
  addSpace,
  addVma,
  cloneSpace,
  createMachine,
  forkSpace,
  type MachineOptions,
  PRIVATE,
  type Space,
  START,
} from "./machine.ts";
import { swapOut, write } from "./process-calls.ts";
import { type Process, show } from "./process-looks.ts";

export interface ProcessOptions extends MachineOptions, AreaOptions {
  /** Of the mapping; by default 4. */
  readonly pages?: number;
  readonly flags?: number;
}

/** P, with one mapping at START: by default private anonymous memory. */
export function createProcess(options: ProcessOptions = {}): Process {
  const env = createMachine(options);
  const mm = addSpace(env, "P");
  const { pages = 4, flags = PRIVATE, file = null } = options;
  if (file !== null) {
    env.files.set(file.id, file);
    env.nextFileId = file.id + 1;
  }
  const vma = addVma({ env, mm }, START, pages, flags, options);
  env.sync.gate.count = 0;
  return { env, mm, vma };
}

/** P with page 0 in slot 1, and nothing in the swap cache. */
export function createSwappedProcess(options: ProcessOptions = {}): Process {
  const p = createProcess(options);
  write(p, 0);
  swapOut(p, 0);
  expect(show(p)).toEqual({ ptes: "s - - -", rss: "(0,0,1)", pages: "" });
  return p;
}

/** A file to map, 8 pages long, with nothing in the page cache. */
export function createFile(options: { isShmem?: boolean; sizePages?: number } = {}): MappedFile {
  return createMappedFile(1, "/data", { sizePages: 8, ...options });
}

/** A child with a copy of the mapping. */
export const fork = (parent: Process, name = "C"): Process =>
  withVmaOf(parent, forkSpace(parent, name));

/** A child with the same mapping, of which no entry is copied yet. */
export const cloneEmpty = (parent: Process, name = "C"): Process =>
  withVmaOf(parent, cloneSpace(parent, name));

function withVmaOf({ vma: { start } }: Process, child: Space): Process {
  const vma = findVma(child.mm, start);
  if (vma?.start !== start) throw new RangeError(`the child has no area at ${hex(start)}`);
  return { ...child, vma };
}
