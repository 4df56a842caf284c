/** The step in a sentence. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";

export function Caption(): JSX.Element {
  const { history } = useStore();
  const run = history.main.run.value;
  const step = history.step.value;
  const inside = history.inside.value;
  const story = step === 0 ? null : run?.steps[step - 1];
  const text = story?.text ?? "at the start";
  return (
    <div class="caption" aria-live="polite">
      <h2>{text}</h2>
      {history.problems.value.length === 0 ? null : (
        <span class="tag tag-warn">as the last text that ran has it</span>
      )}
      <span class="caption-note">
        {inside === null
          ? (story?.note ?? "")
          : `${inside.stack.at(-1) ?? "outside of the kernel"}, ${grouped(inside.point)} of ${grouped(inside.total)}`}
      </span>
    </div>
  );
}
