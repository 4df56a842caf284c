/** The user's own process: a capture, and what a fork would do to it. */
import type { KernelName } from "@forkpath/abi";
import type { PredictedArea } from "@forkpath/predict";
import { batch, type Signal, signal } from "@preact/signals";
import { Chunks } from "../chunks/hold.ts";
import { Port } from "../worker/port.ts";
import type { CapturedMap, Predicted } from "../worker/protocol.ts";
import { wordsOf } from "./machine.ts";

/** The one file that every capture has. */
const STATUS = "status";
const SHOWN_NAMES = 3;

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
  /** One area page by page; null where none is chosen, or no pages were captured. */
  readonly map: Signal<CapturedMap | null> = signal(null);
  readonly chunks: Chunks = new Chunks();
  private readonly port: Port;

  constructor(makeWorker: () => Worker) {
    this.port = new Port(makeWorker);
  }

  /** Has the worker there before there are files: none is asked for any more then. */
  prepare(): void {
    this.port.ask("prepare", []).catch(() => undefined);
  }

  async take(files: readonly File[]): Promise<void> {
    if (files.some(({ name }) => name === STATUS)) {
      await this.predict(files, this.kernel.value);
      return;
    }
    const names = files.slice(0, SHOWN_NAMES).map(({ name }) => name);
    const got = names.length === 0 ? "no file" : names.join(", ");
    const more = files.length > names.length ? " and more" : "";
    this.trouble.value = `A capture is a folder with a file ${STATUS} in it; this has ${got}${more}.`;
  }

  /** Files that have to be looked for first. */
  async takeAll(found: Promise<readonly File[]>): Promise<void> {
    try {
      await this.take(await found);
    } catch (error) {
      this.trouble.value = wordsOf(error);
    }
  }

  async setKernel(kernel: KernelName | null): Promise<void> {
    this.kernel.value = kernel;
    if (this.files.value.length > 0) await this.predict(this.files.value, kernel);
  }

  /** Shows the area that begins at `start`; null for none. */
  async draw(start: number | null): Promise<void> {
    const drawn = start === null ? null : await this.port.ask("map", [start]);
    if (start !== null && drawn === null) return;
    batch(() => {
      this.chunks.clear();
      if (drawn !== null) this.chunks.add(drawn.chunks, [[]]);
      this.map.value = drawn;
    });
  }

  private async predict(files: readonly File[], kernel: KernelName | null): Promise<void> {
    this.isBusy.value = true;
    try {
      const predicted = await this.port.ask("predict", [files, kernel]);
      if (predicted === null) return;
      this.files.value = files;
      this.predicted.value = predicted;
      this.trouble.value = null;
      await this.draw(largestOf(predicted));
    } catch (error) {
      this.trouble.value = wordsOf(error);
    } finally {
      this.isBusy.value = false;
    }
  }
}

/** Start of the area with the most pages in memory. */
function largestOf({ hasPages, prediction }: Predicted): number | null {
  if (!hasPages || prediction.areas.length === 0) return null;
  const resident = ({ parent }: PredictedArea): number => parent.Rss ?? 0;
  return prediction.areas.reduce((a, b) => (resident(b) > resident(a) ? b : a)).start;
}
