/** A history, the step that is looked at, and the inside of it. */
import type { KernelName } from "@forkpath/abi";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Inside, MachineState, Opened, Run, Traced } from "../worker/protocol.ts";
import { shippedText } from "./examples.ts";
import { Machine, wordsOf } from "./machine.ts";
import { defaultPair, type Pair } from "./pair.ts";

type Problems = Extract<Opened, { kind: "problems" }>["problems"];

/** Chunks of insides that are kept for going back and forth. */
const SPARE_CHUNKS = 4096;

/** Of a machine that does not know what the text asks of it, or cannot begin. */
function refusalOf(opened: Opened): string | null {
  if (opened.kind === "run") return opened.run.fault?.got ?? null;
  const [{ line, message }] = opened.problems;
  return `line ${line}: ${message}`;
}

const stateAt = (run: Run | null, at: number): MachineState | null => run?.states[at] ?? null;

export class History {
  /** Name of the example; "" for a text of the user's own. */
  readonly name: Signal<string> = signal("");
  readonly text: Signal<string> = signal("");
  /** Null where the text decides. */
  readonly kernel: Signal<KernelName | null> = signal(null);
  /** A second machine to hold the first against; null for none. */
  readonly against: Signal<KernelName | null> = signal(null);
  readonly main: Machine;
  readonly other: Machine;
  readonly problems: Signal<Problems> = signal([]);
  /** What went wrong outside of the text. */
  readonly trouble: Signal<string | null> = signal(null);
  /** Why the second machine does not run it. */
  readonly refusal: Signal<string | null> = signal(null);
  readonly step: Signal<number> = signal(0);
  /** Whether a text is being run of which no step can be shown yet. */
  readonly isOpening: Signal<boolean> = signal(false);
  readonly inside: Signal<Inside | null> = signal(null);
  readonly traced: Signal<Traced | null> = signal(null);
  /** Chosen by the user; null for the pair of the newest fork. */
  readonly chosen: Signal<Pair | null> = signal(null);
  readonly pair: ReadonlySignal<Pair>;
  readonly state: ReadonlySignal<MachineState | null>;
  /** What the state is compared with: before the step. */
  readonly before: ReadonlySignal<MachineState | null>;
  /** What has run on the second machine; null where there is none, or it refuses. */
  readonly otherRun: ReadonlySignal<Run | null>;
  readonly otherState: ReadonlySignal<MachineState | null>;
  /** Steps that there are: the last state's number. */
  readonly last: ReadonlySignal<number>;

  /** The step to be at when what runs now has run. */
  private wanted = 0;
  /** Runs begun: only the newest one ends the opening. */
  private runs = 0;
  /** How often the user has left a step's inside: an answer to a look from before comes late. */
  private exits = 0;

  constructor(makeWorker: () => Worker) {
    const { step, inside, chosen, against } = this;
    const main = new Machine(makeWorker);
    const other = new Machine(makeWorker);
    this.main = main;
    this.other = other;
    this.pair = computed(() => chosen.value ?? defaultPair(main.run.value, step.value));
    this.state = computed(() => inside.value?.state ?? stateAt(main.run.value, step.value));
    this.before = computed(() => stateAt(main.run.value, step.value - 1));
    this.otherRun = computed(() => (against.value === null ? null : other.run.value));
    this.otherState = computed(() => stateAt(this.otherRun.value, step.value));
    this.last = computed(() => Math.max(0, (main.run.value?.states.length ?? 1) - 1));
  }

  async open(example: string, step = 0): Promise<void> {
    this.wanted = step;
    this.isOpening.value = true;
    const text = await shippedText("history", example);
    if (text === undefined) {
      this.isOpening.value = false;
      this.trouble.value = `There is no example of the name ${example}.`;
      return;
    }
    batch(() => {
      this.name.value = example;
      this.text.value = text;
      this.chosen.value = null;
    });
    await this.run(this.wanted);
  }

  /** Runs a text of the user's own; the last good run stays where it is no scenario. */
  async edit(text: string, step?: number): Promise<void> {
    this.name.value = "";
    this.text.value = text;
    if (this.main.run.value === null) this.isOpening.value = true;
    await this.run(step ?? this.step.value);
  }

  async setKernel(kernel: KernelName | null): Promise<void> {
    this.kernel.value = kernel;
    await this.run(this.wanted);
  }

  async setAgainst(kernel: KernelName | null): Promise<void> {
    this.against.value = kernel;
    await this.runOther();
  }

  /** Forward, or back; in a text that is being opened, from the step that it will open at. */
  move(by: number): void {
    if (this.isOpening.value) this.wanted = Math.max(0, this.wanted + by);
    else this.goTo(this.step.value + by);
  }

  goTo(wanted: number): void {
    const at = Math.min(Math.max(0, wanted), this.last.value);
    if (at === this.step.value && this.inside.value === null) return;
    this.wanted = at;
    batch(() => {
      this.step.value = at;
      this.inside.value = null;
    });
    void this.trace();
  }

  /** Looks inside the step, with so many points passed. */
  async enter(point = 0): Promise<void> {
    const { main, step, inside } = this;
    if (step.value === 0) return;
    const { exits } = this;
    const asked = main.port.ask("inside", [step.value, Math.max(0, point)]);
    const answer = await this.orTrouble(asked);
    if (answer === null) return;
    main.chunks.add(answer.chunks, answer.looks); // later answers count on them
    if (answer.step !== step.value || exits !== this.exits) return;
    main.chunks.keep([...(main.run.value?.states ?? []), answer.state], SPARE_CHUNKS);
    inside.value = answer;
  }

  leave(): void {
    this.exits++;
    this.inside.value = null;
  }

  private async run(step: number): Promise<void> {
    const { main, problems, inside, isOpening } = this;
    this.wanted = step;
    const run = ++this.runs;
    const opened = await this.orTrouble(
      main.open(this.text.value, this.name.value, this.kernel.value),
    );
    if (run === this.runs) isOpening.value = false;
    if (opened === null) return;
    if (opened.kind === "problems") {
      problems.value = opened.problems;
      return;
    }
    batch(() => {
      problems.value = [];
      inside.value = null;
      main.take(opened);
      // The user may have gone on while it ran.
      this.step.value = Math.min(this.wanted, opened.run.states.length - 1);
      this.wanted = this.step.value;
    });
    await Promise.all([this.trace(), this.runOther()]);
  }

  private async runOther(): Promise<void> {
    const { other, against, refusal } = this;
    if (against.value === null) {
      batch(() => {
        refusal.value = null;
        other.run.value = null;
      });
      return;
    }
    const asked = other.open(this.text.value, this.name.value, against.value);
    const opened = await this.orTrouble(asked);
    if (opened === null) return;
    batch(() => {
      refusal.value = refusalOf(opened);
      if (opened.kind === "run" && refusal.value === null) other.take(opened);
      else other.run.value = null;
    });
  }

  private async trace(): Promise<void> {
    const { step, traced, main } = this;
    if (step.value === 0) {
      traced.value = null;
      return;
    }
    const answer = await this.orTrouble(main.port.ask("trace", [step.value]));
    if (answer !== null && answer.step === step.value) traced.value = answer;
  }

  /** @returns null, and says why, where the worker could not answer */
  private async orTrouble<T>(answer: Promise<T | null>): Promise<T | null> {
    try {
      const value = await answer;
      if (value !== null) this.trouble.value = null;
      return value;
    } catch (error) {
      this.trouble.value = wordsOf(error);
      return null;
    }
  }
}
