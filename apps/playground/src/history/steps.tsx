/** The history as a list of steps to choose from. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { grouped } from "../chunks/words.ts";
import { Prose } from "../look/prose.tsx";
import { showIn } from "../look/scroll.ts";
import { useStore } from "../store/context.ts";
import type { StepStory } from "../worker/protocol.ts";

export function Steps(): JSX.Element {
  const { history, isEditing } = useStore();
  const run = history.main.run.value;
  return (
    <nav class="steps" aria-label="steps">
      <div class="steps-scroll">
        {run === null ? null : (
          <>
            <h2>{run.title}</h2>
            {run.about === "" ? null : (
              <details class="about">
                <summary>What it shows</summary>
                <Prose text={run.about} />
                <Prose text={run.see} />
              </details>
            )}
            <ol class="step-list">
              <StepItem index={0} story={null} />
              {run.steps.map((story, index) => (
                <StepItem key={`${story.line}`} index={index + 1} story={story} />
              ))}
            </ol>
          </>
        )}
      </div>
      <button
        type="button"
        class="edit-button"
        onClick={() => {
          isEditing.value = true;
        }}
      >
        Edit this history <kbd>e</kbd>
      </button>
    </nav>
  );
}

function StepItem({ index, story }: { index: number; story: StepStory | null }): JSX.Element {
  const { history } = useStore();
  const isCurrent = history.step.value === index;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isCurrent) showIn(button.current?.closest(".steps-scroll") ?? null, button.current);
  }, [isCurrent]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        class="step"
        aria-current={isCurrent ? "step" : undefined}
        onClick={() => history.goTo(index)}
      >
        <span class="step-number">{index}</span>
        <span class="step-text">
          <b>{story === null ? "at the start" : story.text}</b>
          {story?.note ? <span class="note">{story.note}</span> : null}
          {story === null ? null : <Badges story={story} />}
        </span>
      </button>
    </li>
  );
}

function Badges({ story: { result } }: { story: StepStory }): JSX.Element | null {
  if (result === null) return null;
  const { expectations, allocations, outcome, kind } = result;
  const met = expectations.filter(({ isMet }) => isMet).length;
  const isGood = met === expectations.length;
  return (
    <span class="badges">
      {kind === "done" ? null : <span class="tag tag-warn">{outcome}</span>}
      {expectations.length === 0 ? null : (
        <span class={isGood ? "tag tag-good" : "tag tag-bad"}>
          <span aria-hidden="true">{isGood ? "✓" : "✗"}</span> {met}/{expectations.length}
          <span class="unseen"> expectations met</span>
        </span>
      )}
      {allocations === 0 ? null : (
        <span class="tag">
          {grouped(allocations)} {allocations === 1 ? "allocation" : "allocations"}
        </span>
      )}
    </span>
  );
}
