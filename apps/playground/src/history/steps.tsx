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
      {run?.hasThreads ? <RaceButton /> : null}
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

/** Here the threads ran one after the other. */
function RaceButton(): JSX.Element {
  const { history, race, view } = useStore();
  const go = async (): Promise<void> => {
    race.setText(history.text.value);
    view.value = "race";
    await race.show("");
  };
  return (
    <button type="button" class="edit-button" onClick={() => void go()}>
      Let its threads race
    </button>
  );
}

interface ItemProps {
  readonly index: number;
  readonly story: StepStory | null;
}

function StepItem({ index, story }: ItemProps): JSX.Element {
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
          {story === null ? null : <Badges index={index} story={story} />}
        </span>
      </button>
    </li>
  );
}

function Badges({ index, story: { result } }: ItemProps & { story: StepStory }) {
  const { history } = useStore();
  if (result === null) return null;
  const there = history.otherRun.value;
  const other = there?.steps[index - 1]?.result?.outcome ?? result.outcome;
  const { expectations, allocations, outcome, kind } = result;
  const met = expectations.filter(({ isMet }) => isMet).length;
  const isGood = met === expectations.length;
  return (
    <span class="badges">
      {kind === "done" ? null : <span class="tag tag-warn">{outcome}</span>}
      {other === outcome ? null : (
        <span class="tag tag-warn">
          {other} on {there?.kernel}
        </span>
      )}
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
