/** One step under observation: which kernel functions it called, and which locks it took. */
import { createCallTree, createLockUses } from "@forkpath/picture";
import { openSession, type Session } from "@forkpath/scenario";
import type { Story } from "./open.ts";
import type { Traced } from "./protocol.ts";

/** Brings a session to where `step` is next; counted from 1. */
export function sessionBefore({ scenario }: Story, step: number): Session {
  const session = openSession(scenario);
  for (let done = 1; done < step; done++) session.next();
  return session;
}

/** Every class of single events. */
const ALL = 255;

export function traceStep(story: Story, step: number): Traced {
  const tree = createCallTree();
  const locks = createLockUses();
  const events: Record<string, number> = {};
  sessionBefore(story, step).next({
    sink: {
      wants: ALL,
      emit(event, thread) {
        events[event.kind] = (events[event.kind] ?? 0) + 1;
        tree.emit(event, thread);
        locks.emit(event, thread);
      },
    },
  });
  const owners = Object.fromEntries(
    (story.states[step]?.tasks ?? story.states[step - 1].tasks).flatMap(({ mm, name }) =>
      mm === null ? [] : [[mm, name]],
    ),
  );
  return { step, calls: tree.root, locks: locks.uses(owners), events };
}
