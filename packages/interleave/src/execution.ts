/**
 * One run of a program: starts its threads, and moves the one that the chooser names.
 *
 * An execution is made once for an exploration and runs thousands of schedules, so its arrays are
 * reused, and a step allocates nothing. A run that ends early leaves its generators suspended for
 * the garbage collector; their `finally` blocks do not run.
 */
import { isChoice, isIn } from "./bits.ts";
import { describeDeadlock, describeThrown, type FailureKind, type RunFailure } from "./failure.ts";
import type { Point } from "./point.ts";
import {
  MAX_THREADS,
  type PointScheduler,
  type Program,
  type ProgramPassing,
  type ThreadSpec,
} from "./program.ts";
import { formatSchedule } from "./schedule.ts";
import { type Chooser, CUT, NO_THREAD, RunEnd, type RunView } from "./strategy.ts";

/** Steps in a run, when the caller sets no limit. */
export const DEFAULT_MAX_STEPS = 10_000;

/** Instead of a thread: the run has failed, and none can go on. */
const STUCK = -3;

/** Before the first run. */
const NOBODY: Chooser = { choose: () => CUT };

const endOf = (decision: number): RunEnd => {
  if (decision === CUT) return RunEnd.CUT;
  return decision === STUCK ? RunEnd.FAILED : RunEnd.FOREIGN;
};

export class Execution<S> implements RunView, PointScheduler {
  readonly threadNames: string[] = [];
  readonly pending: Point[] = [];
  live = 0;
  lastThread: number = NO_THREAD;
  steps = 0;
  failure: RunFailure | undefined;
  /** How the last run ended, if all its threads returned. */
  outcome: string | undefined;
  /** The state of the last run. */
  state!: S;

  private readonly program: Program<S>;
  private readonly maxSteps: number;
  private readonly bodies: ThreadSpec["run"][] = [];
  private readonly results: unknown[] = [];
  private readonly choices: number[] = [];
  private choiceCount = 0;
  private chooser: Chooser = NOBODY;
  /** How this run's threads go over points, if they can, and nothing looks at them in between. */
  private passing: ProgramPassing | undefined;
  /** What was decided while the running thread asked, if it has to stop. */
  private decision: number = STUCK;
  private isDecided = false;
  /** While the running thread asks: what is thrown then, it did not throw. */
  private isDeciding = false;

  constructor(program: Program<S>, maxSteps: number) {
    this.program = program;
    this.maxSteps = maxSteps;
  }

  /** Runs the program from its start, as `chooser` says. */
  run(chooser: Chooser): RunEnd {
    if (!this.start()) return RunEnd.FAILED;
    this.chooser = chooser;
    if (!this.repeat(chooser)) return RunEnd.FAILED;
    while (this.live !== 0) {
      const thread = this.isDecided ? this.decision : this.decide();
      this.isDecided = false;
      if (thread < 0) return endOf(thread);
      if (!this.step(thread)) return RunEnd.FAILED;
    }
    this.judge();
    return RunEnd.DONE;
  }

  /**
   * Whether the running thread, which has come to `point`, goes next: then it takes its next step
   * at once, and never comes back here in between.
   */
  goesOn(point: Point): boolean {
    this.pending[this.lastThread] = point;
    this.isDeciding = true;
    const thread = this.decide();
    this.isDeciding = false;
    if (thread === this.lastThread) {
      this.steps++;
      return true;
    }
    this.decision = thread;
    this.isDecided = true;
    if (this.passing !== undefined) this.passing.scheduler = null;
    return false;
  }

  /** The thread that goes next; or CUT, FOREIGN, or STUCK. */
  private decide(): number {
    const ready = this.findReady();
    if (ready === 0) {
      return this.stick("deadlock", describeDeadlock(this.threadNames, this.live, this.pending));
    }
    if (this.steps === this.maxSteps) {
      return this.stick("step-limit", `more than ${this.maxSteps} steps`);
    }
    const thread = this.chooser.choose(this, ready);
    if (thread >= 0 && isChoice(ready)) this.choices[this.choiceCount++] = thread;
    return thread;
  }

  /** The choices of the last run, as text. */
  schedule(): string {
    return formatSchedule(this.choices, this.choiceCount);
  }

