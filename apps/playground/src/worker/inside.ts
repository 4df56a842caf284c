/**
 * The inside of a step: a walk that is kept open while the page moves forward, and begun again
 * when it moves back.
 */
import type { Session, Walk } from "@forkpath/scenario";
import { namesAfter, type Story } from "./open.ts";
import type { Inside } from "./protocol.ts";
import { sessionBefore } from "./trace.ts";

export class Insight {
  private readonly story: Story;
  private readonly step: number;
  private readonly total: number;
  private session: Session;
  private walk: Walk;

  /** @throws RangeError when there is no such step */
  constructor(story: Story, step: number) {
    this.story = story;
    this.step = step;
    const counted = beginWalk(story, step).walk;
    counted.advance(Number.POSITIVE_INFINITY);
    this.total = counted.points;
    ({ session: this.session, walk: this.walk } = beginWalk(story, step));
  }

  isOf(story: Story, step: number): boolean {
    return this.story === story && this.step === step;
  }

  /** What the machine looks like when so many points are passed. */
  at(point: number): Inside {
    if (point < this.walk.points) {
      ({ session: this.session, walk: this.walk } = beginWalk(this.story, this.step));
    }
    this.walk.advance(point - this.walk.points);
    const { walk, session, story, step, total } = this;
    const after = namesAfter(story, step);
    const state = story.encoder.encode(session.kernel, session.names(), after);
    return {
      step,
      point: walk.points,
      total,
      stack: [...walk.stack],
      next: walk.next,
      waitsFor: walk.next !== null && !walk.canAdvance ? walk.next : null,
      state,
      chunks: story.encoder.takeFresh(),
      looks: story.encoder.looks,
    };
  }
}

function beginWalk(story: Story, step: number): { session: Session; walk: Walk } {
  const session = sessionBefore(story, step);
  const walk = session.walk();
  if (walk === undefined) throw new RangeError(`inside: there is no step ${step}`);
  return { session, walk };
}
