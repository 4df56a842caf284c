/** A race: which litmus, what exploring it has found, and one schedule row by row. */
import type { KernelName } from "@forkpath/abi";
import type { WorkerShare } from "@forkpath/interleave";
import { batch, type Signal, signal } from "@preact/signals";
import { Chunks } from "../chunks/hold.ts";
import { endingsOf, failingOf } from "../race/endings-of.ts";
import { Port } from "../worker/port.ts";
import type { Explored, MachineState, RaceSource, Replayed } from "../worker/protocol.ts";
import { isBare, shippedText } from "./examples.ts";
import { wordsOf } from "./machine.ts";

type Variant = Partial<Pick<RaceSource, "cured" | "everywhere" | "kernel">>;

/** One for each processor, and no more: each is a whole machine. */
const MOST_WORKERS = 8;

/** What the command line calls a text of the user's own, once it is saved so. */
export const OWN_FILE = "race.yaml";

export class Race {
  /** Name of the litmus; "" for a text of the user's own. */
  readonly name: Signal<string> = signal("");
  readonly text: Signal<string> = signal("");
  readonly cured: Signal<boolean> = signal(false);
  readonly everywhere: Signal<boolean> = signal(true);
  /** Null where the text decides. */
  readonly kernel: Signal<KernelName | null> = signal(null);
  readonly explored: Signal<Explored | null> = signal(null);
  /** Milliseconds that exploring has taken. */
  readonly exploredMs: Signal<number> = signal(0);
  readonly isExploring: Signal<boolean> = signal(false);
  readonly replayed: Signal<Replayed | null> = signal(null);
  readonly row: Signal<number> = signal(0);
  /** Rows whose folded steps are shown. */
  readonly unfolded: Signal<ReadonlySet<number>> = signal(new Set());
  readonly trouble: Signal<string | null> = signal(null);
  /** Whether the link was made for another text. */
  readonly isStale: Signal<boolean> = signal(false);
  /** The machine at the row. */
  readonly state: Signal<MachineState | null> = signal(null);
  readonly chunks: Chunks = new Chunks();
  private readonly port: Port;
  /** Workers of their own: they can only be stopped by ending them. */
  private readonly explorers: readonly Port[];

  constructor(makeWorker: () => Worker) {
    this.port = new Port(makeWorker);
    const workers = Math.min(navigator.hardwareConcurrency, MOST_WORKERS);
    this.explorers = Array.from({ length: Math.max(1, workers) }, () => new Port(makeWorker));
  }

  async open(name: string): Promise<void> {
    if (isBare(name)) {
      this.setText("", name);
      return;
    }
    const text = await shippedText("litmus", name);
    if (text === undefined) {
      this.trouble.value = `There is no litmus of the name ${name}.`;
      return;
    }
    this.setText(text, name);
  }

  setText(text: string, name = ""): void {
    this.stop();
    batch(() => {
      this.name.value = name;
      this.text.value = text;
      this.cured.value = false;
      this.reset();
    });
  }

  vary({ cured, everywhere, kernel }: Variant): void {
    this.stop();
    batch(() => {
      if (cured !== undefined) this.cured.value = cured;
      if (everywhere !== undefined) this.everywhere.value = everywhere;
      if (kernel !== undefined) this.kernel.value = kernel;
      this.reset();
    });
  }

  async explore(): Promise<void> {
    this.stop();
    const { explored, exploredMs, isExploring, trouble } = this;
    const began = performance.now();
    batch(() => {
      isExploring.value = true;
      explored.value = null;
      trouble.value = null;
    });
    const tell = (soFar: Explored): void =>
      batch(() => {
        explored.value = soFar;
        exploredMs.value = performance.now() - began;
      });
    try {
      const found = await this.exploreTogether(tell);
      if (found === null) return;
      batch(() => {
        tell(found);
        isExploring.value = false;
      });
      const schedule = found.plainest?.schedule ?? found.endings[0]?.schedule;
      if (schedule !== undefined) await this.show(schedule, Number.POSITIVE_INFINITY);
    } catch (error) {
      this.stop();
      trouble.value = wordsOf(error);
    }
  }

