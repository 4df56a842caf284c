/** How memory grows as writes break the sharing: a slider over the parent's pages. */
import type { Prediction } from "@forkpath/predict";
import type { JSX } from "preact";
import { grouped, sizeText } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";

const TENTH = 10; // per cent

export function Growth({ prediction }: { prediction: Prediction }): JSX.Element | null {
  const { own } = useStore();
  const { growth, limits } = prediction;
  if (growth === null) return null;
  const { points } = growth;
  const most = Math.max(1, ...points.map(({ mapped }) => mapped));
  const at = points[Math.min(own.written.value, points.length - 1)];
  const percent = Math.round(at.parent * TENTH * TENTH);
  return (
    <section class="panel" aria-label="growth">
      <h2>While the child lives</h2>
      <div class="slider-row">
        <label for="written">pages written by the parent</label>
        <input
          id="written"
          type="range"
          min={0}
          max={points.length - 1}
          value={own.written.value}
          aria-valuetext={`${percent} %: ${sizeText(at.mapped)} more`}
          onInput={(event) => {
            own.written.value = Number(event.currentTarget.value);
          }}
        />
        <output class="position">{percent} %</output>
      </div>
      <p>
        <b>{sizeText(Math.round(at.mapped))}</b> more memory, in {grouped(Math.round(at.copies))}{" "}
        copies.
      </p>
      <ol class="growth">
        {points.map((point, index) => (
          <li
            key={point.parent}
            class={index === own.written.value ? "now" : ""}
            style={{ height: `${(HEIGHT * point.mapped) / most}rem` }}
          >
            <span class="unseen">
              {Math.round(point.parent * TENTH * TENTH)} %: {sizeText(Math.round(point.mapped))}
            </span>
          </li>
        ))}
      </ol>
      {limits.map(({ name, headroom, reached }) => (
        <p key={name} class="note">
          {name}: {sizeText(headroom)} left
          {reached === null
            ? ", enough for all of it"
            : `, reached at ${Math.round(reached.parent * TENTH * TENTH)} %`}
        </p>
      ))}
    </section>
  );
}

const HEIGHT = 5; // rem
