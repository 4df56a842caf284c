/** What both sides answer to a call, in the same words. */
import { errnoName } from "@forkpath/abi";
import { BLOCKED } from "@forkpath/kernel";
import { ACCESS_ERROR, AccessCode } from "@forkpath/mm";

/** What both sides answered: `success`, an errno or a signal, or a number. */
export interface Answers {
  readonly model: string;
  readonly kernel: string;
}

/** An errno by its name; addresses and counts as they are; 0 is success. */
export function numberText(value: number): string {
  if (value === BLOCKED) return "waits";
  if (value < 0) return errnoName(value).slice(1);
  return value === 0 ? "success" : `0x${value.toString(16)}`;
}

export const bothNumbers = (model: unknown, { result }: { readonly result: number }): Answers => ({
  model: numberText(model as number),
  kernel: numberText(result),
});

export function accessText(code: number): string {
  if (code === BLOCKED) return "waits";
  if ((code & ACCESS_ERROR) === 0) return signalText(0);
  return code & AccessCode.SEGV ? "SIGSEGV" : "SIGBUS";
}

/** Signals that an access can end with. */
const NAMES: Readonly<Record<number, string>> = { 0: "success", 7: "SIGBUS", 11: "SIGSEGV" };

export const signalText = (number: number): string => NAMES[number] ?? `signal ${number}`;

export const same = (text: string): Answers => ({ model: text, kernel: text });
