/** A history: steps on the left, two processes in the middle, what is selected on the right. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Chunks } from "../chunks/hold.ts";
import { spaceOf } from "../chunks/hold.ts";
import { Inspector } from "../inspector/inspector.tsx";
import { useIsNarrow } from "../look/width.ts";
import { useStore } from "../store/context.ts";
import { type Shown, shownProcess } from "../store/names.ts";
import type { MachineState, SpaceState } from "../worker/protocol.ts";
import { Caption } from "./caption.tsx";
import { Legend } from "./legend.tsx";
import { type ComparedSpace, ProcessPanel } from "./process-panel.tsx";
import { ProcessSelect } from "./process-select.tsx";
import { Steps } from "./steps.tsx";
import { Timeline } from "./timeline.tsx";

/** The editor is fetched when it is asked for, or when the page has nothing else to do. */
function Editor(): JSX.Element {
  const { history } = useStore();
  const [Loaded, setLoaded] = useState<(() => JSX.Element) | null>(null);
  useEffect(() => {
    import("../editor/editor.tsx").then(
      (module) => setLoaded(() => module.default),
      () => {
        history.trouble.value = "The editor cannot be fetched: is there a network?";
      },
    );
  }, []);
  return Loaded === null ? <p class="empty">…</p> : <Loaded />;
}

export function HistoryView(): JSX.Element {
  const { history, isEditing, isEmbedded } = useStore();
  const isNarrow = useIsNarrow();
  const isDimmed = history.problems.value.length > 0;
  const text = isEmbedded.value ? null : isEditing.value ? (
    <Editor key="editor" />
  ) : (
    <Steps key="steps" />
  );
  const stage = (
    <div key="stage" class={isDimmed ? "stage dimmed" : "stage"}>
      <Stage />
    </div>
  );
  const inspector = <Inspector key="inspector" />;
  const timeline = <Timeline key="timeline" />;
  // In the order in which they stand on the screen: Tab and readers aloud go by it.
  return (
    <div class={isEmbedded.value ? "history embedded" : "history"}>
      {isNarrow ? [stage, timeline, text, inspector] : [text, stage, inspector, timeline]}
    </div>
  );
}

function Stage(): JSX.Element {
  const { history } = useStore();
  const { main, other, otherRun, against, refusal } = history;
  const state = history.state.value;
  const run = main.run.value;
  if (run === null || state === null) return <NoRun />;
  const after = run.states[history.step.value] ?? null;
  const [a, b] = history.pair.value;
  const first = shownProcess(state, after, a);
  const isAgainst = otherRun.value !== null;
  const there = history.otherState.value;
  const onOther = there === null ? null : shownProcess(there, there, a);
  const second = isAgainst ? onOther : shownProcess(state, after, b);
  const spaces = [first?.space, second?.space].filter((space): space is SpaceState => !!space);
  const before = history.before.value;
  return (
    <>
      <Caption />
      <Trouble text={run.fault?.got ?? history.trouble.value} />
      <Trouble
        text={refusal.value === null ? null : `${against.value} does not run it: ${refusal.value}`}
      />
      <Legend spaces={spaces} />
      <div class="panels">
        <ProcessPanel
          letter="A"
          side={0}
          heading={
            <>
              <ProcessSelect which={0} />
              {isAgainst ? <b class="release">on {run.kernel}</b> : null}
            </>
          }
          shown={first}
          chunks={main.chunks}
          compared={
            isAgainst ? mirrored(other.chunks, second) : earlier(main.chunks, before, first)
          }
          isAgainst={isAgainst}
        />
        <ProcessPanel
          letter="B"
          side={isAgainst ? 1 : 0}
          heading={
            isAgainst ? (
              <b class="release">{`${a} on ${against.value}`}</b>
            ) : (
              <ProcessSelect which={1} />
            )
          }
          shown={second}
          chunks={isAgainst ? other.chunks : main.chunks}
          compared={isAgainst ? mirrored(main.chunks, first) : earlier(main.chunks, before, second)}
          isAgainst={isAgainst}
        />
      </div>
    </>
  );
}

/** Nothing is there yet, or the first text of all has problems. */
function NoRun(): JSX.Element {
  const { history } = useStore();
  const [problem] = history.problems.value;
  if (problem === undefined) return <p class="empty">{history.trouble.value ?? "It runs…"}</p>;
  return (
    <p class="problem">
      This text is no history yet: line {problem.line}: {problem.message}
    </p>
  );
}

const Trouble = ({ text }: { text: string | null }): JSX.Element | null =>
  text === null ? null : <p class="problem">{text}</p>;

/** The same memory before the step; null for memory that is new. */
function earlier(
  chunks: Chunks,
  before: MachineState | null,
  shown: Shown | null,
): ComparedSpace | null {
  if (before === null || shown?.space == null) return null;
  const space = spaceOf(before, shown.space.mm);
  return space === undefined ? null : { chunks, space };
}

const mirrored = (chunks: Chunks, shown: Shown | null): ComparedSpace | null =>
  shown?.space == null ? null : { chunks, space: shown.space };
