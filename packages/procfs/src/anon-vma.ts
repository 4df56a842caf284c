/**
 * `anon_vma.txt` of a capture: what /proc does not tell, read by a BPF iterator over areas.
 *
 *  29471 560181b74000 560181b77000 100071 ffff888105add270 ffff888105add270 1    1    2
 *  pid   start        end          flags  anon_vma         root             refs kids active
 */
import { textOf } from "./bytes.ts";
import { createLineReader, readWhole } from "./lines.ts";
import { ProcError, quoted } from "./proc-error.ts";

/** One area that has an anon_vma. */
export interface AnonVmaLine {
  /** The process. */
  readonly pid: number;
  /** Bytes, half-open. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** vm_flags as the kernel has them. */
  readonly vmFlags: number;
  /** Names of objects, without a meaning of their own; `0` for none. */
  readonly anonVma: string;
  /** The anon_vma at the top of the tree: its lock guards all of them. */
  readonly root: string;
  /** Holds on the anon_vma. */
  readonly refcount: number;
  /** Anon_vmas that have this one as parent, itself included where it is a root. */
  readonly children: number;
  /** Areas whose `anon_vma` it is. */
  readonly active: number;
}

const WANTED = "pid start end vm_flags anon_vma root refcount children active";
const HEX = /^[0-9a-f]{1,16}$/;

/** @throws ProcError where the text is not such a list */
export function parseAnonVmas(text: string | Uint8Array, file = "anon_vma.txt"): AnonVmaLine[] {
  const lines: AnonVmaLine[] = [];
  const reader = createLineReader(file, (bytes, from, to, line) => {
    const text = textOf(bytes, from, to);
    const words = text.split(" ");
    const [pid, start, end, vmFlags, anonVma, root, ...counts] = words;
    const hex = [start, end, vmFlags].map((word) => Number.parseInt(word, 16));
    const [refcount, children, active] = counts.map(Number);
    const isWhole = words.length === 9 && /^\d{1,10}$/.test(pid);
    const areNumbers = counts.every((word) => /^-?\d{1,15}$/.test(word));
    if (!isWhole || !areNumbers || !words.slice(1, 6).every((word) => HEX.test(word))) {
      throw new ProcError({ file, line, wanted: WANTED, got: quoted(text) });
    }
    lines.push({
      pid: Number(pid),
      start: hex[0],
      end: hex[1],
      vmFlags: hex[2],
      anonVma,
      root,
      refcount,
      children,
      active,
    });
  });
  readWhole(reader, text);
  return lines;
}

/**
 * The text that parseAnonVmas reads.
 * @modelOnly a capture's own format
 */
export const printAnonVmas = (lines: readonly AnonVmaLine[]): string =>
  lines
    .map(({ pid, start, end, vmFlags, anonVma, root, refcount, children, active }) => {
      const range = `${start.toString(16)} ${end.toString(16)} ${vmFlags.toString(16)}`;
      return `${pid} ${range} ${anonVma} ${root} ${refcount} ${children} ${active}\n`;
    })
    .join("");