  /** @returns null if it was stopped */
  private async exploreTogether(tell: (soFar: Explored) => void): Promise<Explored | null> {
    const { explorers } = this;
    const source = this.source();
    const latest = new Map<number, WorkerShare>();
    const shares = await Promise.all(
      explorers.map((port, index) =>
        port.ask("explore", [source, index, explorers.length], (share) => {
          latest.set(index, share);
          tell(soFarOf([...latest.values()]));
        }),
      ),
    );
    const found = shares.flatMap((share) => share ?? []);
    if (found.length < shares.length) return null;
    return explorers[0].ask("conclude", [source, found]);
  }

  stop(): void {
    for (const explorer of this.explorers) explorer.stop();
    this.isExploring.value = false;
  }

  /**
   * @param schedule "" for one in which no thread is interrupted
   * @param digest of the text that the schedule was found for, where that is known
   */
  async show(schedule: string, row = 0, digest: string | null = null): Promise<void> {
    try {
      const replayed = await this.port.ask("replay", [this.source(), schedule]);
      if (replayed === null) return;
      batch(() => {
        this.chunks.clear();
        this.state.value = null;
        this.trouble.value = null;
        this.replayed.value = replayed;
        this.unfolded.value = new Set();
        this.isStale.value =
          digest !== null && replayed.digest !== null && digest !== replayed.digest;
        this.row.value = Math.min(row, Math.max(0, replayed.rows.length - 1));
      });
      await this.look();
      this.prepare();
    } catch (error) {
      this.trouble.value = wordsOf(error);
    }
  }

  /** Shows the folded steps of a row, or hides them again. */
  unfold(row: number): void {
    if ((this.replayed.value?.rows[row]?.folded.length ?? 0) === 0) return;
    const unfolded = new Set(this.unfolded.value);
    if (!unfolded.delete(row)) unfolded.add(row);
    this.unfolded.value = unfolded;
  }

  /** Has the workers there when they are asked to explore. */
  private prepare(): void {
    if (this.isExploring.value) return;
    for (const explorer of this.explorers) explorer.ask("prepare", []).catch(() => undefined);
  }

  goTo(row: number): void {
    const count = this.replayed.value?.rows.length ?? 0;
    this.row.value = Math.min(Math.max(0, row), Math.max(0, count - 1));
    void this.look();
  }

  private source(): RaceSource {
    const name = this.name.value === "" ? OWN_FILE : this.name.value;
    return {
      name,
      text: isBare(name) ? null : this.text.value,
      cured: this.cured.value,
      everywhere: this.everywhere.value,
      kernel: this.kernel.value,
    };
  }

  private reset(): void {
    this.explored.value = null;
    this.replayed.value = null;
    this.state.value = null;
    this.trouble.value = null;
    this.isStale.value = false;
    this.row.value = 0;
  }

  /** The machine behind the row; none behind the last step of a run that broke off. */
  private async look(): Promise<void> {
    const row = this.replayed.value?.rows[this.row.value];
    if (row === undefined || isBare(this.name.value)) return;
    try {
      const looked = await this.port.ask("look", [row.until + 1]);
      if (looked === null) return;
      this.chunks.add(looked.chunks, looked.looks); // later answers count on them
      if (this.replayed.value?.rows[this.row.value] === row) this.state.value = looked.state;
    } catch {
      this.state.value = null;
    }
  }
}

/** What workers have found before all are done. */
function soFarOf(shares: readonly WorkerShare[]): Explored {
  const parts = shares.map(({ exploration }) => exploration);
  return {
    isDone: false,
    schedules: parts.reduce((sum, { schedules }) => sum + schedules, 0),
    failing: failingOf(parts),
    isAlwaysAlike: false,
    isComplete: false,
    guarantee: "",
    switchAt: [],
    endings: endingsOf(parts),
    findings: [],
    plainest: null,
  };
}
