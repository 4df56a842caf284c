/** /proc/PID/limits: four columns, of 25, 20, 20 and 10 characters with a space behind each. */
import { textOf } from "./bytes.ts";
import { createLineReader, readWhole } from "./lines.ts";
import { signedNumber } from "./numbers.ts";
import { ProcError, quoted } from "./proc-error.ts";

/** `Infinity` is what /proc calls unlimited. */
export interface Limit {
  /** `Max processes`. */
  readonly name: string;
  /** What holds now; the process may raise it up to `hard`. */
  readonly soft: number;
  /** The most that `soft` may become. */
  readonly hard: number;
  /** `bytes`; `` for a priority, which has none. */
  readonly units: string;
}

const HEAD = "Limit                     Soft Limit           Hard Limit           Units     ";
const UNLIMITED = "unlimited";
const LINE = /^(Max [a-z -]+?) +(\d+|unlimited) +(\d+|unlimited) +([a-z]*) *$/;
const NAME_WIDTH = 25;
const VALUE_WIDTH = 20;
const UNITS_WIDTH = 10;

/** @throws ProcError where the text is not a table of limits */
export function parseLimits(text: string | Uint8Array, file = "limits"): Limit[] {
  const limits: Limit[] = [];
  const reader = createLineReader(file, (bytes, from, to, line) => {
    const text = textOf(bytes, from, to);
    if (line === 1 && text.trimEnd() === HEAD.trimEnd()) return;
    const found = LINE.exec(text);
    const [soft, hard] = [numberOf(found?.[2]), numberOf(found?.[3])];
    if (line === 1 || found === null || Number.isNaN(soft + hard)) {
      const wanted = line === 1 ? quoted(HEAD) : "a limit, two numbers and a unit";
      throw new ProcError({ file, line, wanted, got: quoted(text) });
    }
    limits.push({ name: found[1], soft, hard, units: found[4] });
  });
  readWhole(reader, text);
  return limits;
}

function numberOf(word = ""): number {
  return word === UNLIMITED ? Number.POSITIVE_INFINITY : signedNumber(word);
}

/**
 * The text as the kernel prints it.
 * @kernel proc_pid_limits in fs/proc/base.c
 */
export function printLimits(limits: readonly Limit[]): string {
  const value = (limit: number): string =>
    `${Number.isFinite(limit) ? limit : UNLIMITED}`.padEnd(VALUE_WIDTH);
  const lines = limits.map(({ name, soft, hard, units }) => {
    const end = units === "" ? "" : units.padEnd(UNITS_WIDTH);
    return `${name.padEnd(NAME_WIDTH)} ${value(soft)} ${value(hard)} ${end}`;
  });
  return [HEAD, ...lines].map((line) => `${line}\n`).join("");
}
