/** A scenario walked from start to end, with a picture of the machine at each stop. */
import { type MachinePicture, pictureMachine } from "@forkpath/picture";
import { openSession, type Scenario, type Session, type StepResult } from "@forkpath/scenario";

/** The machine around one step. */
export interface Moment {
  readonly result: StepResult;
  readonly before: MachinePicture;
  readonly after: MachinePicture;
}

export interface Story {
  readonly scenario: Scenario;
  /** What kept the machine from getting to where the steps begin; then there are none. */
  readonly fault: string | null;
  readonly start: MachinePicture;
  readonly moments: readonly Moment[];
}

export interface WalkOptions {
  readonly cured: boolean;
  /** Recount everything after each step. */
  readonly check: boolean;
}

export function walkStory(scenario: Scenario, { cured, check }: WalkOptions): Story {
  const session = openSession(scenario, { cured });
  const start = look(session);
  const moments: Moment[] = [];
  let before = start;
  for (let step = session.next({ check }); step !== undefined; step = session.next({ check })) {
    const after = look(session);
    moments.push({ result: step, before, after });
    before = after;
  }
  return { scenario, fault: session.fault?.got ?? null, start, moments };
}

const look = ({ kernel, names }: Session): MachinePicture => pictureMachine(kernel, names());
