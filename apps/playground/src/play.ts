/** Playing: a step each second, or inside a step as many points as make it last a few seconds. */
import { effect } from "@preact/signals";
import type { Store } from "./store/store.ts";

const STEP_EVERY = 1000; // ms
const FRAME_EVERY = 33; // ms
const POINTS = 30;

/** Starts and stops with `isPlaying`, and stops by itself at the end. */
export function playWhenAsked(store: Store): void {
  const { isPlaying, history, race, view } = store;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  effect(() => {
    if (!isPlaying.value) return;
    const isInside = history.inside.value !== null && view.value === "history";
    const every = isInside && !calm.matches ? FRAME_EVERY : STEP_EVERY;
    const timer = setTimeout(() => advance(), every);
    return () => clearTimeout(timer);
  });

  /** What it changes is what the effect above waits for. */
  function advance(): void {
    if (view.value === "race") {
      const last = (race.replayed.value?.rows.length ?? 1) - 1;
      if (race.row.value >= last) isPlaying.value = false;
      else race.goTo(race.row.value + 1);
    } else if (history.inside.value !== null) {
      const { point, total } = history.inside.value;
      if (point >= total) isPlaying.value = false;
      else void history.enter(Math.min(total, point + POINTS));
    } else if (history.step.value >= history.last.value && !history.isOpening.value) {
      isPlaying.value = false;
    } else history.move(1);
    again();
  }

  /** A race's row is not read above: turn the crank by hand. */
  function again(): void {
    if (isPlaying.value && history.inside.value === null) {
      isPlaying.value = false;
      isPlaying.value = true;
    }
  }
}
