/** One fork, with pictures taken before and after it. */
import type { Kernel } from "@forkpath/kernel";
import { createTraceRing, events, type TraceRecord } from "@forkpath/trace";
import {
  type ProcessPicture,
  pictureProcess,
  pictureTargets,
  type TargetPicture,
} from "./picture.ts";

/** The parent before and after, and the child. */
export interface Processes {
  readonly before: ProcessPicture;
  readonly after: ProcessPicture;
  readonly child: ProcessPicture;
}

export interface ObservedFork extends Processes {
  /** What the parent's entries led to before the fork, before it and after it. */
  readonly targetsBefore: TargetPicture;
  readonly targetsAfter: TargetPicture;
  readonly trace: readonly TraceRecord[];
}

/** More than one fork of a small process tells. */
const MOST_EVENTS = 10_000;

/** @throws RangeError when the fork fails, or there is no such task */
export function observeFork(kernel: Kernel, parent: number): ObservedFork {
  const before = pictureProcess(kernel, parent);
  const targetsBefore = pictureTargets(kernel, before);
  const ring = createTraceRing({ capacity: MOST_EVENTS });
  kernel.attach(ring);
  const pid = kernel.fork(parent);
  kernel.attach(null);
  return {
    before,
    after: pictureProcess(kernel, parent),
    child: pictureProcess(kernel, pid),
    targetsBefore,
    targetsAfter: pictureTargets(kernel, before),
    trace: events(ring),
  };
}
