/** A call of a history as the model has answered it, and who hears of it. */
import type { Kernel, NewProcess } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";

/** One call as the model has answered it. Pids are the model's. */
export interface MadeCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly answer: unknown;
  /** The file of an mmap, as long as it was then. */
  readonly file?: BackingFile;
}

/** A file that a history maps. */
export interface BackingFile {
  /** What the history calls it. */
  readonly path: string;
  /** Its first length. */
  readonly sizePages: number;
  /** Whether it is to be made on tmpfs. */
  readonly isShmem: boolean;
  /** What it is a program of; none for a file of data. */
  readonly program?: ProgramLayout;
}

/** Pages of each segment; the data, and behind them the bss, lie at `dataStart`. */
export interface ProgramLayout {
  /** Pages of text. */
  readonly textPages: number;
  /** Pages of data. */
  readonly dataPages: number;
  /** Pages of zeros behind the data. */
  readonly bssPages: number;
  /** Bytes. */
  readonly dataStart: number;
}

export interface Listener {
  /** Hears of each call, in order. */
  onCall(call: MadeCall): void;
  /** Hears why a call cannot be made for real. */
  onRefusal(why: string): void;
  /** Hears of each first process, when it has nothing but its page of code. */
  onBirth?(kernel: Kernel, mm: MmStruct): void;
  /** Under which name the kernel executes a program: that of its descriptor. */
  nameOf(path: string): string;
}

/** What a first process is, on this machine: its user, and limits that cannot be passed. */
export type Birth = (options: NewProcess) => NewProcess;
