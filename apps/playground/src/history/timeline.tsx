/** Forward and back through the history, and into a step; below it, the chart. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";
import { ChartPanel } from "./chart-panel.tsx";

export function Timeline(): JSX.Element {
  const { history } = useStore();
  const { step, last, isOpening } = history;
  const run = history.main.run.value;
  const inside = history.inside.value;
  const text = step.value === 0 ? "at the start" : (run?.steps[step.value - 1]?.text ?? "");
  return (
    <section class="timeline" aria-label="time">
      <div class="slider-row">
        <button
          type="button"
          aria-label="step back"
          disabled={step.value === 0}
          onClick={() => history.move(-1)}
        >
          ◀
        </button>
        <button
          type="button"
          aria-label="step forward"
          disabled={step.value === last.value && !isOpening.value}
          onClick={() => history.move(1)}
        >
          ▶
        </button>
        <input
          type="range"
          aria-label="step"
          min={0}
          max={last.value}
          value={step.value}
          aria-valuetext={`step ${step.value} of ${last.value}: ${text}`}
          onInput={(event) => history.goTo(Number(event.currentTarget.value))}
        />
        <output class="position">
          {step.value} / {last.value}
        </output>
        <button
          type="button"
          class="inside-button"
          disabled={step.value === 0}
          onClick={() => (inside === null ? void history.enter() : history.leave())}
        >
          {inside === null ? "Look inside" : "Leave the step"} <kbd>i</kbd>
        </button>
      </div>
      {inside === null ? null : <InsideRow />}
      <ChartPanel />
    </section>
  );
}

function InsideRow(): JSX.Element | null {
  const { history } = useStore();
  const inside = history.inside.value;
  if (inside === null) return null;
  const { step, point, total, stack, next, waitsFor } = inside;
  return (
    <div class="slider-row inside-row">
      <label for="inside">inside step {step}</label>
      <input
        id="inside"
        type="range"
        min={0}
        max={total}
        value={point}
        aria-valuetext={`point ${point} of ${total}, in ${stack.at(-1) ?? "user space"}`}
        onInput={(event) => void history.enter(Number(event.currentTarget.value))}
      />
      <output class="position">
        {grouped(point)} / {grouped(total)}
      </output>
      <span class="stack">
        <bdi>
          {stack.slice(-STACK_SHOWN).join(" › ")}
          {next === null ? " done" : <b> › {next}</b>}
          {waitsFor === null ? null : <b class="waits"> waits for {waitsFor}</b>}
        </bdi>
      </span>
    </div>
  );
}

/** Innermost functions that fit into a line. */
const STACK_SHOWN = 4;
