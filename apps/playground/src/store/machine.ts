/** One machine that a history ran on: its worker, what ran, and the pages of its states. */
import type { KernelName } from "@forkpath/abi";
import { type Signal, signal } from "@preact/signals";
import { Chunks } from "../chunks/hold.ts";
import { Port } from "../worker/port.ts";
import type { Opened, Run } from "../worker/protocol.ts";

/** What a text without a title is called. */
const OWN = "your own history";
/** Milliseconds: a history that still runs then, and is no longer wanted, is stopped. */
const PATIENCE = 1000;

export class Machine {
  readonly chunks = new Chunks();
  readonly run: Signal<Run | null> = signal(null);
  readonly port: Port;

  constructor(makeWorker: () => Worker) {
    this.port = new Port(makeWorker);
  }

  open(text: string, name: string, kernel: KernelName | null): Promise<Opened | null> {
    this.giveUp();
    return this.port.ask("open", [text, name === "" ? OWN : `${name}.yaml`, kernel]);
  }

  /** Stops a run that takes long: its answer is not wanted any more. */
  giveUp(): void {
    this.port.giveUp("open", PATIENCE);
  }

  /** Requires to be drawn in one batch with whatever depends on it. */
  take({ run, chunks, looks }: Extract<Opened, { kind: "run" }>): void {
    this.chunks.clear();
    this.chunks.add(chunks, looks);
    this.run.value = run;
  }
}

/** Without the name of the function that complains. */
const FUNCTION = /^[a-z]+[A-Z]\w*: /;

export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(FUNCTION, "");
