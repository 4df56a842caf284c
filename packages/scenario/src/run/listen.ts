/** Who hears what the kernel does in a step: the caller, and the expectations that count events. */
import { ALL_EVENTS, type EventSink } from "@forkpath/events";
import type { Scenario } from "../story/scenario.ts";
import type { World } from "../world/world.ts";

/**
 * Events go to `sink`, and to the world if an expectation counts them: then the sink gets all of
 * them, wanted or not.
 */
export function listen(
  { kernel, events }: World,
  { steps }: Scenario,
  sink: EventSink | null,
): void {
  const isCounted = steps.some(({ expect }) =>
    expect.some(({ observation }) => observation.needsEvents),
  );
  if (!isCounted) {
    kernel.attach(sink);
    return;
  }
  kernel.attach({
    wants: ALL_EVENTS,
    emit(event, thread) {
      events.push(event);
      sink?.emit(event, thread);
    },
  });
}
