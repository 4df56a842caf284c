/** Calls about memory, done for real: addresses are those that the model has. */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import type { MmapOptions } from "@forkpath/kernel";
import { type Answers, accessText, bothNumbers, same, signalText } from "./answers.ts";
import { LiveError } from "./live-error.ts";
import type { BackingFile, MadeCall } from "./made-call.ts";
import { callOf, Nr, type Play, type PlayerState, subjectOf } from "./player-state.ts";

/** A call that takes the caller's pid, and then what the system call takes. */
export const plain =
  (number: number): Play =>
  async (state, { args: [pid, ...rest], answer }) =>
    bothNumbers(answer, await callOf(state, pid, number, ...(rest as number[])));

export const touch =
  (how: "read" | "write"): Play =>
  async (state, { args: [pid, addr, len = 1], answer }) => {
    const pages = pagesOf(addr as number, len as number);
    if (pages === 0) return same("success");
    const subject = subjectOf(state, pid);
    const { signal } = await state.recorder.ask(how, subject.pid, addr as number, pages);
    return { model: accessText(answer as number), kernel: signalText(signal) };
  };

const pagesOf = (addr: number, len: number): number =>
  len === 0 ? 0 : Math.ceil((addr + len) / PAGE_SIZE) - Math.floor(addr / PAGE_SIZE);

export const poke: Play = async (state, { args: [pid, addr, len], answer }) => {
  const pages = pagesOf(addr as number, len as number);
  const subject = subjectOf(state, pid);
  const { done } = await state.recorder.ask("poke", subject.pid, addr as number, pages);
  return { model: `${Math.max(0, answer as number)} pages`, kernel: `${done} pages` };
};

export const remapFilePages: Play = async (state, { args: [pid, request], answer }) => {
  const { start, size, prot = 0, pgoff, flags = 0 } = request as RemapFilePagesOptions;
  const words = [start, size, prot, pgoff, flags];
  return bothNumbers(answer, await callOf(state, pid, Nr.remapFilePages, ...words));
};

interface RemapFilePagesOptions {
  readonly start: number;
  readonly size: number;
  readonly prot?: number;
  readonly pgoff: number;
  readonly flags?: number;
}

export const truncate: Play = async (state, { args: [, path, pages] }) => {
  const file = state.files.get(path as string);
  if (file === undefined) throw new LiveError(`no file is called ${path}`);
  const isGrown = (pages as number) > file.pages && !file.isShmem;
  await state.recorder.ask(isGrown ? "grow" : "shorten", file.id, pages as number);
  file.pages = pages as number;
  return same("success");
};

/** Where the model has put it, unless something is there. */
export async function mmap(state: PlayerState, { args, answer, file }: MadeCall): Promise<Answers> {
  const [pid, options] = args as [number, MmapOptions];
  const { len, addr = 0, prot = 3, pgoff = 0, open } = options;
  const { flags = MapFlag.PRIVATE | (open === undefined ? MapFlag.ANONYMOUS : 0) } = options;
  const given = (answer as number) >= 0 ? (answer as number) : addr;
  const place = flags & MapFlag.FIXED ? 0 : MapFlag.FIXED_NOREPLACE;
  const descriptor = file === undefined ? -1 : await openedFile(state, file, modeOf(options));
  const words = [given, len, prot, flags | place, descriptor, pgoff * PAGE_SIZE];
  return bothNumbers(answer, await callOf(state, pid, Nr.mmap, ...words));
}

const modeOf = ({ open }: MmapOptions): "rw" | "r" => (open?.isWritable === false ? "r" : "rw");

/** A file grows with the mappings that are made of it. @returns its descriptor */
async function openedFile(
  state: PlayerState,
  { path, sizePages }: BackingFile,
  mode: "rw" | "r",
): Promise<number> {
  const file = state.files.get(path);
  if (file === undefined) throw new LiveError(`no file is called ${path}`);
  if (sizePages > file.pages) {
    await state.recorder.ask("grow", file.id, sizePages);
    file.pages = sizePages;
  }
  return (await state.recorder.ask("descriptor", file.id, mode)).result;
}

export async function mremap(state: PlayerState, { args, answer }: MadeCall): Promise<Answers> {
  const [pid, request] = args as [number, MremapOptions];
  const { addr, oldLen, newLen, flags, newAddr = 0 } = request;
  const moved = (answer as number) >= 0 && answer !== addr && !(flags & FIXED);
  const words = moved
    ? [addr, oldLen, newLen, flags | FIXED, answer as number]
    : [addr, oldLen, newLen, flags, newAddr];
  return bothNumbers(answer, await callOf(state, pid, Nr.mremap, ...words));
}

interface MremapOptions {
  readonly addr: number;
  readonly oldLen: number;
  readonly newLen: number;
  readonly flags: number;
  readonly newAddr?: number;
}

/** MREMAP_FIXED. */
const FIXED = 2;