  private start(): boolean {
    const { program } = this;
    this.steps = 0;
    this.choiceCount = 0;
    this.failure = undefined;
    this.outcome = undefined;
    this.lastThread = NO_THREAD;
    this.isDecided = false;
    this.isDeciding = false;
    this.state = program.setup();
    this.readyPassing();
    const specs = program.threads(this.state);
    if (this.bodies.length === 0 || specs.length !== this.bodies.length) this.admit(specs);
    this.live = 2 ** specs.length - 1;
    for (let thread = 0; thread < specs.length; thread++) {
      this.bodies[thread] = specs[thread].run;
      this.results[thread] = undefined;
    }
    for (let thread = 0; thread < specs.length; thread++) {
      if (!this.advance(thread)) return false;
    }
    this.lastThread = NO_THREAD;
    return true;
  }

  /** Threads come to their first points as they always do; an `invariant` looks at each step. */
  private readyPassing(): void {
    const { program } = this;
    this.passing = program.invariant === undefined ? program.passing?.(this.state) : undefined;
    if (this.passing === undefined) return;
    this.passing.left = 0;
    this.passing.scheduler = null;
  }

  /** The first run fixes how many threads there are. */
  private admit(specs: readonly ThreadSpec[]): void {
    const { name } = this.program;
    if (specs.length < 1 || specs.length > MAX_THREADS) {
      throw new RangeError(`${name}: wanted 1 to ${MAX_THREADS} threads, got ${specs.length}`);
    }
    if (this.bodies.length > 0) {
      throw new RangeError(
        `${name}: wanted ${this.bodies.length} threads as in the run before, got ${specs.length}`,
      );
    }
    for (const spec of specs) this.threadNames.push(spec.name);
  }

  /**
   * Takes the steps that the chooser knows from an earlier run; false when one ends the run.
   * @throws RangeError for a program that does not do again what it did
   */
  private repeat(chooser: Chooser): boolean {
    const { program, passing } = this;
    if (passing === undefined || chooser.knownSteps === undefined) return true;
    for (;;) {
      const count = chooser.knownSteps(this);
      if (count === 0) return true;
      const thread = chooser.choose(this, 0);
      passing.points.length = 0;
      passing.left = count - 1;
      this.steps += count;
      if (!this.advance(thread)) return false;
      if (passing.left !== 0) {
        throw new RangeError(`${program.name}: wanted the same steps again, got others`);
      }
      this.choiceCount = chooser.passed?.(passing.points) ?? 0;
    }
  }

  pointOf(thread: number): Point {
    const point = this.pending[thread];
    return point.renew === undefined ? point : point.renew();
  }

  private findReady(): number {
    const { pending, live } = this;
    let ready = 0;
    for (let thread = 0; thread < pending.length; thread++) {
      if (isIn(live, thread) && pending[thread].ready()) ready |= 1 << thread;
    }
    return ready;
  }

  /** False when the step ends the run. */
  private step(thread: number): boolean {
    const point = this.pending[thread];
    this.steps++;
    if (this.passing !== undefined) this.passing.scheduler = this;
    if (!this.advance(thread)) return false;
    return this.program.invariant === undefined || this.holds(thread, point);
  }

  private holds(thread: number, point: Point): boolean {
    let broken: string | undefined;
    try {
      broken = this.program.invariant?.(this.state, thread, point);
    } catch (thrown) {
      broken = describeThrown(thrown);
    }
    if (broken !== undefined) this.fail("invariant", broken);
    return broken === undefined;
  }

  /** Runs `thread` up to its next point, or its return. */
  private advance(thread: number): boolean {
    const { program, state } = this;
    try {
      if (thread !== this.lastThread) {
        this.lastThread = thread;
        program.onSwitch?.(state, thread);
      }
      const { done, value } = this.bodies[thread].next();
      if (done) {
        this.live &= ~(1 << thread);
        this.results[thread] = value;
      } else if (!this.isDecided) {
        this.pending[thread] = value;
      }
      return true;
    } catch (thrown) {
      if (this.isDeciding) throw thrown;
      this.fail("thrown", `${this.threadNames[thread]}: ${describeThrown(thrown)}`);
      return false;
    }
  }

  private judge(): void {
    const { program, state, results } = this;
    try {
      this.outcome = program.outcome === undefined ? "done" : program.outcome(state, results);
      const wrong = program.final?.(state, results);
      if (wrong !== undefined) this.fail("final", wrong);
    } catch (thrown) {
      this.fail("final", describeThrown(thrown));
    }
  }

  private stick(kind: FailureKind, message: string): typeof STUCK {
    this.fail(kind, message);
    return STUCK;
  }

  private fail(kind: FailureKind, message: string): void {
    this.failure = { kind, message };
  }
}
