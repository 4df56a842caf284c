/** Who hears what the kernel does in a step: the caller, and the expectations that count events. */
import { EVENT_CLASSES, type EventSink, type KernelEvent } from "@forkpath/events";
import type { EventCount, Expectation } from "../facts/observation.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import type { World } from "../world/world.ts";
import { type WorldOptions, wantedAtEnd } from "./open-world.ts";

/**
 * Until the next call, events go to `sink`, and to the expectations that count them: those of
 * `step` count from 0, those of the end go on counting.
 */
export function listen(
  world: World,
  step: Step,
  scenario: Scenario,
  options: WorldOptions,
  sink: EventSink | null,
): void {
  const { kernel, counted } = world;
  const inStep = countsOf(step.expect);
  for (const count of inStep) counted.set(count, 0);
  const counts = [...inStep, ...countsOf(wantedAtEnd(scenario, options))];
  const wants = counts.reduce((bits, count) => bits | count.wants, 0);
  if (counts.length === 0) {
    kernel.attach(sink);
    return;
  }
  kernel.attach({
    wants: wants | (sink?.wants ?? 0),
    emit(event, thread) {
      for (const count of counts) add(world, count, event);
      if (sink !== null && sink.wants & EVENT_CLASSES[event.kind]) sink.emit(event, thread);
    },
  });
}

function add({ counted }: World, count: EventCount, event: KernelEvent): void {
  counted.set(count, (counted.get(count) ?? 0) + count.timesIn(event));
}

const countsOf = (expectations: readonly Expectation[]): readonly EventCount[] =>
  expectations.flatMap(({ observation }) => observation.counts ?? []);
