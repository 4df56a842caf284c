/** The user's own process: a capture, and what a fork would do to it. */
import type { KernelName } from "@forkpath/abi";
import { type Signal, signal } from "@preact/signals";
import { Port } from "../worker/port.ts";
import type { Predicted } from "../worker/protocol.ts";
import { wordsOf } from "./machine.ts";

export class Process {
  readonly files: Signal<readonly File[]> = signal([]);
  /** Null for the release that the process runs on. */
  readonly kernel: Signal<KernelName | null> = signal(null);
  readonly predicted: Signal<Predicted | null> = signal(null);
  readonly isBusy: Signal<boolean> = signal(false);
  /** What is wrong with the files: in one sentence. What was predicted before stays. */
  readonly trouble: Signal<string | null> = signal(null);
  /** Tenths of the pages that the parent writes to. */
  readonly written: Signal<number> = signal(1);
  private readonly port: Port;

  constructor(makeWorker: () => Worker) {
    this.port = new Port(makeWorker);
  }

  async take(files: readonly File[]): Promise<void> {
    await this.predict(files, this.kernel.value);
  }

  async setKernel(kernel: KernelName | null): Promise<void> {
    this.kernel.value = kernel;
    if (this.files.value.length > 0) await this.predict(this.files.value, kernel);
  }

  private async predict(files: readonly File[], kernel: KernelName | null): Promise<void> {
    this.isBusy.value = true;
    try {
      const predicted = await this.port.ask("predict", [files, kernel]);
      if (predicted === null) return;
      this.files.value = files;
      this.predicted.value = predicted;
      this.trouble.value = null;
    } catch (error) {
      this.trouble.value = wordsOf(error);
    } finally {
      this.isBusy.value = false;
    }
  }
}
