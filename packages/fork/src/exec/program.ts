/**
 * What exec is asked to run: a program file as its loader sees it, and the strings for its stack.
 *
 *    0x400000   text        read, execute     dataPages of the file follow textPages
 *    +2 MiB up  data        read, write       private
 *               bss         read, write       anonymous; the heap begins at its end
 */
import { expectAligned, expectInteger, PAGE_SIZE, STACK_TOP_MAX, USER_END } from "@forkpath/abi";
import type { MappedFile } from "@forkpath/mm";

/** The program's file, and where its parts lie. */
export interface ProgramImage {
  /** Its path is what the strings begin with, and names the process. */
  readonly file: MappedFile;
  /** Pages of the file, from its start on. */
  readonly textPages: number;
  /** Pages of the file, behind the text. */
  readonly dataPages: number;
  /** Pages of zeros behind the data. */
  readonly bssPages: number;
  /** Bytes: where the text lies; by default TEXT_START. */
  readonly textStart?: number | undefined;
  /** Page of the file that the text begins with; by default 0. The data come behind it. */
  readonly textPgoff?: number | undefined;
  /** Bytes: where the data lie, and behind them the bss; by default 2 MiB up from the text. */
  readonly dataStart?: number | undefined;
  /** The data end inside their last page: exec clears the rest of it. */
  readonly hasPartialPage?: boolean | undefined;
  /** It asks for a stack that code can run on. */
  readonly hasExecStack?: boolean | undefined;
}

/** Arguments of execve(2). */
export interface ExecRequest {
  /** The program. */
  readonly image: ProgramImage;
  /** By default the file's path. It lies above all other strings. */
  readonly filename?: string | undefined;
  /** False for a file that nobody may execute: -EACCES. */
  readonly isExecutable?: boolean | undefined;
  /** False for a file that is no program: -ENOEXEC. */
  readonly isProgram?: boolean | undefined;
  /** Arguments; by default none, of which some releases make an empty one. */
  readonly argv?: readonly string[] | undefined;
  /** Environment; by default nothing. */
  readonly envp?: readonly string[] | undefined;
  /** Bytes: where the stack is to end, page-aligned; by default where it was built. */
  readonly stackTop?: number | undefined;
}

/**
 * @throws RangeError or TypeError unless the page counts are non-negative integers with some text,
 * and the stack ends at a page of user space
 * @modelOnly the sanity checks of a loader
 */
export function expectExecRequest({ image, stackTop = STACK_TOP_MAX }: ExecRequest): void {
  const { textPages, dataPages, bssPages } = image;
  expectInteger("doExecve", "image.textPages", textPages, 1, 2 ** 24);
  expectInteger("doExecve", "image.dataPages", dataPages, 0, 2 ** 24);
  expectInteger("doExecve", "image.bssPages", bssPages, 0, 2 ** 24);
  for (const name of ["textStart", "dataStart"] as const) {
    expectInteger("doExecve", `image.${name}`, image[name] ?? 0, 0, USER_END);
    expectAligned("doExecve", `image.${name}`, image[name] ?? 0, PAGE_SIZE);
  }
  expectInteger("doExecve", "image.textPgoff", image.textPgoff ?? 0, 0, 2 ** 24);
  expectInteger("doExecve", "stackTop", stackTop, 0, STACK_TOP_MAX);
  expectAligned("doExecve", "stackTop", stackTop, PAGE_SIZE);
}

/** Bytes: where the text of a program that is not position-independent begins by default. */
export const TEXT_START = 0x400000;

/**
 * The strings that the new stack begins with, from its top down: a program may get an empty
 * argument that nobody gave.
 * @modelOnly the arguments of do_execveat_common
 */
export function stringsOf(
  { image, filename = image.file.path, argv = [], envp = [] }: ExecRequest,
  emptyArgv: readonly string[],
): {
  readonly filename: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
} {
  return { filename, argv: argv.length === 0 ? emptyArgv : argv, envp };
}

/**
 * Bytes of a string in user memory: UTF-8, and the NUL.
 * @kernel strnlen_user in arch/x86/lib/usercopy_64.c
 */
export function stringBytes(text: string): number {
  let bytes = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes++;
    else if (code < 0x800) bytes += 2;
    else if ((text.codePointAt(at) as number) < 0x10000) bytes += 3;
    else {
      bytes += 4;
      at++; // two code units
    }
  }
  return bytes;
}

/**
 * Bytes of several strings, one after the other.
 * @modelOnly a sum
 */
export const stringsBytes = (strings: readonly string[]): number =>
  strings.reduce((sum, text) => sum + stringBytes(text), 0);
