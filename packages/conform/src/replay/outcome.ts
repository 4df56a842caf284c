/** What a call of a history came to. */
import { errnoName } from "@forkpath/abi";

export interface Outcome {
  /** `ok`, `none`, `nothing`, the name of an errno, or a signal. */
  readonly result: string;
  /** Pages that were done before something failed. */
  readonly done?: number;
  /** Further fields of the state after the call. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export const OK: Outcome = { result: "ok" };
/** The call names somebody who cannot act, so nothing is done. */
export const NONE: Outcome = { result: "none" };

/** From what a system call returns: an address, a number, or a negative errno. */
export const outcomeOf = (returned: number): Outcome =>
  returned < 0 ? { result: errnoName(returned).slice(1) } : OK;

/** Thrown by a call that the model does not know; no verdict on the history comes of it. */
export class NotModelled extends Error {}
