/** How the step ended, what it cost, and what was expected of it. */
import { KB_PER_PAGE } from "@forkpath/abi";
import type { ExpectationResult } from "@forkpath/scenario";
import type { JSX } from "preact";
import { grouped, sizeText } from "../chunks/words.ts";
import { useStore } from "../store/context.ts";
import type { MachineState, Run } from "../worker/protocol.ts";

export function StepTab(): JSX.Element {
  const { history } = useStore();
  const run = history.main.run.value;
  const step = history.step.value;
  if (run === null) return <p class="empty">Nothing has run.</p>;
  const story = step === 0 ? null : run.steps[step - 1];
  const result = story?.result ?? null;
  const there = history.otherRun.value?.steps[step - 1]?.result ?? null;
  return (
    <>
      <h3>{story?.text ?? "at the start"}</h3>
      {story?.note ? <p class="note">{story.note}</p> : null}
      {result === null ? null : (
        <dl class="facts">
          <dt>ended</dt>
          <dd>
            {result.outcome}
            {there === null || there.outcome === result.outcome ? null : (
              <span class="was">
                {" "}
                on {run.kernel}, {there.outcome} on {history.against.value}
              </span>
            )}
          </dd>
          {result.reason === null ? null : (
            <>
              <dt>because</dt>
              <dd>{result.reason}</dd>
            </>
          )}
          <dt>allocations</dt>
          <dd>{grouped(result.allocations)}</dd>
          <dt>line</dt>
          <dd>{story?.line}</dd>
        </dl>
      )}
      <Used run={run} step={step} state={history.state.value} />
      <Events />
      <Expectations title="What was expected" results={result?.expectations ?? []} />
      {step === run.steps.length ? (
        <Expectations title="What was expected in the end" results={run.atEnd} />
      ) : null}
    </>
  );
}

function Used({ run, step, state }: { run: Run; step: number; state: MachineState | null }) {
  if (state === null) return null;
  const { totals } = state;
  const before = run.states[Math.max(0, step - 1)].totals;
  const rows: [string, number, number, (value: number) => string][] = [
    ["used memory", totals.usedPages, before.usedPages, (pages) => sizeText(pages * KB_PER_PAGE)],
    ["promised", totals.committed, before.committed, (pages) => sizeText(pages * KB_PER_PAGE)],
    ["page tables", totals.pageTables, before.pageTables, grouped],
    ["free swap slots", totals.freeSwapPages, before.freeSwapPages, grouped],
    [
      "page cache",
      totals.cachedPages,
      before.cachedPages,
      (pages) => sizeText(pages * KB_PER_PAGE),
    ],
    ["tasks", totals.tasks, before.tasks, grouped],
  ];
  return (
    <>
      <h4>The machine</h4>
      <dl class="facts">
        {rows.map(([name, now, then, text]) => (
          <>
            <dt>{name}</dt>
            <dd>
              {text(now)}
              {now === then ? null : <span class="was"> was {text(then)}</span>}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

/** The kernel's own notes, by kind. */
function Events(): JSX.Element | null {
  const { history } = useStore();
  const traced = history.traced.value;
  if (traced === null || traced.step !== history.step.value) return null;
  const kinds = Object.entries(traced.events).sort(([, a], [, b]) => b - a);
  if (kinds.length === 0) return null;
  return (
    <>
      <h4>Events</h4>
      <p class="events">
        {kinds.map(([kind, count]) => (
          <span class="tag" key={kind}>
            {grouped(count)} {kind}
          </span>
        ))}
      </p>
    </>
  );
}

interface ExpectationsProps {
  readonly title: string;
  readonly results: readonly ExpectationResult[];
}

function Expectations({ title, results }: ExpectationsProps): JSX.Element | null {
  if (results.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul class="expectations">
        {results.map(({ line, text, wanted, got, isMet }) => (
          <li key={`${line} ${text}`} class={isMet ? "good" : "bad"}>
            <span aria-hidden="true">{isMet ? "✓" : "✗"}</span> {text}: <b>{got}</b>
            {isMet ? null : <span class="wanted"> wanted {wanted}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
