/**
 * What exec is asked to run: a program file as its loader sees it, and the strings for its stack.
 *
 *    0x400000   text        read, execute     dataPages of the file follow textPages
 *    +2 MiB up  data        read, write       private
 *               bss         read, write       anonymous; the heap begins at its end
 */
import { expectAligned, expectInteger, PAGE_SIZE, STACK_TOP_MAX } from "@forkpath/abi";
import type { MappedFile } from "@forkpath/mm";

export interface ProgramImage {
  /** Its path is what the strings begin with, and names the process. */
  readonly file: MappedFile;
  /** Pages of the file, from its start on. */
  readonly textPages: number;
  /** Pages of the file, behind the text. */
  readonly dataPages: number;
  readonly bssPages: number;
  /** It asks for a stack that code can run on. */
  readonly hasExecStack?: boolean;
}

export interface ExecRequest {
  readonly image: ProgramImage;
  readonly argv?: readonly string[];
  readonly envp?: readonly string[];
  /** Bytes: where the stack is to end, page-aligned; by default where it was built. */
  readonly stackTop?: number;
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
  expectInteger("doExecve", "stackTop", stackTop, 0, STACK_TOP_MAX);
  expectAligned("doExecve", "stackTop", stackTop, PAGE_SIZE);
}

/**
 * Bytes of a string in user memory: UTF-8, and the NUL.
 * @kernel strnlen_user in arch/x86/lib/usercopy_64.c
 */
export function stringBytes(text: string): number {
  let bytes = 1;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * Bytes of several strings, one after the other.
 * @modelOnly a sum
 */
export const stringsBytes = (strings: readonly string[]): number =>
  strings.reduce((sum, text) => sum + stringBytes(text), 0);
